"""« Erreur de dossier »: what was written in the wrong record is withdrawn from it, and sealed there."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote, Misfiling, MisfilingNotice, NoteRecipient, Receipt
from osmose.handover.operations.additions import author_words
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import about

# Two machines of a hospital never agree to the second.
_CLOCKS = timedelta(minutes=2)


@operation
def withdraw(
    *,
    actor: Actor,
    encounter: Encounter,
    event: Event,
    what: str,
    note: HandoverNote | None,
    right: Encounter | None,
    right_note: HandoverNote | None,
    now: datetime,
) -> Misfiling:
    """Seals what an event told in this record, and has those who read it told."""
    misfiling = Misfiling.objects.create(
        encounter=encounter,
        note=note,
        event_uid=event.uid,
        right_encounter=right,
        right_note=right_note,
        what=what,
        author_id=actor.id,
        author_words=author_words(actor),
        care_unit_id=actor.acting_unit_id,
        data_key_id=encounter.data_key_id,
        recorded_at=now,
    )
    readers = _readers_of(note) if note else _visitors_of(encounter, event)
    MisfilingNotice.objects.bulk_create(
        [MisfilingNotice(misfiling=misfiling, reader_id=reader) for reader in sorted(set(readers) - {actor.id})]
    )
    return misfiling


def _readers_of(note: HandoverNote) -> Iterable[uuid.UUID]:
    """Those who had it before their eyes, and those who added to it."""
    read = Receipt.objects.filter(note=note).values_list("reader_id", flat=True)
    return [*read, *note.additions.values_list("author_id", flat=True)]


def _visitors_of(encounter: Encounter, event: Event) -> Iterable[uuid.UUID]:
    """A click has no receipts: those who opened the record since, as the journal says."""
    shown = AccessEntry.objects.filter(
        subjects__contains=[encounter.pk],
        verb__in=[Verb.READ, Verb.PRINT, Verb.CHANGE, Verb.CREATE],
        outcome=Outcome.ALLOWED,
        recorded_at__gte=event.recorded_at - _CLOCKS,
        actor_kind="user",
    )
    return [pk for pk in shown.values_list("actor_id", flat=True).distinct() if pk is not None]


@operation
def written_again(*, note: HandoverNote, encounter: Encounter) -> HandoverNote:
    """The same note in another record, under that patient's key: same author, same hours, addressed to the same.

    What had been added to it in the wrong record stays sealed there.
    """
    own = {"id", "encounter_id", "data_key_id"}
    values = {f.attname: getattr(note, f.attname) for f in HandoverNote._meta.concrete_fields if f.attname not in own}
    again = HandoverNote.objects.create(encounter=encounter, data_key_id=encounter.data_key_id, **values)
    for named in note.recipients.order_by("id"):
        NoteRecipient.objects.create(
            note=again,
            data_key_id=again.data_key_id,
            care_unit_id=named.care_unit_id,
            user_id=named.user_id,
            words=named.words,
        )
    return again


def event_of(note: HandoverNote, kinds: Iterable[str]) -> Event | None:
    """The event that told a note in its record."""
    rows = about(note.encounter_id).filter(kind__in=list(kinds), actor_id__isnull=False).order_by("-id")
    return next((e for e in rows if _names(e, note)), None)


def _names(event: Event, note: HandoverNote) -> bool:
    return bool(event.payload["what"].get("note_id") == str(note.pk))
