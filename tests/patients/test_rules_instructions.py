"""Standing instructions: what they are worth on a day, what may be written, two hands on the same one."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.base.refused import Refused
from osmose.patients.rules.instructions import (
    PART_MAX,
    PARTS,
    Draft,
    InstructionKind,
    InstructionState,
    check,
    join,
    state_on,
)

TODAY = date(2026, 11, 26)
DAY = timedelta(days=1)


def draft(**given: Any) -> Draft:
    dates = {"valid_from": TODAY, "review_on": TODAY + 180 * DAY, **given}
    return Draft(InstructionKind.CONDUCT, dates.pop("parts", {"text": "Appeler le CMP"}), **dates)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, InstructionState.CURRENT),
        ({"valid_from": TODAY + DAY}, InstructionState.UPCOMING),
        ({"valid_until": TODAY}, InstructionState.CURRENT),
        ({"valid_until": TODAY - DAY}, InstructionState.EXPIRED),
        ({"review_on": TODAY}, InstructionState.CURRENT),
        ({"review_on": TODAY - DAY}, InstructionState.TO_REVIEW),
        ({"review_on": TODAY - DAY, "valid_until": TODAY - DAY}, InstructionState.EXPIRED),
        ({"is_ended": True, "review_on": TODAY - DAY}, InstructionState.ENDED),
    ],
)
def test_the_last_day_and_the_day_of_the_review_still_count(given: dict[str, Any], state: InstructionState) -> None:
    known = {"valid_from": TODAY - DAY, "valid_until": None, "review_on": TODAY + DAY, "is_ended": False, **given}
    assert state_on(TODAY, **known) is state


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"parts": {}}, "text", "Écrivez la consigne"),
        ({"parts": {"text": "x" * (PART_MAX + 1)}}, "text", "trop long"),
        ({"valid_from": None}, "valid_from", "vérifiez l’année"),
        ({"valid_from": date(1900, 1, 1)}, "valid_from", "vérifiez l’année"),
        ({"valid_until": TODAY - DAY}, "valid_until", "après son début"),
        ({"review_on": None}, "review_on", "après aujourd’hui"),
        ({"review_on": TODAY}, "review_on", "après aujourd’hui"),
        ({"review_on": TODAY + 800 * DAY}, "review_on", "deux ans"),
        ({"valid_from": TODAY + 90 * DAY, "review_on": TODAY + 30 * DAY}, "review_on", "après le début"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(given: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        check(draft(**given), today=TODAY)
    assert refused.value.field == field
    assert words in refused.value.sentence


def test_each_kind_has_parts_of_its_own_and_something_to_read_at_once() -> None:
    for kind in InstructionKind:
        names = [part.name for part in PARTS[kind]]
        assert len(names) == len(set(names))
        assert any(part.is_first for part in PARTS[kind]), kind


TEXTS = st.dictionaries(st.sampled_from(["helps", "harms", "wishes"]), st.sampled_from(["", "a", "b", "c"]), min_size=3)


@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_two_corrections_joined_lose_none_of_what_was_changed(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    joined = join(base=base, mine=mine, theirs=theirs)
    for name, was in base.items():
        if name in joined.collisions:
            assert len({was, mine[name], theirs[name]}) == 3
            continue
        changes = {text for text in (mine[name], theirs[name]) if text != was}
        assert joined.values[name] == (changes.pop() if changes else was)


def test_a_draft_comes_back_from_its_values() -> None:
    known = draft(parts={"text": "Appeler le CMP", "meanwhile": "Un café"}, valid_until=TODAY + DAY)
    assert Draft.of(known.kind, known.values()) == known
