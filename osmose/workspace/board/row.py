"""One row of the board: a pure function of the PEC and of what its audience may see."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from osmose.encounters.lifecycle import EncounterStatus, Meaning
from osmose.encounters.lifecycle.tracking import Ccmu, Concern, Decision, read_value
from osmose.encounters.models import Encounter, ServiceRequest
from osmose.encounters.operations.founding import BED, BIOLOGY, BOX, IMAGING, SOMATIC, TRANSPORT
from osmose.encounters.presenters import (
    Coming,
    ConcernBadge,
    RequestBadge,
    SafetyBadge,
    awaited_decision,
    coming_of,
    concern_badge,
    decision_badge,
    missing_badge,
    request_badge,
    restraint_badge,
    seen_at,
    unreadable_decision,
    watch_badge,
)
from osmose.encounters.queries import Audience, InCharge, Listed
from osmose.handover.models import HandoverNote
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import Flag, IdentityBand, identity, unshared
from osmose.patients.rules import IdentityStatus
from osmose.workspace.board.place import place_of

NO_BOX = "aucun box"
DECEASED = Flag("Décédé", "circle", "neutral")
UNREADABLE_MISSING = SafetyBadge("Introuvable", "Introuvable", "user-round-search", "warning")
PROVISIONAL = Flag("Prov.", "hourglass", "info")
# On a board, red is spent on préoccupant and tri 1 only.
_QUIETER = {"danger": "warning"}
_IN_COLUMNS = (IMAGING, BIOLOGY, SOMATIC)
_AFTER = (BED, TRANSPORT)
_NOTE_LENGTH = 160


@dataclass(frozen=True)
class RowFacts:
    """All that a row is drawn from; nothing of who looks."""

    listed: Listed
    encounter: Encounter
    requests: tuple[ServiceRequest, ...]
    last_note: HandoverNote | None
    today: date


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """What a row shows; no elapsed time (the browser counts from `since`), no button, no token, nothing unread."""

    id: uuid.UUID
    version: str
    standing: str
    url: str
    zone: str
    zone_label: str
    box: str
    name: str
    age: str
    sex: str
    missing: SafetyBadge | None
    concern: ConcernBadge | None
    kept: tuple[SafetyBadge, ...]
    flags: tuple[Flag, ...]
    motif: str
    arrived_at: datetime
    watch_minutes: int
    over_minutes: int
    left: str
    triage: str
    ccmu: str
    ccmu_meaning: str
    shows_requests: bool
    imaging: RequestBadge | None
    biology: RequestBadge | None
    decision: RequestBadge | None
    others: tuple[RequestBadge, ...]
    somatic: RequestBadge | None
    psychiatry: tuple[RequestBadge, ...]
    coming: Coming | None
    in_charge: str
    in_charge_words: str
    note: str
    can_note: bool
    unit: str

    @property
    def concern_title(self) -> str:
        """« Préoccupant », of a minor « Patient préoccupant », where the column shows the reason alone."""
        return self.concern.words.partition("\u202f:")[0] if self.concern else ""

    @property
    def requests(self) -> tuple[RequestBadge, ...]:
        """All in one line: psychiatry and the somatic evaluation beside it, what is decided, what is asked, exams."""
        exams = tuple(badge for badge in (self.imaging, self.biology) if badge)
        beside = (self.somatic,) if self.somatic else ()
        decided = (self.decision,) if self.decision else ()
        return (*self.psychiatry, *beside, *decided, *self.others, *exams)

    @property
    def has_second_line(self) -> bool:
        """Whether something is said under the psychiatric state."""
        return self.somatic is not None or self.coming is not None or any(badge.more for badge in self.psychiatry)

    @property
    def first_flag(self) -> Flag | None:
        return self.flags[0] if self.flags else None

    @property
    def more_flags(self) -> str:
        """« Homonyme, Prov. »: those that a narrow column says on demand."""
        return ", ".join(flag.words for flag in self.flags[1:])

    @property
    def more_count(self) -> int:
        return len(self.flags) - 1


def board_row(facts: RowFacts, audience: Audience) -> BoardRow:
    """The row of a PEC for an audience."""
    listed, encounter, scope = facts.listed, facts.encounter, audience.scope
    who = _who(facts, scope)
    unit, badges = encounter.care_unit, _badges(facts, scope)
    columns = {badge.code: badge for badge in badges if badge.code in _IN_COLUMNS and not badge.is_psychiatric}
    ccmu = _ccmu(encounter)
    return BoardRow(
        id=encounter.pk,
        version=f"{listed.version}.{listed.patient_version}",
        standing=place_of(listed),
        url=reverse("pec", args=[encounter.pk]),
        zone=listed.place.location_code,
        zone_label=listed.place.location_label,
        box=listed.place.box_label,
        name=who.name,
        age=who.age,
        sex=who.sex,
        missing=_missing(facts, who),
        concern=_concern(facts, who),
        kept=_kept(facts),
        flags=_flags(facts, who, audience),
        motif="" if listed.is_protected else _text(encounter, "motif", "Motif illisible"),
        arrived_at=encounter.arrived_at,
        watch_minutes=unit.waiting_watch_minutes,
        over_minutes=unit.waiting_over_minutes,
        left=_left(encounter, is_deceased=listed.is_deceased),
        triage="" if listed.is_deceased else listed.triage,
        ccmu=ccmu.label if ccmu else "",
        ccmu_meaning=ccmu.meaning if ccmu else "",
        shows_requests=DataCategory.REQUESTS in scope,
        imaging=columns.get(IMAGING),
        biology=columns.get(BIOLOGY),
        decision=_decision(facts),
        others=tuple(sorted((b for b in badges if b.code not in columns and not b.is_psychiatric), key=_downstream)),
        somatic=columns.get(SOMATIC),
        psychiatry=tuple(b for b in badges if b.is_psychiatric),
        coming=coming_of(encounter, facts.today) if DataCategory.REQUESTS in scope else None,
        in_charge=" · ".join(one.short for one in listed.in_charge),
        in_charge_words=_in_charge_words(listed.in_charge),
        note=_note(facts, scope),
        can_note=DataCategory.NOTES in scope and not listed.is_closed,
        unit=unit.short_name,
    )


def _who(facts: RowFacts, scope: tuple[str, ...]) -> IdentityBand:
    patient = facts.encounter.patient
    if DataCategory.IDENTITY not in scope:
        return unshared(patient)
    return identity(patient, today=facts.today, hide_protected=True)


def _flags(facts: RowFacts, who: IdentityBand, audience: Audience) -> tuple[Flag, ...]:
    """What must be known before anything else: of the passage, then of the identity where it is shared."""
    listed, patient = facts.listed, facts.encounter.patient
    flags = [DECEASED] if listed.is_deceased else []
    if audience.is_own_side and listed.has_twin:
        flags.append(Flag("2 PEC ouvertes", "circle-alert", "warning"))
    if audience.is_own_side and listed.shares_box:
        flags.append(Flag(f"{listed.place.box_label} · partagé", "users-round", "warning"))
    if DataCategory.IDENTITY in audience.scope:
        is_provisional = patient.status is IdentityStatus.PROVISOIRE and not who.is_unknown
        flags += [replace(flag, tone=_QUIETER.get(flag.tone, flag.tone)) for flag in who.flags]
        flags += [PROVISIONAL] if is_provisional else []
    if listed.passages > 1 and not listed.is_deceased:
        flags.append(Flag(f"{french.ordinal(listed.passages)} passage / 30\u00a0j", "repeat-2", "warning"))
    return tuple(flags)


def _concern(facts: RowFacts, who: IdentityBand) -> ConcernBadge | None:
    """An unreadable reason is said so: the worry itself must not disappear with it."""
    if not facts.listed.is_of_concern:
        return None
    tracking = facts.encounter.tracking
    stored = readable(tracking, "concern")
    if stored is UNREADABLE or stored is None:
        return ConcernBadge("Préoccupant\u202f: raison illisible", "Raison illisible", "")
    return concern_badge(Concern.from_json(stored), is_minor=who.is_minor)


def _missing(facts: RowFacts, who: IdentityBand) -> SafetyBadge | None:
    """Where nothing can be read of it, that nobody finds the patient is still said."""
    if not facts.listed.is_missing:
        return None
    value = _noted(facts, "missing")
    return missing_badge(value, is_grave=facts.listed.is_of_concern or who.is_minor) or UNREADABLE_MISSING


def _kept(facts: RowFacts) -> tuple[SafetyBadge, ...]:
    """Restraint and surveillance of somebody who is here: nobody looks at somebody who can’t be found."""
    if not facts.listed.is_active:
        return ()
    is_here = not facts.listed.is_missing
    badges = (
        restraint_badge(_noted(facts, "restraint")),
        watch_badge(_noted(facts, "watch"), _noted(facts, "watch_check")) if is_here else None,
    )
    return tuple(badge for badge in badges if badge)


def _noted(facts: RowFacts, field: str) -> Any:
    """What is noted of a field; None where nothing is, or where it can't be read."""
    tracking = getattr(facts.encounter, "tracking", None)
    stored = readable(tracking, field) if tracking is not None else None
    return None if stored is UNREADABLE else read_value(field, stored)


