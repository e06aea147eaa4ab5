"""What there is to read, journaled before any of it is shown: of each note its patient, its author and its words."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.handover.models import HandoverNote, MisfilingNotice
from osmose.handover.queries import after_of, notes_to_read, notices_to_know, recipients_of
from osmose.kernel.access.policy import Policy
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.patients.presenters import identity
from osmose.workspace.patient_page.note_after import Said, said


@dataclass(frozen=True, kw_only=True)
class ToRead:
    """One note to read."""

    id: str
    encounter: str
    patient: str
    details: str
    unit: str
    title: str
    text: str
    who: str
    to: str
    at: datetime
    answer_by: str
    is_urgent: bool
    said: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What one had read and was of somebody else."""

    id: int
    encounter: str
    at: datetime
    who: str
    is_note: bool


@dataclass(frozen=True)
class Page:
    """The list, and the word that changes with it."""

    notes: tuple[ToRead, ...]
    notices: tuple[Notice, ...]
    version: str

    @property
    def count(self) -> int:
        return len(self.notes) + len(self.notices)


@dataclass(frozen=True)
class _Found:
    notes: Sequence[HandoverNote]
    notices: Sequence[MisfilingNotice]


def listing(request: StaffRequest, policy: Policy[Any]) -> Listing:  # noqa: ARG001 - the policy is the queries' own
    """The PECs about to be named: two queries."""
    notes, notices = notes_to_read(request.actor, request.now), notices_to_know(request.actor)
    encounters = [note.encounter for note in notes] + [notice.misfiling.encounter for notice in notices]
    stated = [(note.pk, len(after_of(note).additions)) for note in notes], [notice.pk for notice in notices]
    return Listing(
        subjects=tuple(encounter.pk for encounter in encounters),
        persons=tuple(encounter.patient_id for encounter in encounters),
        version=hashlib.sha256(repr(stated).encode()).hexdigest()[:16],
        rows=_Found(notes, notices),
    )


def build(request: StaffRequest, shown: Listing) -> Page:
    """The words of what was journaled."""
    found: _Found = shown.rows
    notes = tuple(_note(note, request) for note in found.notes)
    return Page(notes, tuple(_notice(notice) for notice in found.notices), shown.version)


def _note(note: HandoverNote, request: StaffRequest) -> ToRead:
    who = identity(note.encounter.patient, today=paris(request.now).date(), hide_protected=True)
    return ToRead(
        id=str(note.pk),
        encounter=str(note.encounter_id),
        patient=who.name,
        details=who.details,
        unit=note.encounter.care_unit.short_name,
        title=str(note.get_kind_display()) if note.kind != "plain" else "Transmission",
        text=_said(note, "words"),
        who=_said(note, "author_words"),
        to=", ".join(_said(one, "words") for one in recipients_of(note)),
        at=note.occurred_at,
        answer_by=french.time(note.answer_by) if note.answer_by else "",
        is_urgent=note.is_urgent,
        said=tuple(said(addition) for addition in after_of(note).additions),
    )


def _notice(notice: MisfilingNotice) -> Notice:
    misfiling = notice.misfiling
    return Notice(
        id=notice.pk,
        encounter=str(misfiling.encounter_id),
        at=misfiling.recorded_at,
        who=_said(misfiling, "author_words"),
        is_note=misfiling.note_id is not None,
    )


def _said(row: object, name: str) -> str:
    value = readable(row, name)
    return "illisible" if value is UNREADABLE else str(value or "")
