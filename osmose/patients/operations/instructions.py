"""Writing standing instructions: each change is a version, an end is no erasure."""

import uuid
from datetime import date, datetime
from typing import Any

from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.record import Recorded, record
from osmose.patients import events, queries
from osmose.patients.models import Patient, StandingInstruction
from osmose.patients.operations.correcting import lock
from osmose.patients.policies import READ_INSTRUCTIONS
from osmose.patients.rules import instructions as rules
from osmose.patients.rules.instructions import ALONE, Draft, InstructionKind, Overtaken


@operation
def write_instruction(
    *, actor: Actor, patient: Patient, about: Recorded, draft: Draft, now: datetime
) -> StandingInstruction:
    """A new instruction, told in the timeline of `about` (the PEC where it is written).

    `Refused`: an empty or too long text, impossible dates, a second shared plan of the same kind.
    """
    patient = lock(patient)
    rules.check(draft, today=paris(now).date())
    _require_alone(patient, draft.kind)
    row = StandingInstruction(
        patient=patient, recorded_for=patient, data_key_id=patient.data_key_id, kind=draft.kind.value
    )
    _sign(row, actor, now, version=1)
    _fill(row, draft)
    row.save(force_insert=True)
    told = events.InstructionWritten(instruction_id=str(row.pk), nature=row.kind)
    record(told, subject=about, actor=actor, at=now, changed=["instructions"])
    return row


@operation
def correct_instruction(
    *,
    actor: Actor,
    patient: Patient,
    about: Recorded,
    instruction_id: uuid.UUID,
    draft: Draft,
    version: int,
    now: datetime,
) -> bool:
    """Writes the next version; `version` is the one that the form was drawn from. False where nothing changes.

    What two people correct at once is joined field by field; where both changed the same one, `Overtaken` gives both
    texts back. `Refused` as in `write_instruction`, and for an instruction that was ended.
    """
    row = _locked(patient, instruction_id, actor, now)
    _require_going_on(row)
    theirs = row.draft().values()
    joined = rules.join(base=_base(row, version, theirs), mine=draft.values(), theirs=theirs)
    if joined.collisions:
        raise Overtaken(
            values=joined.values,
            theirs={name: theirs[name] for name in joined.collisions},
            version=row.version,
            by=str(readable(row, "written_by") or ""),
            at=row.written_at,
        )
    wanted = Draft.of(InstructionKind(row.kind), joined.values)
    changed = sorted(name for name, value in wanted.values().items() if value != theirs[name])
    if not changed:
        return False
    _check_changed(wanted, changed, today=paris(now).date())
    _fill(row, wanted)
    _sign(row, actor, now, version=row.version + 1)
    _save(row, "parts", "valid_from", "valid_until", "review_on")
    told = events.InstructionCorrected(instruction_id=str(row.pk), nature=row.kind, fields=changed)
    record(told, subject=about, actor=actor, at=now, changed=["instructions"])
    return True


@operation
def review_instruction(
    *,
    actor: Actor,
    patient: Patient,
    about: Recorded,
    instruction_id: uuid.UUID,
    version: int,
    review_on: date,
    now: datetime,
) -> None:
    """Read again, still true: only the day of the next review changes. `Refused` where it was corrected meanwhile."""
    row = _locked(patient, instruction_id, actor, now)
    _require_same(row, version)
    _require_going_on(row)
    rules.check_review(review_on, today=paris(now).date())
    row.review_on = max(review_on, row.valid_from)
    _sign(row, actor, now, version=row.version + 1)
    _save(row, "review_on")
    told = events.InstructionReviewed(instruction_id=str(row.pk), nature=row.kind, review_on=row.review_on.isoformat())
    record(told, subject=about, actor=actor, at=now, changed=["instructions"])


@operation
def end_instruction(
    *,
    actor: Actor,
    patient: Patient,
    about: Recorded,
    instruction_id: uuid.UUID,
    version: int,
    reason: str,
    now: datetime,
) -> None:
    """It no longer holds, and says why; it stays among the former ones, with all its versions."""
    row = _locked(patient, instruction_id, actor, now)
    _require_same(row, version)
    _require_going_on(row)
    if not reason:
        raise Refused("Dites en quelques mots pourquoi cette consigne prend fin.", field="reason", code="no-reason")
    if len(reason) > rules.REASON_MAX:
        sentence = f"Cette raison est trop longue\u202f: {rules.REASON_MAX} caractères au plus."
        raise Refused(sentence, field="reason", code="too-long")
    row.ended_at, row.end_reason = now, reason
    _sign(row, actor, now, version=row.version + 1)
    _save(row, "ended_at", "end_reason")
    told = events.InstructionEnded(instruction_id=str(row.pk), nature=row.kind, reason=reason)
    record(told, subject=about, actor=actor, at=now, changed=["instructions"])


