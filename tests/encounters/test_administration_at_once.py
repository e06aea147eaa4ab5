"""Two administrators at the same row: what they change apart merges, where they collide the second one is told."""

from typing import Any

import pytest

from osmose.encounters.models import RequestKind
from osmose.kernel.access.roles import Role
from osmose.kernel.events import timeline
from osmose.organisations.models import CareUnit
from tests.cast import Character, Hospitals
from tests.encounters.administration import KINDS, UNITS, Desk, cells, fields_of, text
from tests.factories import encounters

pytestmark = pytest.mark.django_db


@pytest.fixture
def desks(paul: Character, samia: Character, hospitals: Hospitals) -> tuple[Desk, Desk]:
    samia.joins(hospitals.sau, Role.ADMINISTRATOR)
    return Desk(paul), Desk(samia)


def unit(hospitals: Hospitals) -> CareUnit:
    return CareUnit.objects.get(pk=hospitals.sau.pk)


def test_different_fields_merge_and_the_second_one_is_told(desks: tuple[Desk, Desk], hospitals: Hospitals) -> None:
    paul, samia = desks
    path = f"{UNITS}{hospitals.sau.pk}/"
    shown = paul.open(path)
    samia.type(path, short_name="Urgences")
    answer = paul.send(path, shown, waiting_over_minutes="300")
    assert "reuni=1" in answer["Location"]
    assert "les deux changements sont gardés" in paul.get(answer["Location"])
    assert (unit(hospitals).short_name, unit(hospitals).waiting_over_minutes) == ("Urgences", 300)
    assert "nom court" not in timeline.of(hospitals.sau.pk)[0].detail


def test_the_same_field_is_not_overwritten_unseen(
    desks: tuple[Desk, Desk], hospitals: Hospitals, samia: Character
) -> None:
    paul, other = desks
    path = f"{UNITS}{hospitals.sau.pk}/"
    shown = paul.open(path)
    other.type(path, waiting_over_minutes="180", name="Urgences adultes")
    page = text(paul.send(path, shown, waiting_over_minutes="300", lock_minutes="8"), 409)
    assert f"{samia.name} a modifié cette ligne" in page
    assert "Maintenant\u202f: «\u202f180\u202f»" in page
    again = fields_of(page)
    assert again["waiting_over_minutes"] == ["300"]
    assert again["lock_minutes"] == ["8"]
    assert again["name"] == ["Urgences adultes"]
    assert unit(hospitals).waiting_over_minutes == 180
    assert unit(hospitals).lock_minutes == 5
    assert paul.send(path, again).status_code == 302
    fresh = unit(hospitals)
    assert (fresh.waiting_over_minutes, fresh.lock_minutes, fresh.name) == (300, 8, "Urgences adultes")


def test_wanting_what_the_other_one_wrote_is_no_conflict(desks: tuple[Desk, Desk], hospitals: Hospitals) -> None:
    paul, samia = desks
    path = f"{UNITS}{hospitals.sau.pk}/"
    shown = paul.open(path)
    samia.type(path, waiting_over_minutes="180")
    assert paul.send(path, shown, waiting_over_minutes="180").status_code == 302
    assert len(timeline.of(hospitals.sau.pk)) == 1


def test_a_preview_does_not_forget_what_was_seen(desks: tuple[Desk, Desk], hospitals: Hospitals) -> None:
    paul, samia = desks
    path = f"{UNITS}{hospitals.sau.pk}/"
    shown = paul.open(path)
    samia.type(path, waiting_over_minutes="180")
    preview = fields_of(text(paul.send(path, shown, waiting_over_minutes="300", preview="1")))
    assert paul.send(path, preview).status_code == 409


def test_two_who_change_a_kind_of_request(desks: tuple[Desk, Desk], hospitals: Hospitals) -> None:
    paul, samia = desks
    kind = encounters.kinds(hospitals.perpignan)["imaging"]
    path = f"{KINDS}{kind.pk}/"
    shown = paul.open(path)
    samia.type(path, label="Radiologie", word_1="Demandée au scanner")
    page = text(paul.send(path, shown, label="Imagerie médicale", short_label="Radio"), 409)
    assert "maintenant Radiologie" in cells(page)
    again = fields_of(page)
    assert (again["label"], again["short_label"], again["word_1"]) == (
        ["Imagerie médicale"],
        ["Radio"],
        ["Demandée au scanner"],
    )
    assert paul.send(path, again).status_code == 302
    fresh = RequestKind.objects.get(pk=kind.pk)
    assert (fresh.label, fresh.short_label, fresh.statuses[1]["word"]) == (
        "Imagerie médicale",
        "Radio",
        "Demandée au scanner",
    )


def test_marks_that_were_tampered_with_lose_nothing(desks: tuple[Desk, Desk], hospitals: Hospitals) -> None:
    paul, _ = desks
    path = f"{UNITS}{hospitals.sau.pk}/"
    shown: dict[str, Any] = {**paul.open(path), "_seen": "x=1 waiting_over_minutes=0 \u0000"}
    assert paul.send(path, shown, waiting_over_minutes="300").status_code in (302, 409)
