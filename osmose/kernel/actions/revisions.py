"""Conflicts are decided field by field: a note by somebody else never makes a form stale."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from osmose.kernel.base.refused import Conflict


class Revised(Protocol):
    """A row that counts the changes of each of its fields."""

    revisions: dict[str, int]


@dataclass(frozen=True)
class LastChange:
    """Who changed a field last."""

    by: str
    at: datetime | None


def revision(row: Revised, field: str) -> int:
    """How many times the field was changed."""
    return int(row.revisions.get(field, 0))


def bump(row: Revised, field: str) -> int:
    """Counts one more change; the caller saves `revisions` with the field."""
    number = revision(row, field) + 1
    row.revisions = {**row.revisions, field: number}
    return number


def require(
    row: Revised,
    field: str,
    posted: int | None,
    *,
    mine: str,
    theirs: str,
    last: Callable[[], LastChange],
    label: str,
) -> None:
    """Raises `Conflict` where the field has changed since the page that posts was drawn.

    `posted` None means a caller without a page (a feed): it takes the field as it is. Wanting what the field already
    says is no conflict.
    """
    current = revision(row, field)
    if posted is None or posted == current or mine == theirs:
        return
    change = last()
    raise Conflict(
        f"{label}\u202f: quelqu’un a changé cette valeur entre-temps.",
        field=field,
        mine=mine,
        theirs=theirs,
        by=change.by,
        at=change.at,
        revision=current,
    )