@operation
def resume_instruction(
    *, actor: Actor, patient: Patient, about: Recorded, instruction_id: uuid.UUID, version: int, now: datetime
) -> None:
    """An end by mistake: it holds again as it was. `Refused` where another plan has taken its place."""
    row = _locked(patient, instruction_id, actor, now)
    _require_same(row, version)
    if row.ended_at is None:
        raise Refused("Cette consigne est déjà en vigueur.", code="not-ended", status=409)
    _require_alone(row.patient, InstructionKind(row.kind))
    row.ended_at, row.end_reason = None, None
    _sign(row, actor, now, version=row.version + 1)
    _save(row, "ended_at", "end_reason")
    told = events.InstructionResumed(instruction_id=str(row.pk), nature=row.kind)
    record(told, subject=about, actor=actor, at=now, changed=["instructions"])


def _locked(patient: Patient, instruction_id: uuid.UUID, actor: Actor, now: datetime) -> StandingInstruction:
    """The fresh row of this patient, where the actor may read it and it can be read."""
    patient = lock(patient)
    rows = READ_INSTRUCTIONS.rows(actor, now).filter(pk=instruction_id, patient_id=patient.pk)
    row = rows.select_for_update(of=("self",), no_key=True).select_related("patient", "data_key").first()
    if row is None:
        raise NotVisible
    if readable(row, "parts") is UNREADABLE:
        raise Refused(
            "Consigne illisible\u202f: rien n’a été enregistré. Prévenez l’administrateur.",
            code="unreadable",
            status=409,
        )
    return row


def _base(row: StandingInstruction, version: int, theirs: dict[str, str]) -> dict[str, str]:
    """The texts that the writer had read; nothing is joined without asking where they can't be found."""
    if version == row.version:
        return theirs
    known = queries.version_of(row, version)
    if known is None or readable(known, "parts") is UNREADABLE:
        return {}
    dates = (known.valid_from, known.valid_until, known.review_on)
    return Draft(InstructionKind(row.kind), dict(known.parts), *dates).values()


def _require_same(row: StandingInstruction, version: int) -> None:
    if row.version != version:
        raise Refused(
            "Cette consigne a changé entre-temps\u202f: relisez-la avant de décider.", code="stale", status=409
        )


def _require_going_on(row: StandingInstruction) -> None:
    if row.ended_at is not None:
        raise Refused(
            "Cette consigne a été terminée entre-temps\u202f: reprenez-la d’abord si elle vaut encore.",
            code="ended",
            status=409,
        )


def _require_alone(patient: Patient, kind: InstructionKind) -> None:
    """The patient's row is locked: two people can't both begin one."""
    if kind in ALONE and patient.instructions.filter(kind=kind.value, ended_at=None).exists():
        raise Refused(
            f"Ce patient a déjà un {kind.label.lower()}\u202f: corrigez-le, ou terminez-le d’abord.",
            code="already-one",
            status=409,
        )


def _check_changed(draft: Draft, changed: list[str], *, today: date) -> None:
    """A review that is overdue doesn't keep anybody from correcting a word; a new date must be possible."""
    try:
        rules.check(draft, today=today)
    except Refused as refusal:
        if refusal.field != "review_on" or "review_on" in changed:
            raise


def _fill(row: StandingInstruction, draft: Draft) -> None:
    """`check` has seen that both days are there."""
    values: Any = draft
    row.parts = {name: text for name, text in draft.parts.items() if text}
    row.valid_from, row.valid_until, row.review_on = values.valid_from, values.valid_until, values.review_on


def _sign(row: StandingInstruction, actor: Actor, now: datetime, *, version: int) -> None:
    row.version = version
    row.written_by_id, row.care_unit_id, row.written_at = actor.id, actor.acting_unit_id, now
    row.written_by = " · ".join(word for word in (actor.name, actor.unit_label) if word)


def _save(row: StandingInstruction, *fields: str) -> None:
    row.save(update_fields=[*fields, "version", "written_by_id", "written_by", "care_unit", "written_at"])
