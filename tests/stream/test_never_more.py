"""Whatever becomes of memberships and participations meanwhile, a stream carries no row its viewer may not see."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.encounters.models import Encounter
from osmose.encounters.queries import open_of
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.base import clock
from osmose.organisations.models import CareUnit, DataCategory
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.factories.patients import acting
from tests.stream.client import Source as Stream
from tests.stream.conftest import Listen, quiet

PECS, UNITS = 3, 3
# (deed, PEC or nothing, unit or nothing)
steps = st.lists(
    st.tuples(
        st.sampled_from(("give", "end", "join", "leave", "change", "change")),
        st.integers(0, PECS - 1),
        st.integers(0, UNITS - 1),
    ),
    min_size=3,
    max_size=7,
)


def _carry_out(step: tuple[str, int, int], pecs: list[Encounter], units: list[CareUnit], viewer: Character) -> None:
    deed, pec, unit = step[0], pecs[step[1]], units[step[2]]
    if deed == "join" and not viewer.user.memberships.filter(care_unit=unit, ends_at=None).exists():
        viewer.joins(unit)
    elif deed == "leave":
        viewer.leaves(unit)
    elif deed == "change":
        make.request(pec, "imaging", ("asked", "done")[step[2] % 2])
    held = Grant.objects.in_force(clock.now()).of(pec.pk).filter(unit_id=unit.pk, source=Source.GUEST)
    with acting():
        if deed == "give" and not held.exists():
            Grant.objects.create(
                subject_id=pec.pk,
                person_id=pec.patient_id,
                unit_id=unit.pk,
                scope=list(DataCategory.values),
                source=Source.GUEST,
                starts_at=clock.now() - timedelta(seconds=1),
            )
        elif deed == "end":
            held.update(ends_at=clock.now())


def _seen(viewer: Character) -> set[str]:
    return {str(row.id) for row in open_of(viewer.actor, clock.now())}


def _shown(stream: Stream) -> set[str]:
    shown: set[str] = set()
    for event in list(stream.events):
        if event.name == "hello":
            shown = {pk for pk, _ in event.data["pairs"]}
        elif event.name == "row":
            shown.add(event.data["id"])
        elif event.name == "gone":
            shown.discard(event.data["id"])
    return shown


@given(steps=steps)
@settings(max_examples=6, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_row_beyond_what_its_viewer_may_see(
    hospitals: Hospitals, zoe: Character, listen: Listen, steps: list[tuple[str, int, int]]
) -> None:
    units = [hospitals.ped, hospitals.uhcd, hospitals.emp]
    pecs = [make.encounter(unit=hospitals.sau) for _ in range(PECS)]
    stream = listen(zoe)
    for step in steps:
        may, told = _seen(zoe), len(stream.events)
        _carry_out(step, pecs, units, zoe)
        may |= _seen(zoe)
        quiet(zoe, stream)
        rows = {event.data["id"] for event in stream.events[told:] if event.name == "row"}
        assert rows <= may, step
        assert _shown(stream) == _seen(zoe), step
    stream.close()
