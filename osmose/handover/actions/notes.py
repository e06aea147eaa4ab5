"""Writing notes, and keeping what is being typed."""

from datetime import datetime

from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.handover.events import NoteSigned
from osmose.handover.models import HandoverNote
from osmose.handover.policies import SIGN
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action, personal_action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.drafts import keeping
from osmose.kernel.events.record import record

DRAFT = "note"


@action(may=SIGN, subject="encounter", verb=Verb.CREATE)
def sign_note(*, actor: Actor, encounter: Encounter, text: str, now: datetime, confidential: bool = False) -> Encounter:
    """Signs a plain note; its draft dies in the same transaction. Returns the PEC, one version further.

    A `confidential` one is read by the author's unit alone.
    """
    row = rows.lock(encounter)
    if confidential and actor.acting_unit_id is None:
        raise Refused("Choisissez d’abord l’unité pour laquelle vous écrivez.", field="confidential", code="no-unit")
    note = HandoverNote.objects.create(
        encounter=row,
        data_key_id=row.data_key_id,
        text=text,
        author_id=actor.id,
        author_words=" · ".join(w for w in (actor.name, actor.unit_label) if w),
        care_unit_id=actor.acting_unit_id,
        confidential_unit_id=actor.acting_unit_id if confidential else None,
        occurred_at=now,
        recorded_at=now,
    )
    keeping.drop(user_id=actor.id, subject_id=row.pk, kind=DRAFT)
    told = NoteSigned(note_id=str(note.pk), confidential_unit=actor.unit_label if confidential else "")
    record(told, subject=row, actor=actor, at=now)
    return rows.save(row)


@personal_action(may=SIGN, subject="encounter")
def save_draft(*, actor: Actor, encounter: Encounter, text: str, now: datetime) -> None:
    """Keeps what is being typed, encrypted, for its author alone."""
    keeping.keep(
        user_id=actor.id,
        subject_id=encounter.pk,
        data_key_id=encounter.data_key_id,
        kind=DRAFT,
        body=text,
        now=now,
    )
