"""Introuvable, surveillance, belongings, restraint: one click, told, undone, put at another hour, refused in words."""

from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters import actions, events
from osmose.encounters.lifecycle import ExitMode, Orientation
from osmose.encounters.lifecycle.tracking import (
    Belongings,
    BelongingsStep,
    Missing,
    Restraint,
    Watch,
    WatchCheck,
    WatchLevel,
    next_look,
)
from osmose.encounters.models import Encounter, Tracking
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Conflict, NotVisible
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click, last, note, noted, refused, retime, revision_of, undo
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau, arrived_at=clock.now() - timedelta(hours=3))


def told(pec: Encounter) -> str:
    return timeline.read(last(pec)).sentence


def restraint(minutes_ago: int = 10, due_in: int = 50, **more: Any) -> Restraint:
    began = clock.now() - timedelta(minutes=minutes_ago)
    return Restraint("Dr Ferrer", "Agitation", began, began + timedelta(minutes=minutes_ago + due_in), **more)


# --- introuvable ---


def test_one_click_says_introuvable_and_retrouve_clears_it(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "missing", Missing(since=clock.now()))
    assert told(pec) == "Signalé introuvable"
    assert Tracking.objects.get(encounter=pec).is_missing
    note(claire, pec, "missing", None)
    assert told(pec) == "Retrouvé"
    row = Tracking.objects.get(encounter=pec)
    assert (row.is_missing, row.missing) == (False, None)
    assert Encounter.objects.get(pk=pec.pk).status == "active", "the same PEC goes on"


def test_what_helps_to_look_for_somebody_is_kept_apart_from_the_flag_in_clear(
    claire: Character, pec: Encounter
) -> None:
    note(claire, pec, "missing", Missing(since=clock.now(), place="Parking", clothing="Pull rouge", called="Police"))
    row = Tracking.objects.filter(encounter=pec).values("is_missing", "missing").get()
    assert row["is_missing"]
    assert "Pull rouge" not in repr(row)
    assert "tenue\u202f: Pull rouge" in timeline.of(pec.pk)[0].detail


def test_undoing_introuvable_and_retrouve_puts_the_flag_back(claire: Character, pec: Encounter) -> None:
    value = Missing(since=clock.now(), place="Hall")
    note(claire, pec, "missing", value)
    note(claire, pec, "missing", None)
    undo(claire, pec)
    assert (noted(pec, "missing"), Tracking.objects.get(encounter=pec).is_missing) == (value, True)


def test_introuvable_at_another_hour_lasts_since_then(claire: Character, pec: Encounter) -> None:
    now = clock.now()
    note(claire, pec, "missing", Missing(since=now), now=now)
    earlier = now - timedelta(minutes=25)
    retime(claire, pec, earlier)
    assert noted(pec, "missing").from_when == earlier
    assert last(pec).occurred_at == earlier
    payload = timeline.read(last(pec)).payload
    assert isinstance(payload, events.MissingChanged)
    assert earlier.isoformat() in payload.after, "what is told is what is kept"


def test_nobody_who_has_left_is_introuvable(claire: Character, pec: Encounter) -> None:
    pecs.exited(pec)
    with refused("Le patient est sorti"):
        note(claire, pec, "missing", Missing(since=clock.now()))
    assert not Tracking.objects.filter(encounter=pec).exists()


def test_seen_after_having_been_signalled_is_refused_with_the_remedy() -> None:
    now = clock.now()
    with refused("Retrouvé"):
        Missing(since=now, seen_at=now + timedelta(minutes=1))


def test_an_exit_says_how_they_left_and_nobody_introuvable_is_transferred(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "missing", Missing(since=clock.now()))
    with refused("cliquez «\u202fRetrouvé\u202f»"):
        click(actions.exit_encounter, claire, pec, mode=ExitMode.TRANSFER, at=None)
    click(actions.exit_encounter, claire, pec, mode=None, orientation=Orientation.RUNAWAY, at=None)
    assert timeline.of(pec.pk)[0].detail == "Fugue"