def _badges(facts: RowFacts, scope: tuple[str, ...]) -> list[RequestBadge]:
    if DataCategory.REQUESTS not in scope or facts.listed.is_deceased:
        return []
    unit = facts.encounter.care_unit
    shown = [request for request in facts.requests if not (_is_said_by_the_place(request) or _is_quiet(request))]
    return [badge for request in shown if (badge := request_badge(request, unit))]


def _is_said_by_the_place(request: ServiceRequest) -> bool:
    """A box given, or not needed: the place of the patient already says it."""
    return request.kind.code == BOX and request.state.meaning in (Meaning.DONE, Meaning.NOT_NEEDED)


def _is_quiet(request: ServiceRequest) -> bool:
    """A bed given back, a transport that nobody needs: nothing is waited for, nothing is held."""
    return request.kind.code in _AFTER and request.state.meaning is Meaning.NOT_NEEDED


def _downstream(badge: RequestBadge) -> int:
    """What follows from the decision comes beside it, the rest after."""
    return _AFTER.index(badge.code) if badge.code in _AFTER else len(_AFTER)


def _decision(facts: RowFacts) -> RequestBadge | None:
    """What is decided, or since when the decision is awaited; whoever has left waits for none.

    Of somebody whose identity is protected, nothing of what was typed.
    """
    tracking, listed = getattr(facts.encounter, "tracking", None), facts.listed
    stored = readable(tracking, "decision") if tracking is not None else None
    if stored is UNREADABLE:
        return unreadable_decision()
    if stored:
        decision = Decision.from_json(stored)
        return decision_badge(decision.without_words if listed.is_protected else decision)
    since = seen_at(facts.requests) if listed.is_active and DataCategory.REQUESTS in listed.scope else None
    return awaited_decision(since, facts.encounter.care_unit) if since else None


