"""Patients handed from one person to another: offered, answered once, withdrawn; each patient for itself."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.accounts.models import User
from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.relays import (
    RelayOutcome,
    RelayStatus,
    Standing,
    cannot_receive,
    outcome_of,
    require_pending,
)
from osmose.encounters.models import Encounter, Relay, RelayItem, SectorDuty
from osmose.encounters.operations import referents, sectors
from osmose.encounters.operations.rows import save
from osmose.encounters.operations.standing import standings_of, units_taking_part
from osmose.encounters.operations.touched import journal_touched
from osmose.encounters.policies import RELAY
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base import french
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events.record import record
from osmose.kernel.events.telling import tell
from osmose.organisations.models import CareUnit, Sector

WORD_MAX = 300
_DELAY = 15  # minutes, for who works in no unit at this moment


@dataclass(frozen=True)
class Patient:
    """One patient of a relais to send: the PEC, and the role in which its référent hands it over."""

    encounter_id: uuid.UUID
    role: Referent


@dataclass(frozen=True)
class Sending:
    """A relais about to be sent."""

    giver: User
    taker: User
    patients: Sequence[Patient]
    duties: Sequence[SectorDuty] = ()
    word: str = ""
    is_asked: bool = False


def why_not(sending: Sending, encounters: Mapping[uuid.UUID, Encounter], now: datetime) -> dict[Patient, str]:
    """The patients who can't be sent so, and why: the receiver, an exit, another relais, another référent."""
    standing = standings_of([sending.taker.pk], now)[sending.taker.pk]
    units = units_taking_part(encounters, now)
    pending = _pending(encounters)
    in_charge = referents.held_by(encounters)
    found = {}
    for patient in sending.patients:
        encounter = encounters.get(patient.encounter_id)
        if encounter is None:
            found[patient] = "Cette prise en charge ne concerne plus vos unités."
        elif in_charge.get((patient.encounter_id, patient.role)) != sending.giver.pk:
            found[patient] = f"{sending.giver} n’est plus référent de ce patient."
        elif (patient.encounter_id, patient.role.value) in pending:
            found[patient] = pending[patient.encounter_id, patient.role.value]
        elif reason := _refusal(standing, encounter, units):
            found[patient] = reason
    return found


def _refusal(standing: Standing, encounter: Encounter, units: Mapping[uuid.UUID, frozenset[uuid.UUID]]) -> str:
    is_active = encounter.status == EncounterStatus.ACTIVE
    return cannot_receive(standing, units.get(encounter.pk, frozenset()), is_active=is_active)


def _pending(ids: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], str]:
    items = RelayItem.objects.filter(encounter__in=list(ids), outcome=RelayOutcome.PENDING).defer("word", "answer")
    return {
        (item.encounter_id, item.role): f"Un relais est déjà en attente depuis {french.time(item.relay.sent_at)}."
        for item in items.select_related("relay")
    }


@operation
def send(*, actor: Actor, sending: Sending, encounters: Mapping[uuid.UUID, Encounter], now: datetime) -> Relay:
    """Writes the relais, and tells it on each patient; the PECs are locked, and nothing stands against it."""
    unit = CareUnit.objects.filter(pk=actor.acting_unit_id).first() if actor.acting_unit_id else None
    minutes = unit.relay_minutes if unit else _DELAY
    relay = Relay.objects.create(
        giver=sending.giver,
        taker=sending.taker,
        is_asked=sending.is_asked,
        sent_at=now,
        due_at=now + timedelta(minutes=minutes),
    )
    relay.duties.set(sending.duties)
    for patient in sending.patients:
        encounter = encounters[patient.encounter_id]
        item = RelayItem.objects.create(
            relay=relay,
            encounter=encounter,
            data_key_id=encounter.data_key_id,
            role=patient.role,
            word=sending.word or None,
        )
        told = events.RelayOffered(**_told(relay, item), is_asked=relay.is_asked)
        record(told, subject=encounter, actor=actor, at=now)
        save(encounter)
    told_of = {patient.encounter_id for patient in sending.patients}
    journal(actor, "relay_offered", [encounters[pk] for pk in sorted(told_of)])
    tell_settled(
        actor, relay, "demandé" if relay.is_asked else "proposé", patients=len(sending.patients), taken=0, now=now
    )
    tell_both(relay)
    return relay


@operation
def lock(relay: Relay) -> Relay:
    """The fresh relais, held until the end of the action: two answers come one after the other."""
    row = Relay.objects.select_for_update(of=("self",), no_key=True).select_related("giver", "taker")
    found = row.filter(pk=relay.pk).first()
    if found is None:
        raise NotVisible
    who = {"accepted": found.answerer, "refused": found.answerer, "withdrawn": found.sender}
    require_pending(found.status, settled_at=found.settled_at, who={deed: str(user) for deed, user in who.items()})
    return found


@operation
def accept(*, actor: Actor, relay: Relay, word: str, now: datetime) -> Relay:
    """The patients change hands, each one that still can; the others say why not. The sectors go with them."""
    items = _items(relay)
    duties = _hand_duties(actor, relay, len(items), now)
    ids = {item.encounter_id for item in items}
    encounters = {row.pk: row for row in sectors.locked(ids)}
    standing, units = standings_of([relay.taker_id], now)[relay.taker_id], units_taking_part(ids, now)
    taken: list[Encounter] = []
    for item in items:
        encounter = encounters.get(item.encounter_id)
        outcome = RelayOutcome.CLOSED_TO
        if encounter is not None:
            refusal = _refusal(standing, encounter, units)
            outcome = _receive(relay, item, encounter, actor=actor, duties=duties, refusal=refusal, now=now)
            taken += [encounter] if outcome is RelayOutcome.TAKEN else []
        _answer(item, outcome, word)
    journal(actor, "relay_accepted", taken)
    return _close(actor, relay, RelayStatus.ACCEPTED, patients=len(items), taken=len(taken), now=now)


