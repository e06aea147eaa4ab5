"""Handing patients over: an offer that the other accepts or refuses with a word, never an order."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from osmose.accounts.models import User
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Assignment, Encounter, Relay, SectorDuty
from osmose.encounters.operations import relays, relays_undone, sectors
from osmose.encounters.operations.relays import Patient, Sending
from osmose.encounters.operations.standing import standings_of
from osmose.encounters.policies import HOLD_SECTOR, RELAY, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.actions.reference import lock
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.organisations.models import Sector


class CannotReceive(Refused):
    """Some of the patients can't be received so: nothing was sent. `reasons` says why, one by one."""

    def __init__(self, taker: User, reasons: Mapping[Patient, str], chosen: int):
        count = len(reasons)
        whom = "aucun de ces patients" if count == chosen else f"{count} de ces patients"
        super().__init__(
            f"{taker} ne peut pas recevoir {whom}. Rien n’est envoyé\u202f: retirez "
            f"{'celui' if count == 1 else 'ceux'} qui {'est signalé' if count == 1 else 'sont signalés'}, ou choisissez"
            " quelqu’un d’autre.",
            field="patients",
            code="cannot-receive",
            status=409,
        )
        self.reasons = reasons


@action(may=RELAY, verb=Verb.CREATE)
def offer_relay(
    *,
    actor: Actor,
    taker_id: uuid.UUID,
    patients: Sequence[Patient],
    duty_ids: Sequence[uuid.UUID],
    word: str,
    now: datetime,
) -> Relay:
    """Offers patients of the actor, and sectors with them, to somebody, who answers.

    `CannotReceive` where some can't be received; `Refused`: nobody chosen, oneself, a sector that isn't held.
    """
    if not patients:
        raise Refused("Choisissez au moins un patient.", field="patients", code="relay-empty")
    if taker_id == actor.id:
        raise Refused("Choisissez quelqu’un d’autre que vous.", field="taker", code="relay-self")
    people = User.objects.in_bulk([actor.id, taker_id])
    if taker_id not in people:
        raise Refused("Cette personne n’existe pas.", field="taker", code="taker-unknown")
    duties = list(SectorDuty.objects.filter(pk__in=list(duty_ids), user=actor.id, ends_at=None))
    sending = Sending(people[actor.id], people[taker_id], patients, duties, word)
    encounters = _locked(actor, patients, now)
    if reasons := relays.why_not(sending, encounters, now):
        raise CannotReceive(sending.taker, reasons, len(patients))
    _require_may_hold(sending, now)
    return relays.send(actor=actor, sending=sending, encounters=encounters, now=now)


def _locked(actor: Actor, patients: Sequence[Patient], now: datetime) -> dict[uuid.UUID, Encounter]:
    """The PECs on which the actor may act, locked."""
    mine = WRITE.rows(actor, now).filter(pk__in={p.encounter_id for p in patients})
    return {row.pk: row for row in sectors.locked(set(mine.values_list("pk", flat=True)))}


def _require_may_hold(sending: Sending, now: datetime) -> None:
    standing = standings_of([sending.taker.pk], now)[sending.taker.pk]
    for duty in sending.duties:
        if duty.sector.care_unit_id not in standing.unit_ids:
            raise Refused(
                f"{sending.taker} ne travaille pas dans l’unité du secteur {duty.sector.name}\u202f: proposez les"
                " patients sans le secteur.",
                field="sectors",
                code="sector-not-theirs",
                status=409,
            )


@action(may=HOLD_SECTOR, subject="sector")
def ask_relay(*, actor: Actor, sector: Sector, role: Referent, word: str, now: datetime) -> Relay:
    """Asks who holds a sector for it and for their patients there: they accept or refuse.

    `Refused`: nobody holds it, or nobody of theirs is in it (it is simply taken), or it was asked already.
    """
    row = lock(sector)
    duty = sectors.duty_of(row, role)
    if duty is None or duty.user_id == actor.id:
        raise Refused("Personne d’autre ne tient ce secteur\u202f: prenez-le.", code="sector-free", status=409)
    here = sectors.in_sector(row).values("encounter_id")
    theirs = Assignment.objects.filter(
        user=duty.user_id, role=role, ends_at=None, encounter__in=here, encounter__status=EncounterStatus.ACTIVE
    )
    patients = [Patient(pk, role) for pk in sorted(theirs.values_list("encounter_id", flat=True))]
    sending = Sending(duty.user, User.objects.get(pk=actor.id), patients, (duty,), word, is_asked=True)
    encounters = _locked(actor, patients, now)
    reasons = relays.why_not(sending, encounters, now)
    able = [patient for patient in patients if patient not in reasons]
    if not able:
        raise Refused(
            next(iter(reasons.values()), "Aucun patient à reprendre dans ce secteur\u202f: prenez-le."),
            code="relay-empty",
            status=409,
        )
    asked = Sending(sending.giver, sending.taker, able, sending.duties, word, is_asked=True)
    return relays.send(actor=actor, sending=asked, encounters=encounters, now=now)


@action(may=RELAY, subject="relay")
def accept_relay(*, actor: Actor, relay: Relay, word: str, now: datetime) -> Relay:
    """The patients become those of the receiver, in one transaction; those who can't any more say why.

    `Refused` (409): already answered or withdrawn; not the one who answers.
    """
    row = relays.lock(relay)
    _require_answerer(row, actor)
    return relays.accept(actor=actor, relay=row, word=word, now=now)


@action(may=RELAY, subject="relay")
def refuse_relay(*, actor: Actor, relay: Relay, word: str, now: datetime) -> Relay:
    """The patients stay with who has them. `Refused`: without a word; see `accept_relay`."""
    row = relays.lock(relay)
    _require_answerer(row, actor)
    if not word:
        raise Refused("Dites en un mot pourquoi vous refusez.", field="word", code="relay-word")
    return relays.refuse(actor=actor, relay=row, word=word, now=now)


@action(may=RELAY, subject="relay")
def undo_relay(*, actor: Actor, relay: Relay, now: datetime) -> Relay:
    """Takes one's own acceptance back within ten seconds: the relais waits again, and the patients are the giver's.

    `Refused` (409): later than that, not who accepted, or anything else was written on who has these patients.
    """
    row = relays_undone.lock_accepted(relay, now=now)
    _require_answerer(row, actor)
    return relays_undone.take_back(actor=actor, relay=row, now=now)


@action(may=RELAY, subject="relay")
def withdraw_relay(*, actor: Actor, relay: Relay, now: datetime) -> Relay:
    """Takes one's own relais back before the answer."""
    row = relays.lock(relay)
    if row.sender.pk != actor.id:
        raise Refused(f"Seul son auteur, {row.sender}, peut retirer ce relais.", code="relay-not-yours", status=409)
    return relays.withdraw(actor=actor, relay=row, now=now)


def _require_answerer(relay: Relay, actor: Actor) -> None:
    if relay.answerer.pk != actor.id:
        raise Refused(f"Seul {relay.answerer} peut répondre à ce relais.", code="relay-not-yours", status=409)
