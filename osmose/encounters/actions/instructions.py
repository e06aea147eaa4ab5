"""What is to be known of a patient at each visit, written from the PEC where somebody learned it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.encounters.operations.revised import Unchanged
from osmose.encounters.policies import INSTRUCT
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.patients import operations as patients
from osmose.patients.rules.instructions import Draft


@action(may=INSTRUCT, subject="encounter", verb=Verb.CREATE)
def write_instruction(*, actor: Actor, encounter: Encounter, draft: Draft, now: datetime) -> Encounter:
    """A new standing instruction of the patient; every open PEC of theirs shows it at once.

    `Refused`: a closed PEC, an empty or too long text, impossible dates, a second shared plan of the same kind.
    """
    with _written(encounter) as (row, about):
        patients.write_instruction(actor=actor, draft=draft, now=now, **about)
    return row


@action(may=INSTRUCT, subject="encounter")
def correct_instruction(
    *, actor: Actor, encounter: Encounter, instruction_id: uuid.UUID, draft: Draft, version: int, now: datetime
) -> Encounter:
    """The next version; what two people correct at once is joined, or both texts are given back (`Overtaken`)."""
    with _written(encounter) as (row, about):
        is_changed = patients.correct_instruction(
            actor=actor, instruction_id=instruction_id, draft=draft, version=version, now=now, **about
        )
        if not is_changed:
            raise Unchanged
    return row


@action(may=INSTRUCT, subject="encounter")
def review_instruction(
    *, actor: Actor, encounter: Encounter, instruction_id: uuid.UUID, version: int, review_on: date, now: datetime
) -> Encounter:
    """Read again and still true, until that day."""
    with _written(encounter) as (row, about):
        patients.review_instruction(
            actor=actor, instruction_id=instruction_id, version=version, review_on=review_on, now=now, **about
        )
    return row


@action(may=INSTRUCT, subject="encounter")
def end_instruction(
    *, actor: Actor, encounter: Encounter, instruction_id: uuid.UUID, version: int, reason: str, now: datetime
) -> Encounter:
    """It no longer holds; nothing of it is erased."""
    with _written(encounter) as (row, about):
        patients.end_instruction(
            actor=actor, instruction_id=instruction_id, version=version, reason=reason, now=now, **about
        )
    return row


@action(may=INSTRUCT, subject="encounter")
def resume_instruction(
    *, actor: Actor, encounter: Encounter, instruction_id: uuid.UUID, version: int, now: datetime
) -> Encounter:
    """It holds again: the end was a mistake."""
    with _written(encounter) as (row, about):
        patients.resume_instruction(actor=actor, instruction_id=instruction_id, version=version, now=now, **about)
    return row


@contextmanager
def _written(encounter: Encounter) -> Iterator[tuple[Encounter, dict[str, Any]]]:
    """The locked PEC, where it can still be written; all the open ones of the patient are drawn again."""
    patient = patients.lock(encounter.patient)
    row = rows.lock(encounter)
    yield row, {"patient": patient, "about": row}
    rows.touch_open(patient_ids={patient.pk, row.patient_id})
