"""The patient page in one screen of code: every query, in order."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters import lifecycle, queries
from osmose.encounters.events import FieldChanged, PatientArrived, clicked_at
from osmose.encounters.lifecycle import Availability, EncounterStatus
from osmose.encounters.models import Encounter
from osmose.handover.rules.drafts import drafted_words, unpack
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions.undo import DELAY
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.drafts import keeping
from osmose.kernel.drafts.keeping import Text
from osmose.kernel.events.timeline import Entry
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import IdentityBand, identity, unshared
from osmose.patients.queries import numbers_of
from osmose.workspace.drafts.asked import NEWEST, Asked
from osmose.workspace.drafts.offered import Offered, offered
from osmose.workspace.instructions.cards import Known, known
from osmose.workspace.patient_page.header import Header, header
from osmose.workspace.patient_page.identity_page import title_of
from osmose.workspace.patient_page.lines import Line, Sight
from osmose.workspace.patient_page.shown import Shown
from osmose.workspace.patient_page.timeline import FIRST, Reader, Timeline, last_clicks, timeline
from osmose.workspace.patient_page.tracking import Tracking, Typed, tracking


@dataclass(frozen=True)
class Composer:
    """The note being written: its draft, when it was saved, or why nothing can be written; who will read it.

    `others` are what else its author was writing of this PEC: another open page's, or beside a row of the board.
    `form` is that of a draft which is more than a text: it is fetched with its fields.
    """

    text: str
    saved_at: datetime | None
    reason: str
    unit: str
    readers: tuple[str, ...] = ()
    draft: Text | None = None
    others: tuple[Offered, ...] = ()
    form: str = ""
    forms: tuple[tuple[str, str], ...] = (
        ("focus", "Ciblée"),
        ("saed", "SAED"),
        ("macro", "Macrocible"),
        ("plain", "Plus…"),
    )

    @property
    def readers_words(self) -> str:
        """« lisible par SAU, Équipe mobile »."""
        return f"lisible par {', '.join(self.readers)}" if self.readers else ""


@dataclass(frozen=True)
class Deeds:
    """What is possible now with the PEC as a whole, for this reader."""

    exit: Availability
    cancel_exit: Availability
    close: Availability
    reopen: Availability


@dataclass(frozen=True)
class Fresh:
    """One's own last click, and the seconds left to undo it."""

    entry: Entry
    seconds: int
    can_comment: bool = False

    @property
    def can_retime(self) -> bool:
        """« À une autre heure » has no meaning for the hour of arrival itself."""
        return isinstance(self.entry.payload, FieldChanged) and self.entry.payload.has_hour


@dataclass(frozen=True)
class Page:
    """All that the page shows, for this reader."""

    encounter: Encounter
    identity: IdentityBand
    is_readable: bool
    status: EncounterStatus
    unit: str
    place: str
    header: Header
    known: Known
    tracking: Tracking
    timeline: Timeline
    composer: Composer
    may_read_notes: bool
    reason: str
    deeds: Deeds
    motifs: tuple[str, ...]
    fresh: Fresh | None
    version: str
    refusal: Refused | None
    typed: Mapping[str, str]

    @property
    def correction(self) -> str:
        """What the link to the identity says; empty where it can't be corrected by this reader, or now."""
        is_theirs = DataCategory.IDENTITY in queries.scope_of(self.encounter)
        return title_of(self.identity) if is_theirs and self.identity.is_readable and not self.reason else ""

    @property
    def note_error(self) -> str:
        """Why the note was refused; empty where it was not."""
        return self.refusal.sentence if self.refusal and self.refusal.field == "text" else ""

    @property
    def refusal_at_the_top(self) -> Refused | None:
        """The refusal, where no line of the page is its own."""
        own = {"text", *(line.field for line in self.tracking.lines)}
        return self.refusal if self.refusal and self.refusal.field not in own else None


def version_of(encounter: Encounter) -> str:
    """A word that changes with the PEC and with its patient."""
    return f"{encounter.version}.{encounter.patient.version}"


def build(
    actor: Actor,
    encounter: Encounter,
    now: datetime,
    *,
    shown: Shown | None = None,
    limit: int = FIRST,
    refusal: Refused | None = None,
    typed: Mapping[str, str] | None = None,
    asked: Asked = NEWEST,
) -> Page:
    """The page of a PEC loaded by `queries.one`."""
    scope = queries.scope_of(encounter)
    is_own = encounter.establishment_id in actor.establishment_ids(*CLINICAL)
    writable = lifecycle.availability(encounter.status, "write")
    course = queries.course_of(encounter)
    offers = queries.offers_of(encounter)
    places = queries.places_of([encounter.care_unit_id], but=encounter.pk, with_occupancy=is_own)
    referents = queries.referents_of(encounter)
    reader = Reader(actor, now, scope, offers.kinds, writable.is_possible)
    told = timeline(encounter, reader, shown or Shown(), limit=limit)
    who = _identity(encounter, scope, now)
    standing = queries.standing_of(encounter, actor, now)
    drafts = keeping.texts_about(user_id=actor.id, subject_id=encounter.pk)
    noted, last = queries.tracking_of(encounter), told.last or {}
    sight = Sight(course, offers, noted, last, actor, now, reason=writable.reason, is_minor=who.is_minor)
    return Page(
        encounter=encounter,
        identity=who,
        is_readable=readable(encounter, "motif") is not UNREADABLE,
        status=EncounterStatus(encounter.status),
        unit=encounter.care_unit.short_name,
        place=course.place.words,
        header=header(sight, standing, places, referents, scope),
        known=known(encounter, scope, now, has_passed=standing.has_passed),
        tracking=tracking(sight, places, referents, scope, _typed(refusal, typed)),
        timeline=told,
        composer=_composer(encounter, drafts, asked, writable.reason, actor),
        may_read_notes=DataCategory.NOTES in scope,
        reason=writable.reason,
        deeds=_deeds(encounter, is_own=is_own),
        motifs=tuple(m.label for m in offers.motifs),
        fresh=fresh_click(told.last, actor, now, scope),
        version=version_of(encounter),
        refusal=refusal,
        typed=defaultdict(str, {name: str(value) for name, value in (typed or {}).items()}),
    )


