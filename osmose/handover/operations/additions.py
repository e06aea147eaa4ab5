"""Adding to a signed note."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from osmose.encounters.models import Encounter
from osmose.handover import events
from osmose.handover.models import AdditionKind, HandoverNote, NoteAddition, NoteKind
from osmose.handover.models.additions import ONCE
from osmose.handover.policies import READ
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import Role
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events.record import record

EVENTS = {
    AdditionKind.RESULT: events.ResultAdded,
    AdditionKind.ADDENDUM: events.NoteCompleted,
    AdditionKind.CLOSURE: events.FocusClosed,
    AdditionKind.ACKNOWLEDGEMENT: events.NoteAcknowledged,
    AdditionKind.STRIKE: events.NoteStruck,
}


class Misfiled(Refused):
    """The note was moved to another record meanwhile: what was typed is given back, nothing is written."""

    def __init__(self) -> None:
        super().__init__(
            "Cette transmission vient d’être retirée\u202f: elle avait été écrite dans le mauvais dossier. Rien n’est "
            "enregistré. Copiez votre texte si vous devez l’ajouter dans le bon dossier.",
            field="text",
            code="misfiled",
            status=409,
        )


@dataclass(frozen=True)
class Added:
    """What is added: its kind, its words, and when it happened."""

    kind: AdditionKind
    text: str
    occurred_at: datetime


@operation
def note_of(*, actor: Actor, encounter: Encounter, note_id: uuid.UUID, now: datetime) -> HandoverNote:
    """The note of this (locked) PEC that the actor may read; `Misfiled` where it was moved, `NotVisible` else."""
    note = READ.rows(actor, now).filter(pk=note_id, encounter_id=encounter.pk).first()
    if note is not None:
        return note
    if HandoverNote.objects.filter(pk=note_id, encounter_id=encounter.pk, misfiling__isnull=False).exists():
        raise Misfiled
    raise NotVisible


def is_theirs_to_correct(note: HandoverNote, actor: Actor) -> bool:
    """An error is corrected by its author, or by who runs the author's unit."""
    return note.author_id == actor.id or note.care_unit_id in actor.unit_ids(Role.MANAGER)


def require_open_focus(note: HandoverNote) -> None:
    """`Refused` for what is no cible, and for one that has its result or is closed."""
    if note.kind != NoteKind.FOCUS:
        raise Refused("Seule une transmission ciblée se clôt.", field="text", status=409)
    ended = note.additions.filter(kind__in=[AdditionKind.RESULT, AdditionKind.CLOSURE]).exists()
    if ended or (note.parts or {}).get("response"):
        raise Refused("Cette cible est déjà close.", field="text", status=409)


def require_addressed(note: HandoverNote, actor: Actor) -> None:
    """`Refused` unless it is a SAED sent to the unit that the actor works for, or to the actor."""
    if note.kind != NoteKind.SAED or note.author_id == actor.id or actor.acting_unit_id is None:
        raise Refused("Seule l’unité qui reçoit un SAED peut dire qu’elle l’a reçu.", status=409)
    if not note.recipients.filter(Q(care_unit_id=actor.acting_unit_id) | Q(user_id=actor.id)).exists():
        raise Refused(
            "Ce SAED est adressé à une autre unité que celle pour laquelle vous travaillez en ce moment.", status=409
        )


@operation
def add(*, actor: Actor, encounter: Encounter, note: HandoverNote, added: Added, now: datetime) -> NoteAddition:
    """Writes an addition and tells it. `Refused` for what is said once and was said, or of a struck note."""
    known = set(note.additions.values_list("kind", flat=True))
    if AdditionKind.STRIKE in known:
        raise Refused("Cette transmission est rayée\u202f: écrivez-en une nouvelle.", field="text", status=409)
    if added.kind in ONCE and added.kind in known:
        raise Refused("Cette cible est déjà close.", field="text", status=409)
    addition = NoteAddition.objects.create(
        note=note,
        data_key_id=note.data_key_id,
        kind=added.kind,
        text=added.text,
        author_id=actor.id,
        author_words=author_words(actor),
        care_unit_id=actor.acting_unit_id,
        occurred_at=added.occurred_at,
        recorded_at=now,
    )
    named = {"note_id": str(note.pk), "addition_id": str(addition.pk)}
    if added.kind is AdditionKind.ACKNOWLEDGEMENT:
        named["unit_label"] = actor.unit_label
    record(EVENTS[added.kind](**named), subject=encounter, actor=actor, at=added.occurred_at)
    return addition


def author_words(actor: Actor) -> str:
    """« IDE Claire Morel · SAU », as notes keep it."""
    return " · ".join(w for w in (actor.name, actor.unit_label) if w)
