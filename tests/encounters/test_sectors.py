"""A sector taken at the start of a shift: its patients, those who come later, and who held it before."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from osmose.encounters import actions
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.sectors import Charge, follows, likely_role, roles_of
from osmose.encounters.models import SectorDuty
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.encounters.clicks import fresh, last, move, refused, undo
from tests.factories.encounters import encounter, exited
from tests.factories.patients import acting
from tests.factories.sectors import assign, in_charge, sector, take

pytestmark = pytest.mark.django_db


def test_who_follows_is_a_rule_of_its_own() -> None:
    me, before, other = new_id(), new_id(), new_id()
    assert follows(None, taker_id=me, before_id=None)
    assert follows(Charge(before, is_by_sector=False), taker_id=me, before_id=before)
    assert follows(Charge(other, is_by_sector=True), taker_id=me, before_id=before)
    assert not follows(Charge(other, is_by_sector=False), taker_id=me, before_id=before)
    assert not follows(Charge(me, is_by_sector=True), taker_id=me, before_id=None)


def test_the_role_offered_first_is_that_of_the_function() -> None:
    assert likely_role("Dr", "emergency") is Referent.PHYSICIAN
    assert likely_role("IDE", "emergency") is Referent.NURSE
    assert likely_role("Psychologue", "psychiatry") is Referent.PSYCHIATRY
    assert Referent.PSYCHIATRY not in roles_of("emergency")


def test_taking_a_sector_gives_its_patients_and_leaves_those_given_by_name(
    claire: Character, hugo: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1 à 5", "BOX-1", "BOX-2", "BOX-3")
    zone, box = hospitals.place("SAU"), hospitals.place
    nobody, given = (encounter(unit=hospitals.sau, location=zone, box=box(f"BOX-{n}")) for n in (1, 2))
    elsewhere = encounter(unit=hospitals.sau, location=zone, box=box("BOX-9"))
    assign(hugo, given, ines)
    take(claire, boxes)
    assert in_charge(nobody) == "Morel"
    assert in_charge(given) == "Petit", "given to her by name: she keeps the patient"
    assert in_charge(elsewhere) == ""
    assert in_charge(nobody, Referent.PHYSICIAN) == ""


def test_who_arrives_or_moves_there_later_follows_and_who_leaves_goes_to_the_next_sector(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    first = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    second = sector(hospitals.sau, "Sas et attente", "SAS", "NC")
    take(claire, first)
    take(ines, second)
    arrived = encounter(unit=hospitals.sau, location=hospitals.place("SAS"))
    assert in_charge(arrived) == "Petit"
    move(ines, arrived, hospitals.place("SAU"), hospitals.place("BOX-2"))
    assert in_charge(arrived) == "Morel"
    told = last(arrived, "encounters.referent_followed")
    assert (told.payload["what"]["words"], told.payload["what"]["because"]) == ("IDE Claire Morel", "secteur Box 1 à 2")
    move(ines, arrived, hospitals.place("AV"), None)
    assert in_charge(arrived) == "Morel", "no sector there: nobody loses the patient"


def test_a_zone_doesn_t_take_the_patient_of_a_box_that_has_a_sector(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes, zone = sector(hospitals.sau, "Box 1", "BOX-1"), sector(hospitals.sau, "Zone SAU", "SAU")
    pec = encounter(unit=hospitals.sau, location=hospitals.place("SAU"), box=hospitals.place("BOX-1"))
    take(ines, zone)
    assert in_charge(pec) == ""
    take(claire, boxes)
    assert in_charge(pec) == "Morel"


def test_undoing_the_move_gives_the_patient_back(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau, location=hospitals.place("SAS"))
    assign(ines, pec)
    take(claire, sector(hospitals.sau, "Box 1", "BOX-1"))
    other = encounter(unit=hospitals.sau, location=hospitals.place("SAS"))
    move(ines, other, hospitals.place("SAU"), hospitals.place("BOX-1"))
    assert in_charge(other) == "Morel"
    undo(ines, other, last(other, "encounters.place_changed"))
    assert in_charge(other) == ""
    assert in_charge(pec) == "Petit"


def test_taking_a_sector_somebody_holds_says_who_since_when_and_asks(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    take(ines, boxes)
    with refused("Box 1 à 2 est tenu par IDE Inès Petit depuis") as caught:
        take(claire, boxes)
    assert (caught.value.code, caught.value.status) == ("sector-held", 409)
    assert in_charge(pec) == "Petit"
    take(claire, boxes, is_confirmed=True)
    assert in_charge(pec) == "Morel", "the patients of who held it before follow"
    assert SectorDuty.objects.filter(sector=boxes, ends_at=None).count() == 1
    assert Event.objects.filter(subject_id=boxes.pk, kind="encounters.sector_taken").count() == 2


def test_the_patients_of_who_left_stay_theirs_until_somebody_takes_the_sector(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    assign(ines, pec)
    take(ines, boxes)
    actions.leave_sector(actor=ines.actor, sector=boxes, role=Referent.NURSE, now=clock.now())
    assert in_charge(pec) == "Petit"
    take(claire, boxes)
    assert in_charge(pec) == "Morel"


def test_only_the_holder_gives_a_sector_back(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    take(ines, boxes)
    with refused("tenu par IDE Inès Petit"):
        actions.leave_sector(actor=claire.actor, sector=boxes, role=Referent.NURSE, now=clock.now())


def test_a_taking_is_undone_within_ten_seconds_with_who_was_there(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    mine, nobody = (encounter(unit=hospitals.sau, box=hospitals.place(f"BOX-{n}")) for n in (1, 2))
    assign(ines, mine)
    take(ines, boxes)
    duty = take(claire, boxes, is_confirmed=True)
    later = duty.starts_at + timedelta(minutes=2)
    with refused("trop tard"):
        actions.undo_sector(actor=claire.actor, sector=boxes, duty_id=duty.pk, now=later)
    actions.undo_sector(actor=claire.actor, sector=boxes, duty_id=duty.pk, now=clock.now())
    assert (in_charge(mine), in_charge(nobody)) == ("Petit", "Petit")
    assert SectorDuty.objects.get(sector=boxes, ends_at=None).user_id == ines.id, "the sector is hers again"


def test_who_held_it_long_ago_keeps_the_patients_given_to_her_by_name(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    with acting():
        SectorDuty.objects.create(
            sector=boxes,
            user=ines.user,
            role=Referent.NURSE,
            starts_at=clock.now() - timedelta(days=30),
            ends_at=clock.now() - timedelta(days=29),
        )
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    assign(claire, pec, ines)
    take(claire, boxes)
    assert in_charge(pec) == "Petit"


def test_the_row_of_each_patient_moves_with_the_sector(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    take(claire, sector(hospitals.sau, "Box 1", "BOX-1"))
    assert fresh(pec).version == pec.version + 1


def test_patients_who_left_are_given_to_nobody(claire: Character, hospitals: Hospitals) -> None:
    pec = exited(encounter(unit=hospitals.sau, box=hospitals.place("BOX-1")))
    take(claire, sector(hospitals.sau, "Box 1", "BOX-1"))
    assert in_charge(pec) == ""


@pytest.mark.parametrize("who", ["zoe", "martin", "paul", "denis"])
def test_nobody_of_another_unit_or_without_care_takes_it(
    request: pytest.FixtureRequest, who: str, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    with pytest.raises(NotVisible):
        take(request.getfixturevalue(who), boxes)


def test_a_sector_is_held_in_the_roles_of_its_unit(claire: Character, hospitals: Hospitals) -> None:
    with refused("ne se prend pas dans ce rôle"):
        take(claire, sector(hospitals.sau, "Box 1", "BOX-1"), Referent.PSYCHIATRY)


def test_a_nurse_who_left_the_unit_receives_nobody_by_her_sector(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    take(ines, sector(hospitals.sau, "Sas", "SAS"))
    ines.leaves(hospitals.sau)
    assert in_charge(encounter(unit=hospitals.sau, location=hospitals.place("SAS"), now=clock.now())) == ""


@pytest.mark.django_db(transaction=True)
def test_two_people_take_one_sector_at_once_and_only_one_gets_it_unasked(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    start, outcomes = threading.Barrier(2), []

    def seize(who: Character) -> None:
        try:
            start.wait()
            take(who, boxes)
            outcomes.append(who.user.family_name)
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    desks = [threading.Thread(target=seize, args=[who]) for who in (claire, ines)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(timeout=20)
    assert len(outcomes) == 2
    assert "sector-held" in outcomes
    winner = next(name for name in outcomes if name != "sector-held")
    assert in_charge(pec) == winner
