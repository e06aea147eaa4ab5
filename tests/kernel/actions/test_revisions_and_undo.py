"""Conflicts are decided field by field; undo is for its author, at once, and only while nobody came after."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions, undo
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import Conflict, Refused
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import record
from tests.kernel.world import Noted, note, told, writing


@dataclass
class Row:
    revisions: dict[str, int] = field(default_factory=dict)


def require(row: Row, posted: int | None, *, mine: str = "a", theirs: str = "b", name: str = "motif") -> None:
    revisions.require(
        row,
        name,
        posted,
        mine=mine,
        theirs=theirs,
        last=lambda: revisions.LastChange(by="IDE Martin", at=None),
        label="Motif",
    )


def test_a_field_that_nobody_changed_is_taken() -> None:
    row = Row()
    require(row, 0)
    assert revisions.bump(row, "motif") == 1
    require(row, 1)


def test_another_field_never_makes_a_form_stale() -> None:
    row = Row()
    revisions.bump(row, "box")
    revisions.bump(row, "box")
    require(row, 0)
    assert revisions.revision(row, "motif") == 0


def test_a_stale_field_shows_both_values_and_who() -> None:
    row = Row({"motif": 3})
    with pytest.raises(Conflict) as conflict:
        require(row, 2, mine="douleur", theirs="fièvre")
    refused = conflict.value
    assert (refused.status, refused.field, refused.revision) == (409, "motif", 3)
    assert (refused.mine, refused.theirs, refused.by) == ("douleur", "fièvre", "IDE Martin")
    assert "Motif" in refused.sentence
    assert "douleur" not in str(refused)
    assert "douleur" not in refused.sentence  # a sentence may be logged


def test_wanting_what_is_already_so_is_no_conflict_nor_is_a_feed() -> None:
    row = Row({"motif": 3})
    require(row, 2, mine="fièvre", theirs="fièvre")
    require(row, None)


def test_a_bump_never_changes_the_mapping_in_place() -> None:
    before = {"motif": 1}
    row = Row(before)
    revisions.bump(row, "motif")
    assert before == {"motif": 1}


@pytest.fixture
def event(pec: Encounter, nurse: Actor) -> Event:
    note(actor=nurse, encounter=pec, text="vu", now=clock.now())
    return told(pec)[0]


def why_not(event: Event | None, actor: Actor, after: timedelta = timedelta(0)) -> str:
    at = event.recorded_at + after if event else clock.now()
    try:
        undo.require_undoable(event, actor=actor, now=at)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.django_db
def test_its_author_may_undo_within_ten_seconds(event: Event, nurse: Actor) -> None:
    assert why_not(event, nurse) == ""
    assert why_not(event, nurse, timedelta(seconds=10)) == ""
    assert why_not(event, nurse, timedelta(seconds=13)) == "undo-late"


@pytest.mark.django_db
def test_nobody_else_may_undo_it(event: Event, nurse: Actor) -> None:
    assert why_not(event, replace(nurse, id=new_id())) == "undo-author"
    assert why_not(None, nurse) == "undo-unknown"


@pytest.mark.django_db
def test_it_is_undone_once(pec: Encounter, event: Event, nurse: Actor) -> None:
    with writing(nurse):
        record(Noted(text="annulé"), subject=pec, actor=nurse, at=clock.now(), undoes=event.uid)
    assert why_not(event, nurse) == "undo-done"


def test_a_field_changed_since_is_not_undone() -> None:
    undo.require_unchanged(4, 4)
    with pytest.raises(Refused) as refused:
        undo.require_unchanged(5, 4)
    assert (refused.value.code, refused.value.status) == ("undo-stale", 409)


def test_every_refusal_is_a_french_sentence() -> None:
    said: list[Any] = []
    for attempt in (lambda: undo.require_unchanged(1, 0), lambda: undo.require_undoable(None, actor=None, now=None)):  # type: ignore[arg-type]
        try:
            attempt()
        except Refused as refused:
            said.append(refused.sentence)
    assert all(s[0].isupper() and s.endswith(".") for s in said)
    assert len(said) == 2
