"""« Pris connaissance »: written by whom it concerns, patient by patient, taken back within ten seconds."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from osmose.encounters.events import Undone
from osmose.encounters.models import Encounter
from osmose.handover.events import HandoverRead
from osmose.handover.models import ReadBack
from osmose.handover.policies import SHEET
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.actions.undo import DELAY, GRACE
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit
from osmose.organisations.rules import Shift


@operation
def read(
    *, actor: Actor, care_unit: CareUnit, shift: Shift, encounters: Iterable[Encounter], now: datetime
) -> list[ReadBack]:
    """One line for each patient who wasn't read, or who has changed since; who can't be read is left out."""
    wanted = [row for row in encounters if readable(row, "motif") is not UNREADABLE]
    mine = ReadBack.objects.select_for_update().filter(
        encounter__in=wanted,
        care_unit=care_unit,
        shift_starts_at=shift.starts_at,
        user_id=actor.id,
        cancelled_at=None,
    )
    known = {row.encounter_id: row for row in mine}
    made = []
    for encounter in wanted:
        before = known.get(encounter.pk)
        if before is not None:
            if before.version == encounter.version:
                continue
            before.cancelled_at = now
            before.save(update_fields=["cancelled_at"])
        told = HandoverRead(unit=care_unit.short_name, shift=shift.words)
        event = record(told, subject=encounter, actor=actor, at=now)
        made.append(
            ReadBack.objects.create(
                encounter=encounter,
                data_key_id=encounter.data_key_id,
                care_unit=care_unit,
                shift_starts_at=shift.starts_at,
                user_id=actor.id,
                read_at=now,
                version=encounter.version,
                event_uid=event.uid,
            )
        )
    _journal(actor, "read_back", [row.encounter for row in made])
    return made


@operation
def take_back(*, actor: Actor, care_unit: CareUnit, read_back_id: uuid.UUID, now: datetime) -> list[ReadBack]:
    """All that one click said. `Refused` (409): somebody else's, taken back already, more than ten seconds ago."""
    first = ReadBack.objects.filter(pk=read_back_id, care_unit=care_unit, user_id=actor.id, cancelled_at=None).first()
    if first is None:
        raise Refused("Cette prise de connaissance n’existe plus.", code="undo-unknown", status=409)
    if now - first.read_at > DELAY + GRACE:
        raise Refused("Le délai d’annulation de 10 secondes est passé.", code="undo-late", status=409)
    same = ReadBack.objects.select_for_update(of=("self",)).filter(
        care_unit=care_unit, user_id=actor.id, read_at=first.read_at, cancelled_at=None
    )
    rows = list(same.select_related("encounter__data_key").order_by("pk"))
    for row in rows:
        row.cancelled_at = now
        row.save(update_fields=["cancelled_at"])
        record(Undone(what="Relève reprise"), subject=row.encounter, actor=actor, at=now, undoes=row.event_uid)
    _journal(actor, "undo_read_back", [row.encounter for row in rows])
    return rows


def _journal(actor: Actor, deed: str, encounters: list[Encounter]) -> None:
    """One line that names every patient, beside the deed's own."""
    if encounters:
        journal.append(
            actor=actor,
            verb=Verb.CHANGE,
            door=f"handover.{deed}",
            policy=SHEET.name,
            subjects=[row.pk for row in encounters],
            persons=[row.patient_id for row in encounters],
        )