def _receive(
    relay: Relay,
    item: RelayItem,
    encounter: Encounter,
    *,
    actor: Actor,
    duties: Mapping[uuid.UUID, SectorDuty],
    refusal: str,
    now: datetime,
) -> RelayOutcome:
    """One patient changes hands, where it still can."""
    role = Referent(item.role)
    current = referents.in_charge(encounter, role)
    outcome = outcome_of(
        is_active=encounter.status == EncounterStatus.ACTIVE,
        is_still_theirs=current is not None and current.user_id == relay.giver_id,
        refusal=refusal,
    )
    if outcome is not RelayOutcome.TAKEN or current is None:
        return outcome
    field = referents.field_of(role)
    duty = duties.get(current.duty_id) if current.duty_id else None
    referents.replace(encounter, current, role, relay.taker, now, duty=duty)
    told = events.RelayAccepted(
        **_told(relay, item),
        before=str(relay.giver_id),
        after=str(relay.taker_id),
        revision=revisions.bump(encounter, field),
    )
    record(told, subject=encounter, actor=actor, at=now, changed=[field])
    save(encounter)
    return outcome


def _hand_duties(actor: Actor, relay: Relay, patients: int, now: datetime) -> dict[uuid.UUID, SectorDuty]:
    """The sectors that the giver still holds and the taker may hold, by the duty that ends."""
    standing = standings_of([relay.taker_id], now)[relay.taker_id]
    ids = sorted(relay.duties.values_list("sector_id", flat=True))
    list(Sector.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    held = relay.duties.filter(ends_at=None, user=relay.giver_id).select_related("sector", "user")
    return {
        duty.pk: sectors.hand_over(actor=actor, duty=duty, user=relay.taker, patients=patients, at=now)
        for duty in held
        if duty.sector.care_unit_id in standing.unit_ids
    }


@operation
def refuse(*, actor: Actor, relay: Relay, word: str, now: datetime) -> Relay:
    """The patients stay with who has them."""
    items, encounters = _ended(relay, RelayOutcome.REFUSED, word)
    for item, encounter in items:
        record(events.RelayRefused(**_told(relay, item)), subject=encounter, actor=actor, at=now)
        save(encounter)
    journal(actor, "relay_refused", encounters)
    return _close(actor, relay, RelayStatus.REFUSED, patients=len(items), taken=0, now=now)


@operation
def withdraw(*, actor: Actor, relay: Relay, now: datetime) -> Relay:
    """The relais is taken back before the answer."""
    items, encounters = _ended(relay, RelayOutcome.WITHDRAWN, "")
    for item, encounter in items:
        record(events.RelayWithdrawn(**_told(relay, item)), subject=encounter, actor=actor, at=now)
        save(encounter)
    journal(actor, "relay_withdrawn", encounters)
    return _close(actor, relay, RelayStatus.WITHDRAWN, patients=len(items), taken=0, now=now)


def _ended(relay: Relay, outcome: RelayOutcome, word: str) -> tuple[list[tuple[RelayItem, Encounter]], list[Encounter]]:
    """Writes the outcome on every patient; those whose PEC is still open, on which it is told."""
    items = _items(relay)
    for item in items:
        _answer(item, outcome, word)
    rows = sectors.locked({item.encounter_id for item in items})
    encounters = {row.pk: row for row in rows if row.status in lifecycle.OPEN}
    told = [(item, encounters[item.encounter_id]) for item in items if item.encounter_id in encounters]
    return told, list(encounters.values())


def journal(actor: Actor, deed: str, encounters: list[Encounter]) -> None:
    """The access journal names each of the patients."""
    journal_touched(actor=actor, deed=deed, policy=RELAY, encounters=encounters)


def _items(relay: Relay) -> list[RelayItem]:
    return list(
        relay.items.filter(outcome=RelayOutcome.PENDING).defer("word", "answer").order_by("encounter_id", "role")
    )


def _answer(item: RelayItem, outcome: RelayOutcome, word: str) -> None:
    item.outcome = outcome
    if word:
        item.answer = word
    item.save(update_fields=["outcome", *(["answer"] if word else [])])


def _close(actor: Actor, relay: Relay, status: RelayStatus, *, patients: int, taken: int, now: datetime) -> Relay:
    relay.status, relay.settled_at = status, max(now, relay.sent_at)
    relay.save(update_fields=["status", "settled_at"])
    deed = {"accepted": "accepté", "refused": "refusé", "withdrawn": "retiré"}[status]
    tell_settled(actor, relay, deed, patients=patients, taken=taken, now=now)
    tell_both(relay)
    return relay


def tell_both(relay: Relay) -> None:
    """What each of them has pending is asked for again; nobody else's lists hold it."""
    tell("relays", relay.giver_id)
    tell("relays", relay.taker_id)


def tell_settled(actor: Actor, relay: Relay, deed: str, *, patients: int, taken: int, now: datetime) -> None:
    """What was done with the relais as a whole."""
    told = events.RelaySettled(
        deed=deed, giver=str(relay.giver), taker=str(relay.taker), patients=patients, taken=taken
    )
    record(told, subject=relay, actor=actor, at=now)


def _told(relay: Relay, item: RelayItem) -> dict[str, str]:
    """What every event of a relais says of one patient."""
    return {
        "relay_id": str(relay.pk),
        "role": item.role,
        "role_label": Referent(item.role).label,
        "giver": str(relay.giver),
        "taker": str(relay.taker),
    }
