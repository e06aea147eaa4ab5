"""One patient of the sheet: what changed first, then what is awaited, decided and given."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from osmose.encounters.lifecycle import EncounterStatus, Meaning
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Decision, read_value
from osmose.encounters.models import Encounter
from osmose.encounters.operations.founding import BED
from osmose.encounters.presenters import (
    ConcernBadge,
    RequestBadge,
    SafetyBadge,
    concern_badge,
    missing_badge,
    request_badge,
    restraint_badge,
    watch_badge,
)
from osmose.encounters.queries import drawn_requests, place_of, scope_of, tracking_of
from osmose.handover import queries
from osmose.handover.events import NoteSigned
from osmose.handover.models import HandoverNote
from osmose.handover.operations.treatments import words_of
from osmose.handover.queries.sheet import Read
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.timeline import Entry
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import IdentityBand, identity, unshared
from osmose.workspace.patient_page.shown import Shown
from osmose.workspace.treatments.page import NOT_NOTED, allergies_of

MOST = 6  # changes told of one patient; the others are on its page
# Who is in charge is said once, of now.
_LEFT_OUT = ("encounters.referent_", "encounters.relay_")
# What people said, gave, feared or decided is told before what was clicked, where there is no room for all.
_TOLD_FIRST = (
    "handover.",
    "encounters.concern_",
    "encounters.decision_",
    "encounters.restraint_",
    "encounters.missing_",
)
_AWAITED = frozenset(
    {Meaning.WAITING, Meaning.ACKNOWLEDGED, Meaning.DEFERRED, Meaning.RUNNING, Meaning.PAUSED, Meaning.AVAILABLE}
)
_HELD = frozenset({*_AWAITED, Meaning.DONE})


@dataclass(frozen=True)
class Change:
    """Something told since the last handover; `note` is the text of a transmission."""

    at: datetime
    icon: str
    title: str
    detail: str
    who: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """Who took note of the patient, for its own line of the sheet: nothing of the patient here."""

    id: str
    reads: tuple[Read, ...]
    is_mine: bool
    is_stale: bool
    can_read: bool


@dataclass(frozen=True, kw_only=True)
class Block:
    """All that the sheet shows of one patient, for this reader."""

    id: str
    url: str
    place: str
    place_ids: tuple[str, ...]
    who: IdentityBand
    motif: str
    arrived_at: datetime
    concern: ConcernBadge | None
    safety: tuple[SafetyBadge, ...]
    triage: str
    referents: str
    allergies: str
    sedation: str
    sedation_at: datetime | None
    decision: str
    bed: RequestBadge | None
    awaited: tuple[RequestBadge, ...]
    changes: tuple[Change, ...]
    more: int
    focuses: tuple[str, ...]
    instructions: tuple[str, ...]
    ack: Acknowledged

    @property
    def rank(self) -> tuple[bool, bool, str]:
        """Who is of concern, then who changed, then by place."""
        return (self.concern is None, not self.changes, self.place)


@dataclass(frozen=True)
class Facts:
    """What was read for the whole sheet, and who reads."""

    told: Mapping[uuid.UUID, list[Entry]]
    notes: Mapping[uuid.UUID, HandoverNote]
    focuses: Mapping[uuid.UUID, tuple[str, ...]]
    instructions: Mapping[uuid.UUID, tuple[str, ...]]
    reader_id: uuid.UUID
    today: date


def block(encounter: Encounter, facts: Facts) -> Block:
    """The block of a PEC read by `to_hand_over`."""
    scope = scope_of(encounter)
    who = _who(encounter, scope, facts.today)
    is_hidden = who.is_protected
    reads_notes = DataCategory.NOTES in scope and not is_hidden
    sedation = queries.last_sedation_of(encounter) if reads_notes else None
    requests = drawn_requests(encounter) if DataCategory.REQUESTS in scope else []
    badges = {r.kind.code: (r, request_badge(r, encounter.care_unit)) for r in requests}
    bed = badges.pop(BED, None)
    told = [] if is_hidden else _opened(facts.told.get(encounter.pk, ()), scope)
    return Block(
        id=str(encounter.pk),
        url=reverse("pec", args=[encounter.pk]),
        place=place_of(encounter).words,
        place_ids=(place_of(encounter).box, place_of(encounter).location),
        who=who,
        motif="" if is_hidden else _text(encounter, "motif", "Motif illisible"),
        arrived_at=encounter.arrived_at,
        concern=concern_badge(_noted(encounter, "concern"), is_minor=who.is_minor),
        safety=_safety(encounter, who),
        triage=_words(encounter, "triage"),
        referents=", ".join(_in_charge(one.role, one.words) for one in queries.referents_of(encounter)),
        allergies="" if is_hidden else allergies_of(encounter) or NOT_NOTED,
        sedation=words_of(sedation) if sedation else "",
        sedation_at=sedation.given_at if sedation else None,
        decision=_decision(encounter, is_hidden=is_hidden),
        bed=bed[1] if bed and bed[0].state.meaning in _HELD else None,
        awaited=tuple(badge for request, badge in badges.values() if badge and request.state.meaning in _AWAITED),
        changes=tuple(_change(entry, facts.notes) for entry in _chosen(told)),
        more=max(0, len(told) - MOST),
        focuses=facts.focuses.get(encounter.pk, ()) if reads_notes else (),
        instructions=facts.instructions.get(encounter.patient_id, ()) if not is_hidden else (),
        ack=acknowledged(encounter, facts.reader_id),
    )


def acknowledged(encounter: Encounter, reader_id: uuid.UUID) -> Acknowledged:
    """Of a PEC read with who took note of it."""
    reads = queries.read_backs_of(encounter)
    mine = next((read for read in reads if read.user_id == reader_id), None)
    is_stale = bool(reads) and all(read.version != encounter.version for read in reads)
    is_current = mine is not None and mine.version == encounter.version
    return Acknowledged(
        id=str(encounter.pk),
        reads=reads,
        is_mine=mine is not None,
        is_stale=is_stale,
        can_read=not is_current and encounter.status == EncounterStatus.ACTIVE,
    )


def _who(encounter: Encounter, scope: frozenset[str], today: date) -> IdentityBand:
    if DataCategory.IDENTITY not in scope:
        return unshared(encounter.patient)
    return identity(encounter.patient, today=today, hide_protected=True)


def _opened(entries: Iterable[Entry], scope: frozenset[str]) -> list[Entry]:
    """Those that the reader's agreement opens, newest first."""
    hidden = (*Shown().selection(scope, ()).hidden, *_LEFT_OUT)
    return [entry for entry in entries if not entry.kind.startswith(hidden)]


