"""Setting up units and places: the deed itself refuses who may not, whoever calls it."""

import pytest

from osmose.kernel.actions.reference import Wanted
from osmose.kernel.audit.models import AccessEntry, Outcome
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.organisations import actions
from osmose.organisations.models import CareUnit, Location, ReferenceEpoch
from tests.cast import Character, Hospitals

pytestmark = pytest.mark.django_db


def epoch() -> int:
    return ReferenceEpoch.objects.get().number


@pytest.mark.parametrize("who", ["claire", "samia", "denis", "zoe"])
def test_who_is_no_administrator_changes_nothing(
    who: str, hospitals: Hospitals, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(who).actor
    with pytest.raises(NotVisible):
        actions.change_unit(actor=actor, unit=hospitals.sau, wanted=Wanted({"name": "X"}), now=clock.now())
    with pytest.raises(NotVisible):
        actions.change_location(
            actor=actor, location=hospitals.place("BOX-3"), wanted=Wanted({"label": "X"}), now=clock.now()
        )
    assert AccessEntry.objects.filter(actor_id=actor.id, outcome=Outcome.REFUSED).count() == 2


def test_an_administrator_does_not_reach_another_hospital(paul: Character, hospitals: Hospitals) -> None:
    place = hospitals.place("BOX-1", hospitals.narbonne_sau)
    with pytest.raises(NotVisible):
        actions.change_location(actor=paul.actor, location=place, wanted=Wanted({"label": "X"}), now=clock.now())
    new = Location(care_unit=hospitals.narbonne_sau, code="X", label="X")
    with pytest.raises(NotVisible):
        actions.add_location(actor=paul.actor, location=new, now=clock.now())


def test_each_change_moves_the_reference_epoch_and_is_told_once(paul: Character, hospitals: Hospitals) -> None:
    numbers = [epoch()]
    unit = CareUnit(
        establishment=hospitals.perpignan, code="UMP", name="Unité de crise", short_name="Crise", kind="psychiatry"
    )
    actions.add_unit(actor=paul.actor, unit=unit, now=clock.now())
    numbers.append(epoch())
    actions.change_unit(actor=paul.actor, unit=unit, wanted=Wanted({"short_name": "UC"}), now=clock.now())
    numbers.append(epoch())
    place = Location(care_unit=unit, code="SALON", label="Salon")
    actions.add_location(actor=paul.actor, location=place, now=clock.now())
    numbers.append(epoch())
    assert numbers == sorted(set(numbers))
    assert [entry.detail for entry in timeline.of(unit.pk)] == ["nom court\u202f: Crise → UC", ""]
    assert [entry.by for entry in timeline.of(place.pk)] == [paul.name]


def test_only_the_changed_fields_are_written(paul: Character, hospitals: Hospitals) -> None:
    stale = CareUnit.objects.get(pk=hospitals.sau.pk)
    CareUnit.objects.filter(pk=stale.pk).update(lock_minutes=9)
    actions.change_unit(actor=paul.actor, unit=stale, wanted=Wanted({"name": "Urgences"}), now=clock.now())
    fresh = CareUnit.objects.get(pk=stale.pk)
    assert (fresh.name, fresh.lock_minutes) == ("Urgences", 9)


def test_a_code_that_is_taken_is_refused_in_words(paul: Character, hospitals: Hospitals) -> None:
    again = Location(care_unit=hospitals.sau, code="BOX-3", label="Box 3 bis")
    with pytest.raises(Refused, match="location-code"):
        actions.add_location(actor=paul.actor, location=again, now=clock.now())
    assert not Location.objects.filter(label="Box 3 bis").exists()