def test_two_people_see_who_found_the_patient(claire: Character, hugo: Character, pec: Encounter) -> None:
    note(claire, pec, "missing", Missing(since=clock.now()))
    seen = revision_of(pec, "missing")
    note(hugo, pec, "missing", None)
    with pytest.raises(Conflict) as caught:
        note(claire, pec, "missing", Missing(since=clock.now(), place="Hall"), revision=seen)
    assert caught.value.by == "Dr Hugo Ferrer"


# --- surveillance ---


def test_a_look_pushes_the_next_hour(claire: Character, pec: Encounter) -> None:
    began = clock.now() - timedelta(minutes=40)
    note(claire, pec, "watch", Watch(WatchLevel.QUARTERLY, began, "Dr Ferrer"))
    assert next_look(noted(pec, "watch"), noted(pec, "watch_check")) == began + timedelta(minutes=15)
    looked = clock.now()
    note(claire, pec, "watch_check", WatchCheck(looked))
    assert told(pec) == "Surveillance faite"
    assert next_look(noted(pec, "watch"), noted(pec, "watch_check")) == looked + timedelta(minutes=15)
    undo(claire, pec)
    assert next_look(noted(pec, "watch"), noted(pec, "watch_check")) == began + timedelta(minutes=15)


def test_two_who_look_at_once_both_count_and_make_no_conflict(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    note(claire, pec, "watch", Watch(WatchLevel.HOURLY, clock.now()))
    note(hugo, pec, "watch_check", WatchCheck(clock.now()), revision=0)
    note(claire, pec, "watch_check", WatchCheck(clock.now()), revision=0)
    assert Event.objects.filter(subject_id=pec.pk, kind="encounters.watch_done").count() == 2


def test_a_look_put_at_another_hour_counts_from_there(claire: Character, pec: Encounter) -> None:
    now = clock.now()
    note(claire, pec, "watch", Watch(WatchLevel.QUARTERLY, now - timedelta(hours=1)), now=now)
    note(claire, pec, "watch_check", WatchCheck(now), now=now)
    retime(claire, pec, now - timedelta(minutes=10))
    assert next_look(noted(pec, "watch"), noted(pec, "watch_check")) == now + timedelta(minutes=5)


@pytest.mark.parametrize("level", [None, WatchLevel.NONE, WatchLevel.CONSTANT])
def test_no_look_is_due_without_a_rhythm(claire: Character, pec: Encounter, level: WatchLevel | None) -> None:
    if level is not None:
        note(claire, pec, "watch", Watch(level, clock.now()))
    with refused("Aucune surveillance régulière n’est demandée"):
        note(claire, pec, "watch_check", WatchCheck(clock.now()))


def test_another_level_is_counted_from_its_own_hour(claire: Character, pec: Encounter) -> None:
    now = clock.now()
    note(claire, pec, "watch", Watch(WatchLevel.HOURLY, now - timedelta(minutes=50)))
    note(claire, pec, "watch_check", WatchCheck(now - timedelta(minutes=40)))
    note(claire, pec, "watch", Watch(WatchLevel.QUARTERLY, now))
    assert next_look(noted(pec, "watch"), noted(pec, "watch_check")) == now + timedelta(minutes=15)


# --- belongings ---


def test_belongings_say_what_was_taken_away_and_by_whom(claire: Character, pec: Encounter) -> None:
    steps = (BelongingsStep.INVENTORIED, BelongingsStep.REMOVED)
    note(claire, pec, "belongings", Belongings(steps, "Ceinture, briquet", "agent de sécurité"))
    words = "Inventaire fait, Objets retirés\u202f: Ceinture, briquet · par agent de sécurité"
    assert told(pec) == f"Effets personnels\u202f: {words}"


# --- contention ---


def test_a_restraint_is_told_step_by_step(claire: Character, pec: Encounter) -> None:
    begun = restraint(minutes_ago=60, due_in=0)
    note(claire, pec, "restraint", begun)
    again = begun.reassessed(by="Dr Vidal", at=clock.now() - timedelta(minutes=20), minutes=60)
    note(claire, pec, "restraint", again)
    ended = Restraint(**{**again.__dict__, "ended_at": clock.now() - timedelta(minutes=5)})
    note(claire, pec, "restraint", ended)
    entries = [e for e in reversed(timeline.of(pec.pk)) if e.kind.startswith("encounters.restraint")]
    assert [e.kind.rpartition("_")[2] for e in entries] == ["started", "reassessed", "ended"]
    hours = [e.occurred_at for e in entries]
    assert hours == [begun.started_at, again.reassessed_at, ended.ended_at], "delays are read from events alone"
    assert "Agitation" in entries[0].detail


def test_a_restraint_goes_back_step_by_step(claire: Character, pec: Encounter) -> None:
    begun = restraint()
    note(claire, pec, "restraint", begun)
    now = clock.now()
    note(claire, pec, "restraint", Restraint(**{**begun.__dict__, "ended_at": now}), now=now)
    undo(claire, pec)
    assert noted(pec, "restraint") == begun
    note(claire, pec, "restraint", None)
    assert told(pec) == "Contention\u202f: trace effacée"


def test_a_restraint_ended_at_another_hour(claire: Character, pec: Encounter) -> None:
    begun, now = restraint(minutes_ago=30), clock.now()
    note(claire, pec, "restraint", begun, now=now)
    note(claire, pec, "restraint", Restraint(**{**begun.__dict__, "ended_at": now}), now=now)
    retime(claire, pec, now - timedelta(minutes=12))
    assert noted(pec, "restraint").ended_at == now - timedelta(minutes=12)
    with refused("La levée ne peut précéder le début"):
        retime(claire, pec, now - timedelta(minutes=31))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prescriber": ""}, "qui prescrit"),
        ({"reason": ""}, "pourquoi la contention"),
        ({"due_at": timedelta(hours=6, minutes=1)}, "dans les 6 heures"),
        ({"due_at": timedelta(0)}, "dans les 6 heures"),
        ({"reassessed_at": timedelta(minutes=-1)}, "ne peut précéder le début"),
        ({"ended_at": timedelta(minutes=-1)}, "La levée ne peut précéder"),
    ],
)
def test_what_a_restraint_can_not_be(change: dict[str, Any], words: str) -> None:
    began = clock.now()
    plain = {"prescriber": "Dr Ferrer", "reason": "Agitation", "started_at": began}
    hours = {name: began + value if isinstance(value, timedelta) else value for name, value in change.items()}
    with refused(words):
        Restraint(**{"due_at": began + timedelta(hours=1), **plain, **hours})


