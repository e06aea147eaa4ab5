"""The composer with all its fields: fetched when somebody wants more than a text, or comes back to such a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.accounts.rules import Profession
from osmose.encounters import lifecycle, queries
from osmose.encounters.models import Encounter
from osmose.handover.forms import FOR_UNIT
from osmose.handover.models import MacroStage, NoteKind
from osmose.handover.operations import NoAccess
from osmose.handover.queries import Candidate, candidates, focuses_of, phrases_of
from osmose.handover.rules import SHAPES
from osmose.handover.rules.drafts import carried, unpack
from osmose.kernel.access.actor import Actor
from osmose.kernel.base.refused import Refused
from osmose.kernel.drafts import keeping
from osmose.kernel.drafts.keeping import Text
from osmose.kernel.web.drafts import Ongoing
from osmose.workspace.drafts import offered
from osmose.workspace.drafts.asked import NEWEST, Asked

# What each form is for, in the order in which they are offered.
FORMS = (
    (NoteKind.FOCUS.value, "Ciblée"),
    (NoteKind.SAED.value, "SAED"),
    (NoteKind.MACRO.value, "Macrocible"),
    (NoteKind.PLAIN.value, "Libre"),
)


@dataclass(frozen=True)
class Field:
    """One part of the form: its letter, its words, what was typed."""

    name: str
    letter: str
    label: str
    hint: str
    text: str
    is_first: bool


@dataclass(frozen=True)
class Offered:
    """A unit or person to whom the note may go; `is_chosen` where it does."""

    code: str
    words: str
    beside: str
    is_chosen: bool


@dataclass(frozen=True)
class NotePage:
    """The form of a note, what was typed in it, what may be chosen, and why it was refused."""

    encounter: Encounter
    form: str
    fields: tuple[Field, ...]
    typed: Mapping[str, Any]
    error: str
    wrong: str
    invites: tuple[tuple[str, str], ...]
    reason: str
    draft: Text | Ongoing | None
    others: tuple[offered.Offered, ...]
    saved_at: datetime | None
    is_unsaved: bool
    focuses: tuple[str, ...]
    phrases: tuple[tuple[str, str], ...]
    units: tuple[Offered, ...]
    chosen: tuple[Offered, ...]
    people: tuple[tuple[str, str], ...]
    readers: tuple[tuple[str, str], ...]
    forms: tuple[tuple[str, str], ...] = FORMS
    stages: tuple[tuple[str, str], ...] = tuple((stage.value, str(stage.label)) for stage in MacroStage)


def build(
    actor: Actor,
    encounter: Encounter,
    now: datetime,
    *,
    form: str = "",
    asked: Asked = NEWEST,
    typed: Mapping[str, Any] | None = None,
    ongoing: Ongoing | None = None,
    refusal: Refused | None = None,
) -> NotePage:
    """The form asked for with what was `typed` in the `ongoing` draft; without it, the draft asked for, in its own
    form unless another is wanted. Eight queries at most."""
    drafts = keeping.texts_about(user_id=actor.id, subject_id=encounter.pk)
    draft: Text | Ongoing | None = ongoing
    saved_at, is_unsaved = None, typed is not None
    if typed is None and (kept := asked.among(drafts)) is not None:
        draft, typed, saved_at = kept, unpack(kept.body), kept.saved_at
        typed = carried(typed, form) if form in NoteKind.values and form != typed.get("forme") else typed
    typed = {"text": "", "focus": "", "stage": "", "third_party": "", "readers": "", "at": "", "answer_by": "",
             "urgent": "", "to": [], **(typed or {})}  # fmt: skip
    wanted = form or str(typed.get("forme", ""))
    kind = wanted if wanted in NoteKind.values else NoteKind.PLAIN.value
    known = candidates(encounter, actor, now)
    return NotePage(
        encounter=encounter,
        form=kind,
        fields=_fields(kind, typed),
        typed=typed,
        error=refusal.sentence if refusal else "",
        wrong=(refusal.field or "") if refusal else "",
        invites=refusal.units if isinstance(refusal, NoAccess) else (),
        reason=lifecycle.availability(encounter.status, "write").reason,
        draft=draft,
        others=offered.offered(text for text in drafts if draft is None or text.id != draft.id),
        saved_at=saved_at,
        is_unsaved=is_unsaved,
        focuses=tuple(focus.label for focus in focuses_of(actor.acting_unit_id)) if kind == NoteKind.FOCUS else (),
        phrases=tuple((phrase.label, phrase.text) for phrase in phrases_of(actor.acting_unit_id)),
        units=tuple(_offered(one, typed["to"]) for one in known if one.is_unit and one.has_access),
        chosen=_chosen(known, typed["to"]),
        people=tuple((one.code, f"{one.words} · {one.unit}") for one in known if not one.is_unit and one.has_access),
        readers=_readers(queries.note_readers_of(encounter), actor),
    )


def _fields(kind: str, typed: Mapping[str, Any]) -> tuple[Field, ...]:
    shape = SHAPES.get(kind)
    if shape is None:
        hint = "Ce qui attire l’attention, ce qui a été fait, ce qui est attendu…"
        return (Field("text", "", "Transmission", hint, str(typed["text"]), True),)
    has_cible = kind == NoteKind.FOCUS
    return tuple(
        Field(f"part_{part.name}", part.letter, part.label, part.hint, str(typed.get(f"part_{part.name}", "")),
              is_first=at == 0 and not has_cible)
        for at, part in enumerate(shape.parts)
    )  # fmt: skip


def _offered(one: Candidate, chosen: list[str]) -> Offered:
    beside = one.unit if one.has_access else "sans accès"
    return Offered(one.code, one.words, beside, one.code in chosen)


def _chosen(known: list[Candidate], codes: list[str]) -> tuple[Offered, ...]:
    """Those chosen beyond the units that take part; one nobody knows any more stays, to be taken away."""
    by_code = {one.code: one for one in known}
    shown = {one.code for one in known if one.is_unit and one.has_access}
    return tuple(
        _offered(by_code[code], codes) if code in by_code else Offered(code, "Destinataire inconnu", "", True)
        for code in codes
        if code not in shown
    )


def _readers(units: tuple[str, ...], actor: Actor) -> tuple[tuple[str, str], ...]:
    """Who will be able to read, in words: the units by name, one's own alone, or one profession of theirs."""
    everybody = ", ".join(units)
    own = [(FOR_UNIT, f"{actor.unit_label} seulement")] if actor.unit_label else []
    professions = [(p.value, f"Les {p.label.lower()} de {everybody}") for p in Profession]
    return (("", f"Toutes les équipes\u202f: {everybody}"), *own, *professions)