@dataclass(frozen=True)
class Clicked:
    """What is drawn again at once after a click: its line, and the toast; the page asks for the rest by itself."""

    encounter: Encounter
    line: Line
    fresh: Fresh | None
    reason: str
    motifs: tuple[str, ...]
    refusal: None = None


def clicked(actor: Actor, encounter: Encounter, now: datetime, field: str) -> Clicked | None:
    """The line of a field after a deed on it, in a PEC loaded by `queries.one`; None where the reader has none."""
    scope, reason = queries.scope_of(encounter), lifecycle.availability(encounter.status, "write").reason
    is_own = encounter.establishment_id in actor.establishment_ids(*CLINICAL)
    offers = queries.offers_of(encounter)
    last = last_clicks(encounter, Reader(actor, now, scope, offers.kinds, can_write=not reason))
    noted, is_minor = queries.tracking_of(encounter), _is_minor(encounter, scope, now)
    sight = Sight(queries.course_of(encounter), offers, noted, last, actor, now, reason, is_minor)
    unit_id = encounter.care_unit_id
    places = queries.places_of([unit_id], but=encounter.pk, with_occupancy=is_own) if field == "place" else []
    referents = queries.referents_of(encounter) if field == "referents" else {}
    line = tracking(sight, places, referents, scope).line(field)
    if line is None:
        return None
    motifs = tuple(m.label for m in offers.motifs)
    return Clicked(encounter, line, fresh_click(last, actor, now, scope), reason, motifs)


def _composer(encounter: Encounter, drafts: tuple[Text, ...], asked: Asked, reason: str, actor: Actor) -> Composer:
    draft, readers = asked.among(drafts), queries.note_readers_of(encounter)
    others = offered(text for text in drafts if text is not draft)
    if draft is None:
        return Composer("", None, reason, actor.unit_label, readers, None, others)
    form, words = unpack(draft.body).get("forme", ""), drafted_words(draft.body)
    return Composer(words, draft.saved_at, reason, actor.unit_label, readers, draft, others, form)


def _typed(refusal: Refused | None, typed: Mapping[str, str] | None) -> Typed | None:
    return Typed(refusal.field, typed) if refusal and refusal.field and typed else None


def _deeds(encounter: Encounter, *, is_own: bool) -> Deeds:
    """Closing and reopening belong to the establishment that holds the record."""
    possible = {
        deed: lifecycle.availability(encounter.status, deed) for deed in ("exit", "cancel_exit", "close", "reopen")
    }
    never = Availability(False)
    return Deeds(
        exit=possible["exit"],
        cancel_exit=possible["cancel_exit"],
        close=possible["close"] if is_own else never,
        reopen=possible["reopen"] if is_own else never,
    )


def _identity(encounter: Encounter, scope: frozenset[str], now: datetime) -> IdentityBand:
    """Who this is, where the agreement opens it."""
    if DataCategory.IDENTITY not in scope:
        return unshared(encounter.patient)
    numbers = numbers_of([encounter.patient_id]).get(encounter.patient_id, [])
    return identity(encounter.patient, today=paris(now).date(), numbers=numbers)


def _is_minor(encounter: Encounter, scope: frozenset[str], now: datetime) -> bool:
    is_open = DataCategory.IDENTITY in scope
    return is_open and identity(encounter.patient, today=paris(now).date(), numbers=[]).is_minor


def fresh_click(last: Mapping[str, Entry] | None, actor: Actor, now: datetime, scope: frozenset[str]) -> Fresh | None:
    """The last click of this actor, while it can still be undone: nobody has changed its field since."""
    mine = [
        e
        for e in (last or {}).values()
        if e.actor_id == actor.id
        and isinstance(e.payload, FieldChanged | PatientArrived)
        and now - clicked_at(e) < DELAY
    ]
    # Who came in charge by the sector is told in the arrival's own transaction: it is the arrival that was clicked.
    newest = max(mine, key=lambda e: (e.recorded_at, isinstance(e.payload, PatientArrived), e.id), default=None)
    if newest is None:
        return None
    seconds = max(1, int((DELAY - (now - clicked_at(newest))).total_seconds()))
    is_bare = isinstance(newest.payload, FieldChanged) and not newest.payload.comment
    return Fresh(newest, seconds, can_comment=is_bare and DataCategory.NOTES in scope)
