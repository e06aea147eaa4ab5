"""What the demonstration tells, before any database: the same at any hour, coherent, in French, and of nobody."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from osmose.demo import deeds, evening, people, situations
from osmose.demo.case import Case
from osmose.demo.cases import FILE
from osmose.demo.evening import Scene
from osmose.demo.script import EXPECTED, INTERVIEWS, STATES, hands
from osmose.encounters.lifecycle.tracking import Alcohol
from osmose.kernel.base import french
from osmose.kernel.base.text import fold

# Clocks go back at 3:00 in Paris on 25 October 2026, forward at 2:00 on 29 March; and the turns of a day and a year.
HOURS = {
    "first half past two": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "second half past two": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    "ten past three in spring": datetime(2026, 3, 29, 1, 10, tzinfo=UTC),
    "midnight": datetime(2026, 7, 14, 22, 0, tzinfo=UTC),
    "new year": datetime(2026, 12, 31, 23, 5, tzinfo=UTC),
    "leap day at four": datetime(2028, 2, 29, 3, 0, tzinfo=UTC),
}
_STEPS = {
    *STATES, *EXPECTED, *INTERVIEWS, "arrivee", "tri", "installation", "box_attribue", "medecin", "contact_medical",
    "decision", "note", "sortie",
}  # fmt: skip
_ENGLISH = re.compile(r"\b(the|and|with|patient is|he|she|of|lorem|ipsum|todo)\b", re.IGNORECASE)
_HOUR_OF_DAY = re.compile(r"\b(ce soir|ce matin|hier soir|cette nuit|cet après-midi|(?:vers|demain) \d{1,2} h)")


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return evening.scenes()


def texts_of(case: Case) -> Iterator[str]:
    yield case.motif
    yield from (note.words for note in case.notes)
    yield from (noted.value.words for noted in case.noted)
    yield from case.remarks.values()
    yield from (step.detail for step in case.steps)


def test_44_are_here_21_have_left_and_65_are_closed_at_perpignan(scenes: list[Scene]) -> None:
    here = [s for s in scenes if s.hospital == "perpignan"]
    states = Counter("closed" if s.closed_after is not None else "left" if s.has_exited else "here" for s in here)
    assert states == {"here": 44, "left": 21, "closed": 65}
    assert Counter(s.hospital for s in scenes) == {"perpignan": 130, "narbonne": 3}
    assert len({s.key for s in scenes}) == len(scenes)


def test_the_evening_is_the_same_each_time(scenes: list[Scene]) -> None:
    again = evening.scenes()
    assert again == scenes
    now = HOURS["midnight"]
    assert [hands(s, now) for s in again] == [hands(s, now) for s in scenes]
    assert json.loads(FILE.read_text(encoding="utf-8"))["warning_fr"].startswith("Données entièrement fictives")


@pytest.mark.parametrize("now", HOURS.values(), ids=HOURS.keys())
def test_hours_are_in_order_and_never_in_the_future(scenes: list[Scene], now: datetime) -> None:
    for scene in scenes:
        done = hands(scene, now)
        assert isinstance(done[0].deeds[0], deeds.Arrive)
        assert now - done[0].at == timedelta(minutes=scene.minutes)
        hours = [deed.at for hand in done for deed in hand.deeds]
        assert all(first <= then for first, then in pairwise(hours)), scene.key
        assert hours[-1] <= now, scene.key
        for deed in (deed for hand in done for deed in hand.deeds):
            if isinstance(deed, deeds.Track) and isinstance(deed.value, Alcohol) and deed.value.mg_per_l is not None:
                assert deed.value.measured_at == french.time(deed.at)


def test_arrivals_are_spread_from_minutes_ago_to_a_day_ago(scenes: list[Scene]) -> None:
    here = sorted(s.minutes for s in scenes if not s.has_exited and s.hospital == "perpignan")
    assert here[0] <= 5
    assert here[-1] == 1500
    assert sum(m < 60 for m in here) >= 8
    assert sum(m > 240 for m in here) >= 8
    left = [s.minutes - s.case.exit_minute for s in scenes if s.has_exited and s.closed_after is None]
    assert min(left) > 0
    assert max(left) < 24 * 60, "a PEC closes by itself a day after the exit"
    closed = [s.minutes - s.case.exit_minute for s in scenes if s.closed_after is not None]
    assert max(closed) < 30 * 24 * 60


def test_the_last_step_of_a_passage_is_its_exit_and_the_closure_follows(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert {step.kind for step in scene.case.steps} <= _STEPS, scene.key
        if scene.has_exited:
            assert scene.case.steps[-1].kind == "sortie", scene.key
            assert scene.case.leaving is not None, scene.key
        kinds = [type(hand.deeds[-1]) for hand in hands(scene, HOURS["midnight"])]
        assert (kinds[-1] is deeds.Close) is (scene.closed_after is not None)


def test_every_text_is_french_and_true_at_any_hour(scenes: list[Scene]) -> None:
    for scene in scenes:
        for text in texts_of(scene.case):
            assert "'" not in text, text
            assert not re.search(r" [:;!?%]|« | »", text), text
            assert not _ENGLISH.search(text), text
            assert not _HOUR_OF_DAY.search(text), text


def test_the_same_situation_is_told_in_other_words_the_second_time(scenes: list[Scene]) -> None:
    first_notes = Counter(
        s.case.notes[0].words for s in scenes if s.closed_after is None and s.case.notes and s.hospital == "perpignan"
    )
    assert first_notes.most_common(1)[0][1] == 1


def test_no_adult_is_in_the_paediatric_unit_and_no_minor_elsewhere(scenes: list[Scene]) -> None:
    minors = [s for s in scenes if s.case.person.is_minor]
    assert len([s for s in minors if not s.has_exited]) >= 7
    assert sum(s.case.person.is_baby for s in minors) >= 2
    for scene in scenes:
        units = {deed.unit for hand in hands(scene, HOURS["midnight"]) for deed in hand.deeds
                 if isinstance(deed, deeds.Transfer)}  # fmt: skip
        assert ("perpignan/PED" in units) is scene.case.person.is_minor, scene.key


def test_everybody_has_a_name_of_their_own_and_nobody_bears_one_of_the_staff(scenes: list[Scene]) -> None:
    whose = {s.case.person.key: s.case.person for s in scenes}
    names = Counter((p.birth_name, p.first_name) for p in whose.values())
    assert [name for name, times in names.items() if times > 1] == [("TARRIDEC", "Léo")]
    families = Counter(p.birth_name for p in whose.values())
    assert {name for name, times in families.items() if times > 1} <= {"TARRIDEC", whose["S01"].birth_name}
    staff = {fold(n) for p in people.PEOPLE for n in (p.family_name, p.given_name)}
    borne = {fold(n) for p in whose.values() for n in (p.birth_name, p.used_name, p.first_name) if n}
    assert not borne & staff


def test_phones_belong_to_the_numbers_kept_for_fiction(scenes: list[Scene]) -> None:
    said = " ".join(noted.value.words for s in scenes for noted in s.case.noted if noted.field == "company")
    phones = re.findall(r"\b0\d(?: \d\d){4}\b", said)
    assert len(phones) > 8
    assert all(phone.startswith(("06 39 98", "04 65 71")) for phone in phones)


def test_every_situation_is_played_and_ends() -> None:
    for key, told in situations.load().items():
        minutes = [int(step.split()[0]) for step in told["parcours"].split("; ")]
        assert minutes == sorted(minutes), key
        assert told["parcours"].split()[-1] == "sortie", key
        assert (told["ages"][1] < 18) is not (told["ages"][0] >= 19) or told.get("mois"), key