def test_a_restraint_begins_neither_before_the_arrival_nor_after_the_exit(claire: Character, pec: Encounter) -> None:
    with refused("n’était pas encore là"):
        note(claire, pec, "restraint", restraint(minutes_ago=300, due_in=0))
    note(claire, pec, "restraint", restraint())
    pecs.exited(pec)
    with refused("Le patient est sorti"):
        note(claire, pec, "restraint", restraint(minutes_ago=1))
    ended = Restraint(**{**noted(pec, "restraint").__dict__, "ended_at": clock.now() - timedelta(minutes=1)})
    note(claire, pec, "restraint", ended)
    assert told(pec) == "Contention levée", "what ended is still told"


# --- who may ---


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("missing", Missing(since=clock.now())),
        ("watch", Watch(WatchLevel.QUARTERLY, clock.now())),
        ("restraint", restraint()),
        ("belongings", Belongings(objects="Clés")),
    ],
)
def test_another_hospital_notes_nothing_of_it(zoe: Character, pec: Encounter, field: str, value: Any) -> None:
    with pytest.raises(NotVisible):
        note(zoe, pec, field, value)


@pytest.mark.parametrize("field", ["missing", "watch", "restraint", "belongings", "guardians"])
def test_a_closed_pec_is_read_only(claire: Character, pec: Encounter, field: str) -> None:
    pecs.exited(pec)
    click(actions.close_encounter, claire, pec)
    with refused("lecture seule"):
        note(claire, pec, field, None)
