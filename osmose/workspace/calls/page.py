"""The calls of a unit and a day, journaled before any of them is shown; and those that a PEC may take."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import urlencode

from osmose.encounters import queries
from osmose.encounters.lifecycle.calls import DIRECTION_LABELS, Direction
from osmose.encounters.models import Encounter, PhoneCall
from osmose.kernel.access.policy import Policy
from osmose.kernel.actions.undo import DELAY
from osmose.kernel.base.clock import paris
from osmose.kernel.base.ids import made_at
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import Listing, StaffRequest

_FIRST = date(2000, 1, 1)  # before any call


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, in words."""

    id: uuid.UUID
    called_at: datetime
    direction: str
    is_received: bool
    caller: str
    unit: str
    other_unit: str
    question: str
    advice: str
    expected_at: datetime | None
    minutes: int | None
    author: str
    encounter_id: uuid.UUID | None
    is_linked: bool
    is_correction: bool
    corrected_at: datetime | None
    can_correct: bool
    is_struck: bool
    seconds_to_undo: int


@dataclass(frozen=True)
class Page:
    """A day of calls."""

    day: date
    is_today: bool
    unit: str
    units: tuple[tuple[str, str], ...]
    calls: tuple[Call, ...]

    @property
    def counted(self) -> int:
        """Those that were not noted by mistake."""
        return sum(not call.is_struck for call in self.calls)

    @property
    def undoable(self) -> Call | None:
        """One's own, noted less than ten seconds ago."""
        return next((call for call in self.calls if call.seconds_to_undo), None)

    @property
    def before(self) -> str:
        return self._query(self.day - timedelta(days=1))

    @property
    def after(self) -> str:
        """Nothing is noted of a day to come."""
        return "" if self.is_today else self._query(self.day + timedelta(days=1))

    def _query(self, day: date) -> str:
        return urlencode({"jour": day.isoformat(), **({"unite": self.unit} if self.unit else {})})


@dataclass(frozen=True)
class Asked:
    day: date
    unit: uuid.UUID | None
    rows: Sequence[PhoneCall]


def listing(request: StaffRequest, policy: Policy[PhoneCall]) -> Listing:  # noqa: ARG001 - the policy is the queries' own
    """The calls of the day and unit of the address."""
    day, unit = _day(request), _id(request.GET.get("unite", ""))
    rows = queries.calls_of(request.actor, request.now, day, unit)
    persons = tuple(row.encounter.patient_id if row.encounter else row.pk for row in rows)
    return Listing(subjects=tuple(row.pk for row in rows), persons=persons, rows=Asked(day, unit, rows))


def build(request: StaffRequest, shown: Listing) -> Page:
    asked: Asked = shown.rows
    today = paris(request.now).date()
    return Page(
        day=asked.day,
        is_today=asked.day >= today,
        unit=str(asked.unit or ""),
        units=tuple((str(m.unit_id), m.unit_label) for m in request.actor.memberships),
        calls=in_words(asked.rows, request),
    )


def in_words(rows: Sequence[PhoneCall], request: StaffRequest) -> tuple[Call, ...]:
    """The calls; a PEC is linked only where its page may be opened."""
    opens = queries.readable_among([r.encounter_id for r in rows if r.encounter_id], request.actor, request.now)
    return tuple(_call(row, opens, request) for row in rows)


def _call(row: PhoneCall, opens: set[uuid.UUID], request: StaffRequest) -> Call:
    is_struck = bool(getattr(row, "is_struck", False))
    correction = getattr(row, "corrected_by", None)
    caller, function = _said(row, "caller"), _said(row, "caller_function")
    return Call(
        id=row.pk,
        called_at=row.called_at,
        direction=DIRECTION_LABELS[Direction(row.direction)],
        is_received=row.direction == Direction.RECEIVED,
        caller=f"{caller} ({function})" if function else caller,
        unit=row.care_unit.short_name,
        other_unit=row.other_unit.label if row.other_unit else "",
        question=_said(row, "question"),
        advice=_said(row, "advice"),
        expected_at=row.expected_at,
        minutes=row.minutes,
        author=_said(row, "author_words"),
        encounter_id=row.encounter_id if row.encounter_id in opens else None,
        is_linked=row.encounter_id is not None,
        is_correction=row.corrects_id is not None,
        corrected_at=correction.called_at if correction else None,
        can_correct=not is_struck and correction is None and (row.encounter_id is None or row.encounter_id in opens),
        is_struck=is_struck,
        seconds_to_undo=0 if is_struck or correction else _seconds_to_undo(row, request),
    )


def _seconds_to_undo(row: PhoneCall, request: StaffRequest) -> int:
    """By its author, from when it was noted, whatever the hour of the call; a correction is corrected, not undone."""
    noted_at = made_at(row.pk)
    if row.author_id != request.actor.id or row.corrects_id is not None or noted_at is None:
        return 0
    return max(0, ceil((DELAY - (request.now - noted_at)).total_seconds()))


@dataclass(frozen=True)
class OfPec:
    """The PEC that a call is noted on, and the calls that it may take."""

    encounter: Encounter
    linkable: Sequence[PhoneCall]


def of_pec(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Listing:
    """The PEC of the address, and the last calls that no PEC has."""
    encounter = queries.acted_on(kwargs["encounter_id"], policy, request.actor, request.now)
    if encounter is None:
        raise NotVisible
    rows = queries.linkable_calls(request.actor, request.now)
    return Listing(
        subjects=(encounter.pk, *(row.pk for row in rows)),
        persons=(encounter.patient_id, *(row.pk for row in rows)),
        rows=OfPec(encounter, rows),
    )


def _day(request: StaffRequest) -> date:
    """The day asked for; today where it is none, or to come."""
    today = paris(request.now).date()
    try:
        return max(_FIRST, min(date.fromisoformat(request.GET.get("jour", "")), today))
    except ValueError:
        return today


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _said(row: PhoneCall, name: str) -> str:
    value = readable(row, name)
    return "illisible" if value is UNREADABLE else str(value or "")