def _chosen(entries: list[Entry]) -> list[Entry]:
    """Those there is room for, newest first."""
    kept = sorted(entries, key=lambda entry: not entry.kind.startswith(_TOLD_FIRST))[:MOST]
    return [entry for entry in entries if entry in kept]


def _change(entry: Entry, notes: Mapping[uuid.UUID, HandoverNote]) -> Change:
    note = notes.get(uuid.UUID(entry.payload.note_id)) if isinstance(entry.payload, NoteSigned) else None
    who = " · ".join(word for word in (entry.by, entry.unit) if word)
    if note is not None and queries.after_of(note).strike is not None:
        # What was an error is not handed over as if it held.
        return Change(entry.occurred_at, entry.icon, f"{entry.sentence}, rayée", entry.detail, who)
    text = _text(note, "words", "Transmission illisible") if note else ""
    return Change(entry.occurred_at, entry.icon, entry.sentence, entry.detail, who, text)


def _safety(encounter: Encounter, who: IdentityBand) -> tuple[SafetyBadge, ...]:
    """Introuvable, restraint, surveillance, of somebody who is here."""
    if encounter.status != EncounterStatus.ACTIVE:
        return ()
    missing = _noted(encounter, "missing")
    concern = _noted(encounter, "concern")
    is_grave = who.is_minor or (concern is not None and concern.is_set)
    badges = (
        missing_badge(missing, is_grave=is_grave),
        restraint_badge(_noted(encounter, "restraint")),
        None if missing else watch_badge(_noted(encounter, "watch"), _noted(encounter, "watch_check")),
    )
    return tuple(badge for badge in badges if badge)


def _decision(encounter: Encounter, *, is_hidden: bool) -> str:
    decision: Any = _noted(encounter, "decision")
    if not isinstance(decision, Decision):
        return ""
    words = (decision.without_words if is_hidden else decision).words
    return f"{words[:1].upper()}{words[1:]}"


def _noted(encounter: Encounter, field: str) -> Any:
    """What is noted of a field; None where nothing is, or where it can't be read."""
    tracking = tracking_of(encounter)
    stored = readable(tracking, field) if tracking is not None else None
    return None if stored is UNREADABLE else read_value(field, stored)


def _words(encounter: Encounter, field: str) -> str:
    value = _noted(encounter, field)
    return value.words if value else ""


def _in_charge(role: str, words: str) -> str:
    return f"psy {words}" if role == Referent.PSYCHIATRY.value else words


def _text(row: object, name: str, otherwise: str) -> str:
    value = readable(row, name)
    return otherwise if value is UNREADABLE else str(value or "")
