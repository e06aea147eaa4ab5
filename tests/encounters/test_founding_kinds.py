"""What an establishment has from its first day, and what those that were there before are given."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps

from osmose.encounters.models import RequestKind
from osmose.encounters.operations.founding import FOUNDING, PSYCHIATRY, SOMATIC
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask
from tests.factories.encounters import encounter, kinds
from tests.factories.patients import acting

pytestmark = pytest.mark.django_db
migration = import_module("osmose.encounters.migrations.0008_psy")
BEFORE = [
    {"code": "none", "word": "Non demandée", "meaning": "none"},
    {"code": "asked", "word": "Demandée", "meaning": "waiting"},
    {"code": "running", "word": "En cours", "meaning": "running"},
    {"code": "paused", "word": "Interrompue", "meaning": "paused"},
    {"code": "done", "word": "Terminée", "meaning": "done"},
]
PASSAGES = {
    "none": ["asked"], "asked": ["running", "none"], "running": ["paused", "done"],
    "paused": ["running", "done"], "done": ["asked"],
}  # fmt: skip


def complete() -> None:
    with acting():
        migration._complete_founding_kinds(apps, SimpleNamespace(connection=SimpleNamespace(alias="default")))


def as_before(hospitals: Hospitals, statuses: list[dict[str, str]]) -> RequestKind:
    """The psychiatric kind of an establishment that was there before, without the somatic one."""
    known = kinds(hospitals.perpignan)
    with acting():
        known[SOMATIC].delete()
        psychiatry = known[PSYCHIATRY]
        psychiatry.statuses, psychiatry.transitions = statuses, PASSAGES
        psychiatry.save(update_fields=["statuses", "transitions"])
    return psychiatry


def test_an_establishment_that_was_there_before_gets_what_a_new_one_has(
    claire: Character, hospitals: Hospitals
) -> None:
    psychiatry = as_before(hospitals, BEFORE)
    complete()
    complete()  # once more changes nothing
    psychiatry.refresh_from_db()
    founding = {kind.code: kind for kind in FOUNDING}
    assert psychiatry.table.statuses == founding[PSYCHIATRY].table.statuses
    assert {s: set(t) for s, t in psychiatry.transitions.items()} == {
        s: set(t) for s, t in founding[PSYCHIATRY].table.transitions.items()
    }
    somatic = RequestKind.objects.get(establishment=hospitals.perpignan, code=SOMATIC)
    assert somatic.table == founding[SOMATIC].table
    ask(claire, encounter(unit=hospitals.sau), SOMATIC, "done")


def test_a_kind_whose_states_an_administrator_replaced_stays_as_it_is(hospitals: Hospitals) -> None:
    own = [*BEFORE, {"code": "phone", "word": "Rappel", "meaning": "paused"}]
    psychiatry = as_before(hospitals, own)
    complete()
    psychiatry.refresh_from_db()
    assert (psychiatry.statuses, psychiatry.transitions) == (own, PASSAGES)


def test_an_establishment_without_psychiatry_is_given_nothing(hospitals: Hospitals) -> None:
    complete()
    assert not RequestKind.objects.filter(code=SOMATIC).exists()