def _ccmu(encounter: Encounter) -> Ccmu | None:
    tracking = getattr(encounter, "tracking", None)
    return Ccmu(tracking.ccmu) if tracking is not None and tracking.ccmu else None


def _left(encounter: Encounter, *, is_deceased: bool) -> str:
    """« Sorti 14:05 », « Décès 14:05 », « Clôturée 23/11 »; empty while the patient is here."""
    if is_deceased and encounter.status == EncounterStatus.EXITED and encounter.exited_at:
        return f"Décès {french.time(encounter.exited_at)}"
    if encounter.status == EncounterStatus.EXITED and encounter.exited_at:
        return f"Sorti {french.time(encounter.exited_at)}"
    if encounter.status == EncounterStatus.CLOSED and encounter.closed_at:
        return f"Clôturée {paris(encounter.closed_at):%d/%m}"
    return ""


def _in_charge_words(people: tuple[InCharge, ...]) -> str:
    return ", ".join(one.words for one in people)


def _note(facts: RowFacts, scope: tuple[str, ...]) -> str:
    """The last note in one line, where the audience reads notes; none of somebody whose identity is protected."""
    if facts.last_note is None or DataCategory.NOTES not in scope or facts.listed.is_protected:
        return ""
    text = " ".join(_text(facts.last_note, "words", "Transmission illisible").split())
    return text if len(text) <= _NOTE_LENGTH else f"{text[: _NOTE_LENGTH - 1].rstrip()}…"


def _text(row: object, name: str, otherwise: str) -> str:
    """An unreadable text is said so: left blank, it would pass for one that nobody wrote."""
    value = readable(row, name)
    return otherwise if value is UNREADABLE else str(value or "")
