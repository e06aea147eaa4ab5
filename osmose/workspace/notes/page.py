"""What the dialogs of a note show: the note, who has read it, and the records where it may belong."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.accounts.queries import names_of
from osmose.encounters import queries
from osmose.encounters.models import Encounter
from osmose.encounters.queries import Listed
from osmose.handover.models import HandoverNote
from osmose.handover.queries import after_of, is_open_focus, one_note
from osmose.handover.rules.readings import counts, words
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.base.text import fold
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import identity, unshared
from osmose.workspace.patient_page.note_after import told_of

_EXCERPT = 160


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The note that a dialog is about."""

    id: str
    who: str
    at: datetime
    excerpt: str
    is_open: bool


@dataclass(frozen=True)
class Read:
    """Somebody who has read, and when."""

    name: str
    unit: str
    at: datetime


@dataclass(frozen=True)
class Readings:
    """« Lue par 3 de 5 (SAU) », and each of them."""

    words: str
    readers: tuple[Read, ...]
    note: Shown


def note_of(encounter: Encounter, text: str, actor: Actor, now: datetime) -> HandoverNote | None:
    """The note of an address or a form, in this record; None where there is none that the actor may read."""
    note_id = _id(text)
    return one_note(encounter.pk, note_id, actor, now) if note_id else None


def shown(note: HandoverNote) -> Shown:
    text = " ".join(said_of(note).split())
    return Shown(
        id=str(note.pk),
        who=str(_or_unreadable(note, "author_words")),
        at=note.occurred_at,
        excerpt=text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1].rstrip()}…",
        is_open=is_open_focus(note),
    )


def said_of(note: HandoverNote) -> str:
    """The note on one line; « illisible » where it can't be read."""
    return str(_or_unreadable(note, "words"))


def readings(note: HandoverNote) -> Readings:
    """Who has read a note, the first first: one query for the names."""
    after, told = after_of(note), told_of(note)
    names, units = names_of(reader.id for reader in after.readers), after.audience or {}
    by_unit = {unit.id: unit.name for unit in units.values()}
    read = tuple(
        Read(names.get(reader.id, "Compte inconnu"), by_unit.get(reader.unit_id or reader.id, ""), reader.at)
        for reader in after.readers
        if reader.id != note.author_id
    )
    return Readings(words(counts(told, after.readers, units)), read, shown(note))


@dataclass(frozen=True)
class Candidates:
    """The record of the address, and the others where what it holds may belong: pairs (id, words)."""

    encounter: Encounter
    options: tuple[tuple[str, str], ...]


def candidates(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Listing:
    """The open PECs of the actor, named: two queries. The guard journals them before any is shown."""
    encounter = queries.acted_on(kwargs["encounter_id"], policy, request.actor, request.now)
    if encounter is None:
        raise NotVisible
    return listed(request, encounter)


def listed(request: StaffRequest, encounter: Encounter) -> Listing:
    """The same, for a post that shows them again."""
    rows = [row for row in queries.open_of(request.actor, request.now) if row.id != encounter.pk]
    rows = [row for row in rows if DataCategory.NOTES in row.scope]
    return Listing(
        subjects=(encounter.pk, *(row.id for row in rows)),
        persons=(encounter.patient_id, *(row.patient_id for row in rows)),
        rows=Candidates(encounter, tuple(_options(rows, request))),
    )


def _options(rows: Iterable[Listed], request: StaffRequest) -> list[tuple[str, str]]:
    """« BOX 3 · MARTIN Jeanne, née le… », by name."""
    by_id = {row.id: row for row in rows}
    today = paris(request.now).date()
    found = []
    for encounter in queries.to_draw(by_id, request.actor, request.now):
        row = by_id[encounter.pk]
        who = unshared(encounter.patient)
        if DataCategory.IDENTITY in row.scope:
            who = identity(encounter.patient, today=today, hide_protected=True)
        place = row.place.box_label or row.place.location_label
        found.append((str(encounter.pk), " · ".join(word for word in (who.name, who.details, place) if word)))
    return sorted(found, key=lambda option: fold(option[1]))


def _or_unreadable(note: HandoverNote, name: str) -> Any:
    value = readable(note, name)
    return "Transmission illisible" if value is UNREADABLE else value


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
