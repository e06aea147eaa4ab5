"""Writing notes, and keeping what is being typed."""

import uuid
from datetime import datetime

from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.handover.events import NoteSigned
from osmose.handover.operations import forms_of, sign
from osmose.handover.policies import SIGN
from osmose.handover.rules import Written
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action, personal_action
from osmose.kernel.audit.models import Verb
from osmose.kernel.drafts import keeping
from osmose.kernel.drafts.keeping import Kept, Mark
from osmose.kernel.events.record import record

# What is typed in the composer of the page, and beside a row of the board.
DRAFT, QUICK = "note", "quick"


@action(may=SIGN, subject="encounter", verb=Verb.CREATE)
def sign_note(
    *,
    actor: Actor,
    encounter: Encounter,
    now: datetime,
    text: str = "",
    confidential: bool = False,
    written: Written | None = None,
    mark: Mark | None = None,
    draft: str = DRAFT,
) -> Encounter:
    """Signs a note, `written` in any form or a plain `text`; its draft dies in the same transaction.

    A `confidential` one is read by the author's unit alone. `mark` says which draft was signed, `draft` of which kind;
    without a mark it is the newest. Returns the PEC, one version further. Refused: a form that lacks something, a
    recipient without access (`NoAccess`), an hour outside the passage, a closed PEC.
    """
    row = rows.lock(encounter)
    wanted = written or Written(text=text, for_unit=confidential)
    note = sign(actor=actor, encounter=row, written=wanted, now=now)
    keeping.settle(user_id=actor.id, subject_id=row.pk, data_key_id=row.data_key_id, kind=draft, now=now, mark=mark)
    recipients = dict.fromkeys(wanted.to)
    told = NoteSigned(
        note_id=str(note.pk),
        confidential_unit=actor.unit_label if note.confidential_unit_id else "",
        confidential_category=note.confidential_category,
        is_urgent=note.is_urgent,
        units=[str(one.unit_id) for one in recipients if one.unit_id],
        users=[str(one.user_id) for one in recipients if one.user_id],
    )
    record(told, subject=row, actor=actor, at=note.occurred_at, changed=forms_of(note))
    return rows.save(row)


@personal_action(may=SIGN, subject="encounter")
def save_draft(
    *, actor: Actor, encounter: Encounter, text: str, now: datetime, mark: Mark | None = None, kind: str = DRAFT
) -> Kept:
    """Keeps what is being typed, encrypted, for its author alone; returns where.

    `Refused`: a text beyond all measure, or too many drafts.
    """
    return keeping.keep(
        user_id=actor.id,
        subject_id=encounter.pk,
        data_key_id=encounter.data_key_id,
        kind=kind,
        body=text,
        now=now,
        mark=mark,
    )


@personal_action()
def discard_draft(*, actor: Actor, draft_id: uuid.UUID, now: datetime) -> None:
    """Forgets one's own draft, whoever may still read the PEC; one that is not there any more is forgotten already."""
    keeping.discard(user_id=actor.id, draft_id=draft_id, now=now)
