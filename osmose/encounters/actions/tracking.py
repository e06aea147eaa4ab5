"""What is noted of the patient, and who is in charge."""

import uuid
from datetime import datetime

from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import FIELDS, Tracked, require_coherent
from osmose.encounters.models import Encounter
from osmose.encounters.operations import hours, referents, rows, tracking
from osmose.encounters.operations.revised import Unchanged, last_change
from osmose.encounters.policies import NOTE_FAMILY, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import NotVisible


@action(may=WRITE, subject="encounter")
def set_tracking(
    *, actor: Actor, encounter: Encounter, field: str, value: Tracked | None, revision: int | None, now: datetime
) -> Encounter:
    """Notes one field of the tracking (`lifecycle.tracking.FIELDS`); None clears it, a conflict shows both values.

    `Refused` where the field can't take this value now. Who may not read of the family may not write of it either: a
    conflict would tell them.
    """
    row, rule = rows.lock(encounter), FIELDS[field]
    if rule.is_of_family and not NOTE_FAMILY.allows(actor, row, now):
        raise NotVisible
    noted = tracking.noted(row)
    before = noted.value(field)
    revisions.require(
        row,
        field,
        None if rule.is_repeated else revision,
        mine=_said(value),
        theirs=_said(before),
        last=last_change(row, field),
        label=rule.label,
    )
    if value == before:
        raise Unchanged
    require_coherent(field, value, status=row.status, known=noted.value)
    at: datetime = getattr(value, "happened_at", now)
    if at != now:
        hours.require_possible(row, at, now, until=row.exited_at)
    return tracking.note_field(actor=actor, encounter=row, row=noted, field=field, value=value, at=at)


def _said(value: Tracked | None) -> str:
    """All that somebody wrote, what is typed beside the choice included: or one text would silently replace another."""
    words, text = value.words if value else "", str(getattr(value, "text", ""))
    return words if not text or text in words else f"{words} · {text}"


@action(may=WRITE, subject="encounter")
def assign(
    *,
    actor: Actor,
    encounter: Encounter,
    role: Referent,
    user_id: uuid.UUID | None,
    revision: int | None,
    now: datetime,
) -> Encounter:
    """Puts somebody in charge in a role, in place of whoever was; nobody for None.

    `Refused`: somebody who works in none of the units that take part, or whose profession isn't the role's.
    """
    row = rows.lock(encounter)
    current = referents.in_charge(row, role)
    user = current.user if current is not None and current.user_id == user_id else None
    if user_id is not None and user is None:
        user = referents.require_colleague(encounter=row, user_id=user_id, role=role, now=now)
    field = referents.field_of(role)
    revisions.require(
        row,
        field,
        revision,
        mine=str(user) if user else "personne",
        theirs=str(current.user) if current else "personne",
        last=last_change(row, field),
        label=f"Référent {role.label}",
    )
    if (current.user_id if current else None) == user_id:
        raise Unchanged
    return referents.put_in_charge(actor=actor, encounter=row, current=current, role=role, user=user, at=now)
