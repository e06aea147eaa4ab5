"""« Erreur de dossier »: what was written or clicked in the wrong record goes to the right one."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from osmose.encounters import events as clicks
from osmose.encounters.events import OF_REQUESTS
from osmose.encounters.lifecycle.tracking import read_value
from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows, tracking
from osmose.encounters.operations.restoring import restore
from osmose.encounters.policies import ASK, WRITE
from osmose.handover.events import ClickMisfiled, NoteMisfiled, NoteRefiled, NoteSigned
from osmose.handover.models import MisfilingNotice
from osmose.handover.operations import additions, forms_of, moves
from osmose.handover.policies import READ, SIGN
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.actions import revisions, undo
from osmose.kernel.actions.deeds import action, personal_action
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.record import record


def _both(
    actor: Actor, wrong: Encounter, right_id: uuid.UUID, policy: Policy[Encounter], now: datetime
) -> Sequence[Encounter]:
    """The two records, locked in one order whoever asks; `Refused` where the right one is not the actor's to write."""
    if right_id == wrong.pk:
        raise Refused("C’est déjà ce dossier\u202f: choisissez l’autre patient.", field="right")
    right = policy.rows(actor, now).filter(pk=right_id).first()
    if right is None:
        raise Refused("Choisissez une prise en charge de vos unités.", field="right")
    locked = {row.pk: rows.lock(row, deed="set_right") for row in sorted((wrong, right), key=lambda row: row.pk)}
    return locked[wrong.pk], locked[right_id]


def _journal(actor: Actor, deed: str, policy: Policy[Encounter], encounter: Encounter) -> None:
    journal.append(
        actor=actor,
        verb=Verb.CHANGE,
        door=f"handover.actions.moves.{deed}",
        policy=policy.name,
        subjects=[encounter.pk],
        persons=[encounter.patient_id],
    )


@action(may=SIGN, subject="encounter")
def move_note(
    *, actor: Actor, encounter: Encounter, note_id: uuid.UUID, right_id: uuid.UUID, now: datetime
) -> Encounter:
    """The note was about somebody else: written again in their record, sealed in this one, its readers told.

    `Refused` for anybody but its author or who runs the author's unit, and towards a record that isn't theirs.
    """
    wrong, right = _both(actor, encounter, right_id, SIGN, now)
    note = additions.note_of(actor=actor, encounter=wrong, note_id=note_id, now=now)
    if not additions.is_theirs_to_correct(note, actor):
        raise Refused(
            "Seuls son auteur et le cadre de son unité peuvent changer une transmission de dossier.", status=409
        )
    told = moves.event_of(note, (NoteSigned.name, NoteRefiled.name))
    if told is None:
        raise Refused("Cette transmission ne peut pas être déplacée. Prévenez l’administrateur.", status=409)
    again = moves.written_again(note=note, encounter=right)
    misfiling = moves.withdraw(
        actor=actor, encounter=wrong, event=told, what="Transmission", note=note, right=right, right_note=again, now=now
    )
    neutral = NoteMisfiled(misfiling_id=str(misfiling.pk))
    record(neutral, subject=wrong, actor=actor, at=told.occurred_at, undoes=told.uid)
    signed: Any = timeline.read(told).payload
    refiled = NoteRefiled(**{**vars(signed), "note_id": str(again.pk)})
    record(refiled, subject=right, actor=actor, at=note.occurred_at, changed=forms_of(again))
    rows.save(right)
    _journal(actor, "move_note", SIGN, right)
    return rows.save(wrong)


@action(may=WRITE, subject="encounter")
def move_click(
    *, actor: Actor, encounter: Encounter, event_uid: uuid.UUID, right_id: uuid.UUID | None, now: datetime
) -> Encounter:
    """One's own click was on somebody else, however long ago: withdrawn from this record, its readers told.

    What it changed is put back where nobody changed it since. With `right_id`, a field of the tracking is noted there
    at the same hour; `Refused` where that record already says otherwise, or for what is to be done again by hand.
    """
    right: Encounter | None = None
    if right_id is None:
        wrong = rows.lock(encounter, deed="set_right")
    else:
        wrong, right = _both(actor, encounter, right_id, WRITE, now)
    event = undo.require_own(timeline.by_uid(wrong.pk, event_uid), actor=actor)
    told = timeline.read(event)
    if not isinstance(told.payload, clicks.FieldChanged):
        raise Refused("Cette action ne se retire pas ainsi.", code="misfiled-kind", status=409)
    if isinstance(told.payload, OF_REQUESTS) and not ASK.allows(actor, wrong, now):
        raise NotVisible
    if right is not None:
        _click_again(actor, right, told.payload, told.occurred_at, now)
    what = " · ".join(word for word in (told.sentence, told.detail) if word)
    misfiling = moves.withdraw(
        actor=actor, encounter=wrong, event=event, what=what, note=None, right=right, right_note=None, now=now
    )
    field = event.changed[0]
    fields: tuple[str, ...] = ()
    if revisions.revision(wrong, field) == told.payload.revision and wrong.is_open:
        fields = restore(encounter=wrong, told=told.payload, actor=actor, now=now)
    neutral = ClickMisfiled(misfiling_id=str(misfiling.pk))
    record(neutral, subject=wrong, actor=actor, at=event.occurred_at, changed=[field], undoes=event.uid)
    return rows.save(wrong, *fields)


def _click_again(actor: Actor, right: Encounter, told: clicks.FieldChanged, at: datetime, now: datetime) -> None:
    """The field of the tracking, in the right record."""
    if not isinstance(told, clicks.TrackingChanged) or not right.is_open:
        raise Refused(
            "Cette action ne peut pas être refaite d’ici\u202f: retirez-la, puis refaites-la dans le bon dossier.",
            field="right",
        )
    row = tracking.noted(right)
    value = read_value(told.field, json.loads(told.after) if told.after else None)
    known = row.value(told.field)
    if known is not None and known != value:
        raise Refused(
            f"Dans l’autre dossier, {told.label.lower()} est déjà noté\u202f: {known.words}. Rien n’est changé\u202f: "
            "retirez l’action ici, puis complétez là-bas.",
            field="right",
            status=409,
        )
    if known == value:
        return
    when = at if right.arrived_at <= at and (right.exited_at is None or at <= right.exited_at) else now
    tracking.note_field(actor=actor, encounter=right, row=row, field=told.field, value=value, at=when)
    _journal(actor, "move_click", WRITE, right)


@personal_action(may=READ)
def know_misfiling(*, actor: Actor, notice_id: int, now: datetime) -> None:
    """« J’ai compris »: the reader knows that what they read was of somebody else. `NotVisible` for others' notices."""
    known = MisfilingNotice.objects.filter(pk=notice_id, reader_id=actor.id, known_at=None).update(known_at=now)
    if not known and not MisfilingNotice.objects.filter(pk=notice_id, reader_id=actor.id).exists():
        raise NotVisible
