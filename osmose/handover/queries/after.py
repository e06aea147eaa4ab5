"""What happened to notes after they were signed, read with them in the same query."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from osmose.accounts.models import Membership
from osmose.handover.models import AdditionKind, HandoverNote, NoteAddition, NoteKind, NoteRecipient, Receipt
from osmose.handover.policies import READ
from osmose.handover.rules.readings import Audience, Reader
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.db import embedded
from osmose.organisations.models import CareUnit, DataCategory

# What ends a cible or a SAED that awaits its answer, or takes the note out of what counts.
_ENDING = (AdditionKind.RESULT, AdditionKind.CLOSURE, AdditionKind.ACKNOWLEDGEMENT, AdditionKind.STRIKE)
_RECIPIENT = ("id", "data_key_id", "care_unit_id", "user_id", "words")
# A receipt is dated by its reader's request, which may be committed a little later.
_COMMITTED = timedelta(seconds=5)
_ADDITION = ("id", "data_key_id", "kind", "text", "author_id", "author_words", "care_unit_id", "occurred_at")


@dataclass(frozen=True)
class After:
    """What a note read `with_after` has had since: additions in order, readers, and the units that could read it."""

    additions: tuple[NoteAddition, ...] = ()
    readers: tuple[Reader, ...] = ()
    audience: Mapping[uuid.UUID, Audience] | None = None

    @cached_property
    def strike(self) -> NoteAddition | None:
        return next((a for a in self.additions if a.kind == AdditionKind.STRIKE), None)

    def of_kind(self, *kinds: AdditionKind) -> tuple[NoteAddition, ...]:
        return tuple(a for a in self.additions if a.kind in kinds)


def with_after(rows: QuerySet[HandoverNote], encounter_id: uuid.UUID | None, now: datetime) -> QuerySet[HandoverNote]:
    """The notes with their additions, receipts and the units of the PEC named beside them: `after_of`."""
    added = NoteAddition.objects.filter(note_id=OuterRef("pk")).order_by("recorded_at", "id")
    read = Receipt.objects.filter(note_id=OuterRef("pk")).order_by("seen_at", "id")
    sent = NoteRecipient.objects.filter(note_id=OuterRef("pk")).order_by("id")
    return rows.annotate(
        recipients_json=ArraySubquery(sent.values(json=embedded.columns(*_RECIPIENT))),
        additions_json=ArraySubquery(added.values(json=embedded.columns(*_ADDITION))),
        receipts_json=ArraySubquery(
            read.values(json=JSONObject(reader="reader_id", unit="care_unit_id", at="seen_at"))
        ),
        audience_json=_audience(encounter_id if encounter_id is not None else OuterRef("encounter_id"), now),
    )


def _audience(encounter_id: Any, now: datetime) -> ArraySubquery:
    """The units that take part, with how many people care there. Of one PEC, PostgreSQL asks once for all its notes."""
    staff = (
        Membership.objects.in_force(now)
        .filter(care_unit_id=OuterRef("unit_id"), role__in=[role.value for role in CLINICAL], user__is_active=True)
        .order_by()
        .values("care_unit_id")
        .annotate(count=Count("user_id", distinct=True))
        .values("count")
    )
    name = CareUnit.objects.filter(pk=OuterRef("unit_id")).values("short_name")
    units = Grant.objects.in_force(now).filter(
        subject_id=encounter_id, unit_id__isnull=False, scope__contains=[DataCategory.NOTES.value]
    )
    return ArraySubquery(units.values(json=JSONObject(unit=F("unit_id"), name=Subquery(name), staff=Subquery(staff))))


def after_of(note: HandoverNote) -> After:
    """What was read with the note; nothing of one read without."""
    audience = [Audience.from_json(stored) for stored in getattr(note, "audience_json", ())]
    return After(
        additions=tuple(embedded.revived(NoteAddition, stored) for stored in getattr(note, "additions_json", ())),
        readers=tuple(Reader.from_json(stored) for stored in getattr(note, "receipts_json", ())),
        audience={unit.id: unit for unit in audience},
    )


def recipients_of(note: HandoverNote) -> list[NoteRecipient]:
    """To whom a note read `with_after` is addressed, in the order it was."""
    return [embedded.revived(NoteRecipient, stored) for stored in getattr(note, "recipients_json", ())]


def awaiting() -> Q:
    """Notes that nothing has ended yet: cibles without a result said later, SAED that nobody acknowledged.

    A cible signed with its result is among them: what is encrypted is asked of each (`is_open_focus`).
    """
    ended = NoteAddition.objects.filter(note_id=OuterRef("pk"), kind__in=[kind.value for kind in _ENDING])
    return Q(~Exists(ended), kind__in=[NoteKind.FOCUS, NoteKind.SAED])


def is_open_focus(note: HandoverNote) -> bool:
    """A cible without a result, that nobody closed."""
    if note.kind != NoteKind.FOCUS or after_of(note).of_kind(*_ENDING):
        return False
    parts = readable(note, "parts")
    # Of one that can't be read nobody knows whether it has its result: its card says so.
    return parts is not UNREADABLE and not (parts or {}).get("response")


def is_unanswered(note: HandoverNote) -> bool:
    """A SAED that nobody acknowledged."""
    return note.kind == NoteKind.SAED and not after_of(note).of_kind(*_ENDING)


def open_notes(encounter_ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> list[HandoverNote]:
    """The open cibles and the SAED without answer of these PECs, the oldest first: one query."""
    rows = READ.rows(actor, now).filter(awaiting(), encounter_id__in=list(encounter_ids))
    found = with_after(rows, None, now).order_by("occurred_at", "id")
    return [note for note in found if is_open_focus(note) or is_unanswered(note)]


def one_note(encounter_id: uuid.UUID, note_id: uuid.UUID, actor: Actor, now: datetime) -> HandoverNote | None:
    """One note of a PEC, with all that happened to it, where the actor may read it: one query."""
    rows = READ.rows(actor, now).filter(pk=note_id, encounter_id=encounter_id)
    return with_after(rows, encounter_id, now).first()


def read_since(encounter_id: uuid.UUID, since: datetime, actor: Actor, now: datetime) -> list[HandoverNote]:
    """The notes of a PEC that somebody has read since a page was drawn, with what it shows of it: one query."""
    fresh = Receipt.objects.filter(note_id=OuterRef("pk"), seen_at__gt=since - _COMMITTED)
    rows = READ.rows(actor, now).filter(Exists(fresh), encounter_id=encounter_id)
    return list(with_after(rows, encounter_id, now).order_by("id"))
