"""« Pris connaissance »: what is kept of it, for whom, and what takes it back."""

from datetime import time, timedelta
from typing import Any

import pytest

from osmose.encounters import actions as encounters
from osmose.encounters.models import Encounter
from osmose.handover import queries
from osmose.handover.actions import read_back, sign_note, undo_read_back
from osmose.handover.models import ReadBack
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.crypto import keys
from osmose.kernel.events import timeline
from osmose.organisations.models import CareUnit
from osmose.organisations.rules import Shift, shift_at
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, fresh, refused
from tests.factories.encounters import encounter, exited

pytestmark = pytest.mark.django_db
THREE = (time(7), time(14), time(21))


@pytest.fixture
def shift() -> Shift:
    return shift_at(THREE, clock.now())


def reads(who: Character, unit: CareUnit, shift: Shift, *pecs: Encounter, **more: Any) -> list[ReadBack]:
    now = more.pop("now", None) or clock.now()
    ids = [pec.pk for pec in pecs]
    return read_back(actor=who.actor_at(now), care_unit=unit, shift=shift, encounter_ids=ids, now=now, **more)


def who_read(who: Character, unit: CareUnit, shift: Shift, pec: Encounter) -> list[str]:
    (row,) = queries.read_backs_now([pec.pk], unit, shift.starts_at, who.actor, clock.now())
    return [read.who for read in queries.read_backs_of(row)]


def test_it_is_kept_journaled_and_told_to_the_outgoing_team(
    claire: Character, ines: Character, hospitals: Hospitals, shift: Shift
) -> None:
    first, second = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    before = fresh(first).version
    reads(ines, hospitals.sau, shift, first, second)
    assert who_read(claire, hospitals.sau, shift, first) == [ines.name]
    line = AccessEntry.objects.get(door="handover.read_back", actor_id=ines.id)
    assert set(line.subjects) == {first.pk, second.pk}
    assert timeline.of(second.pk, limit=1)[0].sentence == "Relève reprise, SAU"
    assert fresh(first).version == before, "nothing of the patient has changed: no row is drawn again"


def test_a_patient_left_out_is_not_read(claire: Character, hospitals: Hospitals, shift: Shift) -> None:
    read, left_out = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    reads(claire, hospitals.sau, shift, read)
    assert who_read(claire, hospitals.sau, shift, left_out) == []


def test_twice_is_once_and_again_when_the_patient_changed(
    claire: Character, hospitals: Hospitals, shift: Shift
) -> None:
    pec = encounter(unit=hospitals.sau)
    reads(claire, hospitals.sau, shift, pec)
    with pytest.raises(Refused) as caught:
        reads(claire, hospitals.sau, shift, pec)
    assert caught.value.code == "unchanged"
    click(sign_note, claire, pec, text="A vomi")
    reads(claire, hospitals.sau, shift, pec)
    assert who_read(claire, hospitals.sau, shift, pec) == [claire.name]
    assert ReadBack.objects.get(cancelled_at=None).version == fresh(pec).version


def test_another_shift_is_another_handover(claire: Character, hospitals: Hospitals, shift: Shift) -> None:
    pec = encounter(unit=hospitals.sau)
    reads(claire, hospitals.sau, shift, pec)
    next_one = Shift(shift.ends_at, shift.ends_at + timedelta(hours=7))
    assert who_read(claire, hospitals.sau, next_one, pec) == []


def test_a_click_is_taken_back_whole_by_its_author_within_ten_seconds(
    claire: Character, ines: Character, hospitals: Hospitals, shift: Shift
) -> None:
    pecs = [encounter(unit=hospitals.sau) for _ in range(3)]
    now = clock.now()
    made = reads(claire, hospitals.sau, shift, *pecs, now=now)
    wanted = {"care_unit": hospitals.sau, "read_back_id": made[0].pk}
    with refused("n’existe plus"):
        undo_read_back(actor=ines.actor, now=now, **wanted)
    with refused("10 secondes"):
        undo_read_back(actor=claire.actor, now=now + timedelta(seconds=13), **wanted)
    undo_read_back(actor=claire.actor, now=now + timedelta(seconds=5), **wanted)
    assert not ReadBack.objects.filter(cancelled_at=None).exists()
    with refused("n’existe plus"):
        undo_read_back(actor=claire.actor, now=now + timedelta(seconds=6), **wanted)


def test_only_the_patients_of_the_sheet_are_read(
    claire: Character, zoe: Character, hospitals: Hospitals, shift: Shift
) -> None:
    elsewhere, here = encounter(unit=hospitals.narbonne_sau), encounter(unit=hospitals.sau)
    with refused("ne sont plus sur cette relève"):
        reads(claire, hospitals.sau, shift, elsewhere)
    with refused("Cochez au moins un patient"):
        reads(claire, hospitals.sau, shift)
    with pytest.raises(NotVisible):
        reads(zoe, hospitals.sau, shift, here)
    assert not ReadBack.objects.exists()


def test_a_record_that_cannot_be_read_takes_nobody_else_down(
    claire: Character, hospitals: Hospitals, shift: Shift
) -> None:
    destroyed, other = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    keys.destroy(destroyed.data_key_id, by=claire.id, at=clock.now())
    assert [row.encounter_id for row in reads(claire, hospitals.sau, shift, destroyed, other)] == [other.pk]


def test_the_sheet_of_each_unit_has_its_own_patients(
    claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    """The emergency department has those it holds, psychiatry those it takes part in; who left is there for a while."""
    now = clock.now()
    alone, asked, gone = (encounter(unit=hospitals.sau) for _ in range(3))
    ask(claire, asked, "psychiatry", unit=hospitals.emp)
    exited(gone)
    since = now - timedelta(hours=2)

    def on(who: Character, unit: CareUnit, at: Any = since) -> set[Any]:
        return {pk for pk, _ in queries.sheet_ids(unit, at, who.actor, clock.now())}

    assert on(claire, hospitals.sau) == {alone.pk, asked.pk, gone.pk}
    assert on(claire, hospitals.sau, clock.now()) == {alone.pk, asked.pk}
    assert on(martin, hospitals.emp) == {asked.pk}


def test_what_changed_leaves_out_what_was_undone_and_what_changed_again(
    claire: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    click(encounters.set_motif, claire, pec, motif="Chute")
    click(encounters.set_motif, claire, pec, motif="Chute, plaie du front")
    click(encounters.undo_event, claire, click(sign_and_return, claire, pec), event_uid=last_motif(pec))
    told = queries.changes_since([pec.pk], clock.now() - timedelta(minutes=5))[pec.pk]
    sentences = [entry.sentence for entry in told]
    assert not [sentence for sentence in sentences if "plaie du front" in sentence]
    assert "Transmission" in sentences
    assert not queries.changes_since([pec.pk], clock.now() + timedelta(minutes=5))


def sign_and_return(**wanted: Any) -> Encounter:
    return sign_note(text="Vu par la famille", **wanted)


def last_motif(pec: Encounter) -> Any:
    entry = timeline.last_change(pec.pk, "motif")
    assert entry is not None
    return entry.uid
