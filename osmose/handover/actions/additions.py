"""What is said of a signed note: results, addenda, errors; the note itself stays as it was signed."""

import uuid
from datetime import datetime

from osmose.encounters.models import Encounter
from osmose.encounters.operations import hours, rows
from osmose.encounters.operations.revised import Unchanged
from osmose.handover.models import AdditionKind
from osmose.handover.operations import additions
from osmose.handover.operations.additions import Added
from osmose.handover.policies import SIGN
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused

WRITTEN = (AdditionKind.RESULT, AdditionKind.ADDENDUM)


@action(may=SIGN, subject="encounter", verb=Verb.CREATE)
def add_to_note(
    *,
    actor: Actor,
    encounter: Encounter,
    note_id: uuid.UUID,
    kind: AdditionKind,
    text: str,
    at: datetime | None,
    now: datetime,
) -> Encounter:
    """Adds a result or an addendum to a note, with its own author, at the hour when it was (now for None).

    `Refused`: an hour outside the passage, a struck note, one that was moved to the right record meanwhile.
    """
    row = rows.lock(encounter)
    note = additions.note_of(actor=actor, encounter=row, note_id=note_id, now=now)
    if kind not in WRITTEN:
        raise Refused("Choisissez résultat ou complément.", field="kind")
    if at is not None:
        hours.require_possible(row, at, now, until=None)
    added = Added(kind, text, at or now)
    additions.add(actor=actor, encounter=row, note=note, added=added, now=now)
    return rows.save(row)


@action(may=SIGN, subject="encounter")
def strike_note(*, actor: Actor, encounter: Encounter, note_id: uuid.UUID, reason: str, now: datetime) -> Encounter:
    """Strikes a note through: an error, with its reason; it stays readable, and is never the last note of a list.

    `Refused` for anybody but its author or who runs the author's unit.
    """
    row = rows.lock(encounter)
    note = additions.note_of(actor=actor, encounter=row, note_id=note_id, now=now)
    if not additions.is_theirs_to_correct(note, actor):
        raise Refused("Seuls son auteur et le cadre de son unité peuvent rayer une transmission.", status=409)
    added = Added(AdditionKind.STRIKE, reason, now)
    additions.add(actor=actor, encounter=row, note=note, added=added, now=now)
    return rows.save(row)


@action(may=SIGN, subject="encounter")
def close_focus(*, actor: Actor, encounter: Encounter, note_id: uuid.UUID, reason: str, now: datetime) -> Encounter:
    """A cible is no longer followed, and why; with a result, it is closed by itself (`add_to_note`).

    `Refused`: no cible, or one that has its result or is closed already.
    """
    row = rows.lock(encounter)
    note = additions.note_of(actor=actor, encounter=row, note_id=note_id, now=now)
    additions.require_open_focus(note)
    added = Added(AdditionKind.CLOSURE, reason, now)
    additions.add(actor=actor, encounter=row, note=note, added=added, now=now)
    return rows.save(row)


@action(may=SIGN, subject="encounter")
def acknowledge_note(*, actor: Actor, encounter: Encounter, note_id: uuid.UUID, now: datetime) -> Encounter:
    """« Bien reçu »: the unit that a SAED was sent to has it; once a unit, by anybody of it.

    `Refused` for who is not among its recipients; what the unit had said already is simply shown again.
    """
    row = rows.lock(encounter)
    note = additions.note_of(actor=actor, encounter=row, note_id=note_id, now=now)
    additions.require_addressed(note, actor)
    if note.additions.filter(kind=AdditionKind.ACKNOWLEDGEMENT, care_unit_id=actor.acting_unit_id).exists():
        raise Unchanged
    added = Added(AdditionKind.ACKNOWLEDGEMENT, "", now)
    additions.add(actor=actor, encounter=row, note=note, added=added, now=now)
    return rows.save(row)
