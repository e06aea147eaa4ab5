"""Whatever is noted for safety: it comes back as it was kept, says itself in French, and its hours keep their order."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from osmose.encounters.lifecycle import ExitMode, HandedOver, Orientation
from osmose.encounters.lifecycle.exits import require_adult
from osmose.encounters.lifecycle.tracking import (
    REASSESS_MINUTES,
    TEXT_MAX,
    Belongings,
    BelongingsStep,
    ChildProtection,
    Guardians,
    Known,
    Missing,
    Restraint,
    Tracked,
    Watch,
    WatchCheck,
    WatchLevel,
    next_look,
    read_value,
    step_of,
)
from osmose.kernel.base.refused import Refused

START = datetime(2026, 1, 1, tzinfo=UTC)
hours = st.integers(0, 500_000).map(lambda minutes: START + timedelta(minutes=minutes))
texts = st.text(max_size=40).filter(lambda text: "None" not in text)
spans = st.timedeltas(timedelta(0), timedelta(hours=12))


@st.composite
def missings(draw: Any) -> Missing:
    since = draw(hours)
    seen = draw(st.none() | spans.map(lambda span: since - span))
    return Missing(since, seen, *(draw(texts) for _ in range(4)), is_constrained=draw(st.booleans()))


@st.composite
def restraints(draw: Any) -> Restraint:
    began, minutes = draw(hours), draw(st.sampled_from(REASSESS_MINUTES))
    said = {"prescriber": draw(texts.filter(bool)), "reason": draw(texts.filter(bool))}
    begun = Restraint(**said, started_at=began, due_at=began + timedelta(minutes=minutes))
    if draw(st.booleans()):
        return begun.reassessed(by=draw(texts), at=began + draw(spans), minutes=draw(st.sampled_from(REASSESS_MINUTES)))
    return begun


guardians = st.builds(
    Guardians, texts, st.none() | st.sampled_from(Known), st.none() | st.sampled_from(Known),
    st.none() | st.sampled_from(ChildProtection), texts, st.booleans(),
)  # fmt: skip
watches = st.builds(Watch, st.sampled_from(WatchLevel), hours, texts)
steps = st.sets(st.sampled_from(BelongingsStep)).map(lambda wanted: tuple(s for s in BelongingsStep if s in wanted))
belongings = st.builds(Belongings, steps, texts, texts)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "missing": missings(),
    "guardians": guardians,
    "watch": watches,
    "watch_check": st.builds(WatchCheck, hours),
    "belongings": belongings,
    "restraint": restraints(),
}
noted = st.sampled_from(sorted(VALUES)).flatmap(lambda field: st.tuples(st.just(field), VALUES[field]))


@given(noted=noted)
def test_what_is_kept_comes_back_and_says_itself(noted: tuple[str, Tracked]) -> None:
    field, value = noted
    assert read_value(field, json.loads(json.dumps(value.as_json()))) == value
    assert value.words.strip()
    assert "None" not in value.words


@given(watch=watches, looks=st.lists(spans, max_size=5))
def test_the_next_look_is_one_interval_after_the_last_and_never_goes_back(watch: Watch, looks: list[timedelta]) -> None:
    due = next_look(watch, None)
    assert (due is None) is (watch.level.minutes is None)
    for span in sorted(looks):
        after = next_look(watch, WatchCheck(watch.since + span))
        assert (after is None) is (due is None)
        if after is not None and due is not None:
            assert after == watch.since + span + timedelta(minutes=watch.level.minutes or 0) >= due
            due = after


@given(watch=watches, early=st.timedeltas(timedelta(minutes=1), timedelta(days=2)))
def test_a_look_of_before_a_decision_counts_for_nothing_after_it(watch: Watch, early: timedelta) -> None:
    assert next_look(watch, WatchCheck(watch.since - early)) == next_look(watch, None)


@given(value=restraints(), span=spans)
def test_a_restraint_always_has_a_term_within_six_hours_of_the_last_decision(value: Restraint, span: timedelta) -> None:
    assert timedelta(0) < value.due_at - value.decided_at <= timedelta(hours=6)
    assert value.started_at <= value.decided_at
    ended = Restraint(**{**value.__dict__, "ended_at": value.decided_at + span})
    assert (step_of(None, value), step_of(value, ended), step_of(ended, value)) == ("started", "ended", "started")
    assert step_of(value, None) == step_of(None, None) == "corrected"


@given(value=restraints(), minutes=st.integers(-10_000, 10_000))
def test_any_other_term_is_refused(value: Restraint, minutes: int) -> None:
    due = value.decided_at + timedelta(minutes=minutes)
    assume(not 0 < minutes <= 360)
    with pytest.raises(Refused) as caught:
        Restraint(**{**value.__dict__, "due_at": due})
    assert "6 heures" in caught.value.sentence


@given(noted=noted, span=spans)
def test_an_hour_corrected_keeps_the_order_or_is_refused(noted: tuple[str, Any], span: timedelta) -> None:
    _, value = noted
    if not hasattr(value, "moved"):
        return
    before = getattr(value, "since", None) or getattr(value, "at", None) or value.happened_at
    try:
        moved = value.moved(before, before - span)
    except Refused:
        return
    assert moved.moved(before - span, before) == value


@given(
    text=st.text(min_size=TEXT_MAX + 1, max_size=TEXT_MAX + 20), field=st.sampled_from(["place", "seen_by", "called"])
)
def test_a_text_too_long_is_refused_never_cut(text: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        Missing(START, **{field: text})
    assert "300 caractères" in caught.value.sentence


@given(
    mode=st.none() | st.sampled_from(ExitMode),
    orientation=st.none() | st.sampled_from(Orientation),
    to=st.sampled_from(["", " ", "Sa mère"]),
    reason=st.sampled_from(["", "Émancipé"]),
    is_minor=st.booleans(),
)
def test_a_child_goes_home_with_somebody_or_for_a_reason(
    mode: ExitMode | None, orientation: Orientation | None, to: str, reason: str, is_minor: bool
) -> None:
    goes_home = mode in (None, ExitMode.HOME) and orientation is not Orientation.RUNAWAY
    is_wrong = is_minor and goes_home and not (to.strip() or reason)
    try:
        require_adult(HandedOver(to, reason), is_minor=is_minor, mode=mode, orientation=orientation)
    except Refused:
        assert is_wrong
    else:
        assert not is_wrong
