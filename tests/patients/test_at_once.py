"""Two registrations at the same instant, really committed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.organisations.models import Establishment
from osmose.patients import operations
from osmose.patients.models import Patient
from tests.cast import build
from tests.factories.patients import a_patient, acting, an_unknown_patient, feed_of, ins, ipp, qualified, traits

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(deed: Callable[[], Any], times: int = 4) -> list[Any]:
    """The results (or refusals) of the same deed in several threads, started together."""
    start, results = threading.Barrier(times), []

    def run() -> None:
        try:
            start.wait()
            results.append(deed())
        except Refused as refused:
            results.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(results) == times
    return results


@pytest.fixture
def perpignan() -> Establishment:
    return build().perpignan


def _arrives(perpignan: Establishment, **extra: Any) -> Patient:
    with acting(feed_of(perpignan)) as feed:
        patient, _ = operations.identify(actor=feed, establishment=perpignan, traits=traits(), now=clock.now(), **extra)
        return patient


def test_the_same_arrival_at_once_makes_one_patient(perpignan: Establishment) -> None:
    numbers = [ipp("1"), ins()]
    patients = _at_once(lambda: _arrives(perpignan, identifiers=numbers, standing=qualified()))
    assert len({patient.pk for patient in patients}) == Patient.objects.count() == 1


def test_the_same_strict_traits_at_once_make_one_patient(perpignan: Establishment) -> None:
    patients = _at_once(lambda: _arrives(perpignan))
    assert len({patient.pk for patient in patients}) == Patient.objects.count() == 1


def test_one_number_registered_at_once_is_refused_to_the_others(perpignan: Establishment) -> None:
    results = _at_once(lambda: a_patient(perpignan, identifiers=[ipp("1")]))
    assert sorted(type(result).__name__ for result in results) == ["Patient", "Refused", "Refused", "Refused"]


def test_unknown_patients_at_once_have_different_numbers(perpignan: Establishment) -> None:
    patients = _at_once(lambda: an_unknown_patient(perpignan))
    assert sorted(patient.unknown_number for patient in patients) == [1, 2, 3, 4]
