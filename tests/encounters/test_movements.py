"""One place at a time, in the order of hours whatever the order of arrival."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.encounters import actions
from osmose.encounters.models import Encounter, Movement
from osmose.encounters.operations import places
from osmose.encounters.operations.places import place_code
from osmose.encounters.queries import places_of
from osmose.kernel.base import clock
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click, fresh, last, move, refused
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db


def course(pec: Encounter) -> list[Movement]:
    return list(Movement.objects.filter(encounter=pec, cancelled_at=None).order_by("starts_at", "id"))


def require_continuous(pec: Encounter) -> None:
    """From the arrival on, one movement after the other, only the last one open."""
    moves = course(pec)
    assert moves[0].starts_at == pec.arrived_at
    assert [m.ends_at for m in moves[:-1]] == [m.starts_at for m in moves[1:]]
    assert moves[-1].ends_at is None


def test_a_move_ends_the_place_before_it(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau, location=hospitals.place("AV"))
    move(claire, pec, hospitals.place("SAS"), hospitals.place("BOX-3"))
    require_continuous(pec)
    here = places.current_movement(pec)
    assert here is not None
    assert (here.words, here.short) == ("SAS · Box 3", "SAS 3")


def test_movements_out_of_order_take_their_place_in_the_past(hospitals: Hospitals) -> None:
    now = clock.now()
    pec = pecs.encounter(unit=hospitals.sau, arrived_at=now - timedelta(hours=3))
    pecs.place(pec, hospitals.place("AC"), at=now - timedelta(hours=1))
    pecs.place(pec, hospitals.place("SAS"), at=now - timedelta(hours=2))
    pecs.place(pec, hospitals.place("AV"), at=now - timedelta(hours=9))  # before the arrival: at the arrival
    require_continuous(pec)
    here = places.current_movement(pec)
    assert here is not None
    assert here.words == "AC"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["AV", "AC", "SAS"]), st.integers(0, 170)), min_size=1, max_size=7))
def test_any_order_of_movements_leaves_one_place(hospitals: Hospitals, told: list[tuple[str, int]]) -> None:
    now = clock.now()
    pec = pecs.encounter(unit=hospitals.sau, arrived_at=now - timedelta(hours=3), now=now)
    for zone, minutes in told:
        pecs.place(pec, hospitals.place(zone), at=now - timedelta(minutes=minutes))
    require_continuous(pec)


def test_a_cancelled_movement_gives_the_place_back(hospitals: Hospitals) -> None:
    now = clock.now()
    pec = pecs.encounter(unit=hospitals.sau, location=hospitals.place("AV"), arrived_at=now - timedelta(hours=3))
    pecs.place(pec, hospitals.place("AC"), at=now - timedelta(hours=2))
    pecs.place(pec, hospitals.place("SAS"), at=now - timedelta(hours=1))
    middle = course(pec)[1]
    with pecs.changing(pec):
        places.strike(movement=middle, now=now)
    require_continuous(pec)
    assert [m.words for m in course(pec)] == ["AV", "SAS"]


def test_a_taken_box_is_known_and_shows_on_both(claire: Character, hospitals: Hospitals) -> None:
    sau, box = hospitals.place("SAU"), hospitals.place("BOX-3")
    first, second = (pecs.encounter(unit=hospitals.sau) for _ in range(2))
    move(claire, first, sau, box)
    seen = {
        p.code: getattr(p, "is_taken", None) for p in places_of([hospitals.sau.pk], but=second.pk, with_occupancy=True)
    }
    assert (seen["BOX-3"], seen["BOX-4"]) == (True, False)
    version = fresh(first).version
    with refused("Box 3 est occupé par un autre patient"):
        move(claire, second, sau, box)
    click(actions.set_place, claire, second, place=place_code(sau, box), reason="Deux frères, à leur demande")
    assert fresh(first).version == version + 1, "the page of the other says that the box is shared"
    assert last(second).changed == ["place"]
    assert "box partagé\u202f: Deux frères" in timeline.of(second.pk)[0].detail
    assert Movement.objects.filter(box=box, ends_at=None, cancelled_at=None).count() == 2


@pytest.mark.parametrize("place", ["|nothing", "BOX-3", "00000000-0000-0000-0000-000000000007|"])
def test_a_place_that_does_not_exist_is_refused(claire: Character, hospitals: Hospitals, place: str) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    with refused("Ce lieu n’existe pas"):
        click(actions.set_place, claire, pec, place=place)


def test_a_place_of_another_hospital_or_a_box_as_zone_is_refused(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    with refused("n’existe pas"):
        move(claire, pec, hospitals.place("SAU", hospitals.narbonne_sau))
    with refused("n’existe pas"):
        move(claire, pec, hospitals.place("BOX-3"))
    assert fresh(pec).version == pec.version


def test_a_place_closed_while_in_use_holds_nobody_back(claire: Character, hospitals: Hospitals) -> None:
    zone, box = hospitals.place("SAS"), hospitals.place("BOX-3")
    pec, other = pecs.encounter(unit=hospitals.sau), pecs.encounter(unit=hospitals.sau)
    move(claire, pec, zone)
    zone.ended_at = clock.now()
    zone.save(update_fields=["ended_at"])
    move(claire, pec, zone, box)
    assert (course(pec)[-1].location_id, course(pec)[-1].box_id) == (zone.pk, box.pk)
    with refused("n’existe pas ou plus"):
        move(claire, other, zone)
