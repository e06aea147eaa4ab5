"""An accepted relais taken back within ten seconds: offered again, as if nobody had answered."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters import events
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.relays import RelayOutcome, RelayStatus
from osmose.encounters.models import Assignment, Encounter, Relay, RelayItem, SectorDuty
from osmose.encounters.operations import referents, relays, sectors
from osmose.encounters.operations.rows import save
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions, undo
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.record import record
from osmose.organisations.models import Sector


@operation
def lock_accepted(relay: Relay, *, now: datetime) -> Relay:
    """The fresh relais, held until the end of the action. `Refused` (409): not accepted any more, or too late."""
    row = Relay.objects.select_for_update(of=("self",), no_key=True).select_related("giver", "taker")
    found = row.filter(pk=relay.pk).first()
    if found is None:
        raise NotVisible
    if found.status != RelayStatus.ACCEPTED or found.settled_at is None:
        raise Refused("Ce relais n’est plus accepté\u202f: il n’y a rien à annuler.", code="undo-done", status=409)
    undo.require_in_time(found.settled_at, now=now)
    return found


@dataclass(frozen=True)
class _Taken:
    """One patient who changed hands: who is in charge now, and the event that told it."""

    item: RelayItem
    encounter: Encounter
    current: Assignment
    told: timeline.Entry


@operation
def take_back(*, actor: Actor, relay: Relay, now: datetime) -> Relay:
    """The patients and the sectors are again the giver’s, and the relais waits for its answer, with both of them.

    `Refused` (409) once anything else was written on who has these patients: a new relais, another référent, an exit.
    """
    duties = {duty.pk: duty for duty in relay.duties.select_related("sector", "user")}
    handed = _handed(relay, duties)
    items = list(relay.items.filter(outcome=RelayOutcome.TAKEN).defer("word", "answer").order_by("encounter_id"))
    encounters = {row.pk: row for row in sectors.locked({item.encounter_id for item in items})}
    taken = [_taken(relay, item, encounters.get(item.encounter_id)) for item in items]
    _require_nothing_else(taken, handed)
    again = {
        pk: sectors.hand_over(actor=actor, duty=duty, user=relay.giver, patients=0, at=now)
        for pk, duty in handed.items()
    }
    for one in taken:
        _give_again(relay, one, again, actor=actor, now=now)
    relay.duties.set([again.get(pk, duty) for pk, duty in duties.items()])
    relay.status, relay.settled_at = RelayStatus.PENDING, None
    relay.save(update_fields=["status", "settled_at"])
    relays.journal(actor, "relay_undone", list(encounters.values()))
    relays.tell_settled(actor, relay, "acceptation annulée", patients=len(taken), taken=0, now=now)
    relays.tell_both(relay)
    return relay


def _handed(relay: Relay, duties: Mapping[uuid.UUID, SectorDuty]) -> dict[uuid.UUID, SectorDuty]:
    """By the giver’s duty that ended, the taker’s that began with the acceptance and still runs."""
    ids = {duty.sector_id for duty in duties.values()}
    list(Sector.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    found = {}
    for pk, duty in duties.items():
        if duty.ends_at is None or relay.settled_at is None or duty.ends_at < relay.settled_at:
            continue
        begun = SectorDuty.objects.filter(sector=duty.sector, role=duty.role, user=relay.taker, starts_at=duty.ends_at)
        now_held = begun.select_related("sector", "user").first()
        if now_held is None:
            continue
        if now_held.ends_at is not None:
            raise _stale()
        found[pk] = now_held
    return found


def _taken(relay: Relay, item: RelayItem, encounter: Encounter | None) -> _Taken:
    """The patient, where the acceptance is the last word on who has them."""
    role = Referent(item.role)
    if encounter is None or encounter.status != EncounterStatus.ACTIVE:
        raise _stale()
    told = timeline.last_change(encounter.pk, referents.field_of(role))
    current = referents.in_charge(encounter, role)
    is_last = (
        told is not None
        and isinstance(told.payload, events.RelayAccepted)
        and told.payload.relay_id == str(relay.pk)
        and told.payload.revision == revisions.revision(encounter, referents.field_of(role))
    )
    if told is None or current is None or not is_last or current.user_id != relay.taker_id:
        raise _stale()
    return _Taken(item, encounter, current, told)


def _require_nothing_else(taken: list[_Taken], handed: Mapping[uuid.UUID, SectorDuty]) -> None:
    """No new relais of these patients, and nobody who came in the sector meanwhile."""
    pending = RelayItem.objects.filter(encounter__in=[one.encounter for one in taken], outcome=RelayOutcome.PENDING)
    roles = {(one.encounter.pk, one.item.role) for one in taken}
    came = Assignment.objects.filter(duty__in=list(handed.values()), ends_at=None)
    others = came.exclude(pk__in=[one.current.pk for one in taken])
    if not taken or others.exists() or roles & set(pending.values_list("encounter_id", "role")):
        raise _stale()


def _give_again(
    relay: Relay, one: _Taken, again: Mapping[uuid.UUID, SectorDuty], *, actor: Actor, now: datetime
) -> None:
    """The giver is in charge as before, by their sector where it was, and the patient waits in the relais again."""
    role, encounter = Referent(one.item.role), one.encounter
    former = Assignment.objects.filter(
        encounter=encounter, role=role, user=relay.giver, ends_at=one.current.starts_at
    ).select_related("duty")
    before = former.order_by("-starts_at", "-id").first()
    duty = again.get(before.duty_id, before.duty) if before and before.duty_id else None
    referents.replace(encounter, one.current, role, relay.giver, now, duty=duty)
    field = referents.field_of(role)
    revisions.bump(encounter, field)
    undone = events.Undone(what=one.told.sentence)
    record(undone, subject=encounter, actor=actor, at=now, changed=[field], undoes=one.told.uid)
    save(encounter)
    one.item.outcome, one.item.answer = RelayOutcome.PENDING, None
    one.item.save(update_fields=["outcome", "answer"])


def _stale() -> Refused:
    return Refused(
        "Autre chose a changé depuis pour ces patients\u202f: l’annulation n’est plus possible. Proposez un relais.",
        code="undo-stale",
        status=409,
    )
