"""The patient page in one screen of code: every query, in order."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.encounters import lifecycle, queries
from osmose.encounters.events import FieldChanged
from osmose.encounters.lifecycle import Availability, EncounterStatus, ExitMode
from osmose.encounters.models import Encounter
from osmose.handover.actions import DRAFT
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions.revisions import revision
from osmose.kernel.actions.undo import DELAY
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.drafts import keeping
from osmose.kernel.events.timeline import Entry
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import IdentityBand, identity, unshared
from osmose.patients.queries import numbers_of
from osmose.workspace.patient_page.identity_page import title_of
from osmose.workspace.patient_page.timeline import FIRST, Timeline, timeline
from osmose.workspace.patient_page.tracking import Tracking, tracking


@dataclass(frozen=True)
class Composer:
    """The note being written: its draft, when it was saved, or why nothing can be written."""

    text: str
    saved_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Page:
    """All that the page shows, for this reader."""

    encounter: Encounter
    identity: IdentityBand
    is_readable: bool
    status: EncounterStatus
    unit: str
    place: str
    motif: str
    motif_revision: int
    tracking: Tracking
    timeline: Timeline
    composer: Composer
    may_read_notes: bool
    reason: str
    exit: Availability
    cancel_exit: Availability
    close: Availability
    exit_modes: list[tuple[str, str]]
    fresh: Entry | None
    fresh_seconds: int
    version: str
    entries: int
    refusal: Refused | None
    typed: dict[str, str]

    @property
    def correction(self) -> str:
        """What the link to the identity says; empty where it can't be corrected by this reader, or now."""
        is_theirs = DataCategory.IDENTITY in queries.scope_of(self.encounter)
        return title_of(self.identity) if is_theirs and self.identity.is_readable and not self.reason else ""

    @property
    def refusal_at_the_top(self) -> Refused | None:
        """The refusal, where no line of the page is its own."""
        lines = (self.tracking.place, self.tracking.arrival_mode, *self.tracking.requests)
        own = {"motif", "text", *(line.field for line in lines)}
        return self.refusal if self.refusal and self.refusal.field not in own else None


def version_of(encounter: Encounter) -> str:
    """A word that changes with the PEC and with its patient."""
    return f"{encounter.version}.{encounter.patient.version}"


def build(
    actor: Actor,
    encounter: Encounter,
    now: datetime,
    *,
    entries: int = FIRST,
    refusal: Refused | None = None,
    typed: Any = None,
) -> Page:
    """The page of a PEC loaded by `queries.one`."""
    scope = queries.scope_of(encounter)
    course = queries.course_of(encounter)
    is_own = encounter.establishment_id in actor.establishment_ids(*CLINICAL)
    kinds = queries.kinds_of(encounter.establishment_id)
    places = queries.places_of([encounter.care_unit_id], but=encounter.pk, with_occupancy=is_own)
    may_read_notes = DataCategory.NOTES in scope
    told = timeline(encounter.pk, actor, now, scope=scope, limit=entries)
    writable = lifecycle.availability(encounter.status, "write")
    motif = readable(encounter, "motif")
    draft = keeping.body_of(user_id=actor.id, subject_id=encounter.pk, kind=DRAFT) if writable.is_possible else None
    fresh = fresh_click(told, actor, now)
    return Page(
        encounter=encounter,
        identity=_identity(encounter, scope, now),
        is_readable=motif is not UNREADABLE,
        status=EncounterStatus(encounter.status),
        unit=encounter.care_unit.short_name,
        place=course.place.words,
        motif="" if motif is UNREADABLE else str(motif or ""),
        motif_revision=revision(encounter, "motif"),
        tracking=tracking(course, kinds, places, writable.reason, scope),
        timeline=told,
        composer=Composer(draft[0] if draft else "", draft[1] if draft else None, writable.reason),
        may_read_notes=may_read_notes,
        reason=writable.reason,
        exit=lifecycle.availability(encounter.status, "exit"),
        cancel_exit=lifecycle.availability(encounter.status, "cancel_exit"),
        close=lifecycle.availability(encounter.status, "close") if is_own else Availability(False),
        exit_modes=[(m.value, m.label) for m in ExitMode],
        fresh=fresh,
        fresh_seconds=max(1, int((DELAY - (now - fresh.recorded_at)).total_seconds())) if fresh else 0,
        version=version_of(encounter),
        entries=entries,
        refusal=refusal,
        typed=defaultdict(str, {name: str(value) for name, value in (typed or {}).items()}),
    )


def _identity(encounter: Encounter, scope: frozenset[str], now: datetime) -> IdentityBand:
    """Who this is, where the agreement opens it."""
    if DataCategory.IDENTITY not in scope:
        return unshared(encounter.patient)
    numbers = numbers_of([encounter.patient_id]).get(encounter.patient_id, [])
    return identity(encounter.patient, today=paris(now).date(), numbers=numbers)


def fresh_click(told: Timeline, actor: Actor, now: datetime) -> Entry | None:
    """The last click of this actor, while it can still be undone."""
    undone = {e.undoes for e in told.entries if e.undoes}
    mine = [
        e
        for e in told.entries
        if e.actor_id == actor.id
        and isinstance(e.payload, FieldChanged)
        and e.uid not in undone
        and now - e.recorded_at < DELAY
    ]
    return max(mine, key=lambda e: e.id, default=None)
