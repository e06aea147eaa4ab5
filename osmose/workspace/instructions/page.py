"""The pages of the instructions of a PEC's patient: all of them, and the form of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.encounters import lifecycle, queries
from osmose.encounters.models import Encounter
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.record import EventSubject
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import DataCategory
from osmose.patients.models import StandingInstruction
from osmose.patients.presenters import IdentityBand, identity, unshared
from osmose.patients.queries import instructions_of, numbers_of, versions_of
from osmose.patients.rules.instructions import (
    PARTS,
    REVIEWED_AFTER,
    InstructionKind,
    InstructionState,
    Overtaken,
    label_of,
)
from osmose.workspace.instructions import forms
from osmose.workspace.instructions.cards import Card, Text, card, cards


@dataclass(frozen=True)
class Chosen:
    """A PEC, and the kind or the instruction that its page is about."""

    encounter: Encounter
    kind: InstructionKind
    row: StandingInstruction | None = None

    def event_subject(self) -> EventSubject:
        return self.encounter.event_subject()


@dataclass(frozen=True, repr=False)
class Listed:
    """All the instructions of the patient: those that nobody ended, then the former ones."""

    encounter: Encounter
    band: IdentityBand
    current: tuple[Card, ...]
    former: tuple[Card, ...]
    kinds: tuple[InstructionKind, ...]
    reason: str
    next_review: str


@dataclass(frozen=True, repr=False)
class Field:
    """One part of the form; `theirs` is what somebody else wrote meanwhile, where both are to be chosen from."""

    name: str
    label: str
    hint: str
    value: str
    error: str
    theirs: str = ""
    is_disputed: bool = False
    rows: int = 3


@dataclass(frozen=True, repr=False)
class Version:
    """A former version: who, when, and its texts."""

    number: int
    written: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, repr=False)
class FormPage:
    """The form of one instruction, with what was typed and why it was refused."""

    encounter: Encounter
    band: IdentityBand
    kind: InstructionKind
    card: Card | None
    fields: tuple[Field, ...]
    dates: tuple[Field, ...]
    version: str
    versions: tuple[Version, ...]
    reason: str
    problem: str
    overtaken: Overtaken | None
    end_reason: str
    kept: tuple[tuple[str, str], ...] = forms.KEPT
    kept_dates: tuple[tuple[str, str], ...] = forms.KEPT[1:]

    @property
    def is_ended(self) -> bool:
        return self.card is not None and self.card.state is InstructionState.ENDED

    @property
    def has_errors(self) -> bool:
        return any(field.error for field in (*self.fields, *self.dates))


def band_of(encounter: Encounter, now: datetime) -> IdentityBand:
    """Who this is, where the agreement opens it."""
    if DataCategory.IDENTITY not in queries.scope_of(encounter):
        return unshared(encounter.patient)
    numbers = numbers_of([encounter.patient_id]).get(encounter.patient_id, [])
    return identity(encounter.patient, today=paris(now).date(), numbers=numbers)


def listed(request: StaffRequest, encounter: Encounter) -> Listed:
    """The whole list; why nothing can be written, where it can't."""
    rows = instructions_of(encounter.patient_id, request.actor, request.now)
    today = paris(request.now).date()
    return Listed(
        encounter=encounter,
        band=band_of(encounter, request.now),
        current=cards([row for row in rows if row.ended_at is None], request.now),
        former=tuple(card(row, request.now) for row in rows if row.ended_at is not None),
        kinds=tuple(InstructionKind),
        reason=lifecycle.availability(encounter.status, "write").reason,
        next_review=forms.typed(today + REVIEWED_AFTER),
    )


def form(
    request: StaffRequest,
    chosen: Chosen,
    refusal: Refused | None = None,
    errors: Mapping[str, str] | None = None,
) -> FormPage:
    """The form as asked, or with all that was typed beside the refusal."""
    row, overtaken = chosen.row, refusal if isinstance(refusal, Overtaken) else None
    is_unreadable = row is not None and readable(row, "parts") is UNREADABLE
    values, version = _values(request, chosen, overtaken, is_unreadable=is_unreadable)
    wrong = dict(errors or {})
    field = refusal.field if refusal and refusal.field else ""
    is_placed = field in values
    if refusal and is_placed:
        wrong[field] = refusal.sentence
    theirs = forms.shown(overtaken.theirs) if overtaken else {}
    reason = lifecycle.availability(chosen.encounter.status, "write").reason
    if is_unreadable:
        reason = "Consigne illisible\u202f: rien ne peut être enregistré. Prévenez l’administrateur."
    return FormPage(
        encounter=chosen.encounter,
        band=band_of(chosen.encounter, request.now),
        kind=chosen.kind,
        card=card(row, request.now) if row else None,
        fields=tuple(
            _field(p.name, p.label, p.hint, values, wrong, theirs, many=len(PARTS[chosen.kind]) > 3)
            for p in PARTS[chosen.kind]
        ),
        dates=tuple(
            _field(name, label_of(chosen.kind, name), "", values, wrong, theirs, many=True) for name in forms.DATES
        ),
        version=version,
        versions=_versions(row, chosen.kind),
        reason=reason,
        problem="" if is_placed or overtaken or not refusal else refusal.sentence,
        overtaken=overtaken,
        end_reason=request.POST.get("reason", ""),
    )


def _values(
    request: StaffRequest, chosen: Chosen, overtaken: Overtaken | None, *, is_unreadable: bool
) -> tuple[dict[str, Any], str]:
    """What the fields hold, and the version that it is about: as written, as typed, or as joined."""
    names = [part.name for part in PARTS[chosen.kind]]
    empty = dict.fromkeys((*names, *forms.DATES), "")
    if overtaken:
        return {**empty, **forms.shown(overtaken.values)}, str(overtaken.version)
    if request.method == "POST" and any(name in request.POST for name in names):
        current = {} if chosen.row is None or is_unreadable else chosen.row.draft().values()
        typed = forms.kept_of(request.POST, current)
        return {name: str(typed.get(name, "")) for name in empty}, request.POST.get("version", "")
    if chosen.row is None:
        return {**empty, **forms.blank(request)}, ""
    written = {} if is_unreadable else forms.shown(chosen.row.draft().values())
    return {**empty, **written}, str(chosen.row.version)


def _field(  # noqa: PLR0917 - one line of the form
    name: str,
    label: str,
    hint: str,
    values: Mapping[str, str],
    wrong: Mapping[str, str],
    theirs: Mapping[str, str],
    *,
    many: bool,
) -> Field:
    return Field(
        name=name,
        label=label,
        hint=hint,
        value=values.get(name, ""),
        error=wrong.get(name, ""),
        theirs=theirs.get(name, "") or "Rien",
        is_disputed=name in theirs,
        rows=2 if many else 4,
    )


def _versions(row: StandingInstruction | None, kind: InstructionKind) -> tuple[Version, ...]:
    """The versions before this one, each with its author."""
    if row is None:
        return ()
    return tuple(_version(old, kind) for old in versions_of(row) if old.version < row.version)


def _version(old: Any, kind: InstructionKind) -> Version:
    parts, by = readable(old, "parts"), readable(old, "written_by")
    texts: tuple[Text, ...] = (Text("Texte", "Version illisible"),)
    if parts is not UNREADABLE:
        texts = tuple(Text(label_of(kind, p.name), parts[p.name]) for p in PARTS[kind] if parts.get(p.name))
    day = forms.typed(paris(old.written_at).date())
    end = " · terminée" if old.ended_at else ""
    return Version(old.version, f"{'auteur illisible' if by is UNREADABLE else by}, {day}{end}", texts)
