"""Sectors: who holds one, the patients who are in it, and those who come later."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from osmose.accounts.models import User
from osmose.encounters.events import ReferentFollowed, SectorLeft, SectorTaken
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.relays import cannot_receive
from osmose.encounters.lifecycle.sectors import Charge, follows
from osmose.encounters.models import Assignment, Encounter, Movement, SectorDuty
from osmose.encounters.operations import referents
from osmose.encounters.operations.rows import save
from osmose.encounters.operations.standing import standings_of, units_taking_part
from osmose.encounters.operations.touched import journal_touched
from osmose.encounters.policies import HOLD_SECTOR, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import now
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.record import record
from osmose.organisations.models import Sector

_SHIFT_BEFORE = timedelta(hours=24)
_CURRENT = Q(ends_at=None, cancelled_at=None)


def duty_of(sector: Sector, role: Referent) -> SectorDuty | None:
    """Who holds the sector in this role now."""
    return SectorDuty.objects.filter(sector=sector, role=role, ends_at=None).select_related("user", "sector").first()


def in_sector(sector: Sector) -> QuerySet[Movement]:
    """Where patients are in the sector now: in one of its boxes; in one of its zones, unless their box is another's."""
    places = sector.locations.values("pk")
    elsewhere = Sector.locations.through.objects.filter(location_id=OuterRef("box_id"), sector__ended_at=None)
    return Movement.objects.filter(_CURRENT).filter(
        Q(box__in=places) | Q(~Exists(elsewhere), location__in=places),
    )


@operation
def take(*, actor: Actor, sector: Sector, role: Referent, user: User, at: datetime) -> SectorDuty:
    """The sector is held by `user` from now on, and its patients follow.

    The row of the sector is locked first: two people who take it at the same instant come one after the other.
    """
    current = duty_of(sector, role)
    before = current or _last_held(sector, role, at)
    if current is not None:
        end(current, at)
    duty = SectorDuty.objects.create(sector=sector, user=user, role=role, starts_at=at)
    given = _give_present(actor, duty, before.user_id if before else None, at)
    told = SectorTaken(
        sector=sector.name,
        role_label=role.label,
        holder=str(user),
        previous=str(current.user) if current else "",
        patients=given,
    )
    record(told, subject=sector, actor=actor, at=at, changed=[f"duty:{role.value}"])
    return duty


def _last_held(sector: Sector, role: Referent, at: datetime) -> SectorDuty | None:
    """Who held it on the shift before; an older holder's patients were given to them by name since."""
    ended = SectorDuty.objects.filter(sector=sector, role=role, ends_at__gt=at - _SHIFT_BEFORE)
    return ended.order_by("-ends_at", "-starts_at").first()


@operation
def end(duty: SectorDuty, at: datetime) -> None:
    """Nobody holds it in this role any more."""
    duty.ends_at = max(at, duty.starts_at)
    duty.save(update_fields=["ends_at"])


@operation
def leave(*, actor: Actor, duty: SectorDuty, at: datetime) -> None:
    """The sector is given back; its patients keep their référent until somebody takes it: never nobody by default."""
    end(duty, at)
    told = SectorLeft(sector=duty.sector.name, role_label=duty.words, holder=str(duty.user))
    record(told, subject=duty.sector, actor=actor, at=at, changed=[f"duty:{duty.role}"])


@operation
def give_back(*, actor: Actor, duty: SectorDuty, at: datetime) -> None:
    """Undoes a taking: whoever held the sector holds it again, and each patient it gave has again who they had.

    Those that somebody changed since are left alone.
    """
    sector, role = duty.sector, Referent(duty.role)
    end(duty, at)
    told = SectorLeft(sector=sector.name, role_label=role.label, holder=str(duty.user), is_undone=True)
    record(told, subject=sector, actor=actor, at=at, changed=[f"duty:{role.value}"])
    former = SectorDuty.objects.filter(sector=sector, role=role, ends_at=duty.starts_at).exclude(pk=duty.pk)
    before = former.select_related("user").order_by("-starts_at").first()
    if before is not None:
        SectorDuty.objects.create(sector=sector, user=before.user, role=role, starts_at=duty.ends_at or at)
        again = SectorTaken(sector=sector.name, role_label=role.label, holder=str(before.user))
        record(again, subject=sector, actor=actor, at=at, changed=[f"duty:{role.value}"])
    encounters = locked(Assignment.objects.filter(duty=duty, ends_at=None).values_list("encounter_id", flat=True))
    given = Assignment.objects.filter(duty=duty, ends_at=None, encounter__in=encounters).select_related("user")
    held = {assignment.encounter_id: assignment for assignment in given}
    for encounter in encounters:
        if encounter.pk in held:
            _restore(actor, encounter, held[encounter.pk], f"prise du secteur {sector.name} annulée", at)
            save(encounter)
    journal_touched(actor=actor, deed="sector_given_back", policy=HOLD_SECTOR, encounters=encounters)


@operation
def hand_over(*, actor: Actor, duty: SectorDuty, user: User, patients: int, at: datetime) -> SectorDuty:
    """The sector changes hands with the patients of a relais, and no others: exceptions stay where they are."""
    end(duty, at)
    taken = SectorDuty.objects.create(sector=duty.sector, user=user, role=duty.role, starts_at=duty.ends_at or at)
    told = SectorTaken(
        sector=duty.sector.name, role_label=duty.words, holder=str(user), previous=str(duty.user), patients=patients
    )
    record(told, subject=duty.sector, actor=actor, at=at, changed=[f"duty:{duty.role}"])
    return taken


@operation
def follow(*, actor: Actor, encounter: Encounter, movement: Movement, at: datetime) -> bool:
    """The patient has just come to a place: whoever holds its sector is in charge; True when somebody changed.

    The caller saves the PEC.
    """
    if encounter.status != EncounterStatus.ACTIVE:
        return False
    duties = _duties_at(movement)
    if not duties:
        return False
    instant = max(at, now())  # who works where is asked of the present, whatever hour the sender gives the movement
    standings = standings_of({duty.user_id for duty in duties.values()}, instant)
    units = units_taking_part([encounter.pk], instant).get(encounter.pk, frozenset())
    is_changed = False
    for role, duty in duties.items():
        current = referents.in_charge(encounter, role)
        if follows(_charge(current), taker_id=duty.user_id, before_id=None) and not cannot_receive(
            standings[duty.user_id], units
        ):
            _give(actor, encounter, current, duty, at)
            is_changed = True
    return is_changed


@operation
def unfollow(*, actor: Actor, encounter: Encounter, since: datetime, at: datetime) -> None:
    """A movement was undone: whoever came by it is no longer in charge. The caller saves the PEC."""
    came = Assignment.objects.filter(encounter=encounter, ends_at=None, duty__isnull=False, starts_at__gte=since)
    for assignment in came.select_related("user", "duty"):
        if assignment.duty is not None and assignment.duty.starts_at < assignment.starts_at:
            _restore(actor, encounter, assignment, "déplacement annulé", at)


def _duties_at(movement: Movement) -> dict[Referent, SectorDuty]:
    """By role, who holds the sector of the box, or where the box is in none, of the zone; the last taken wins."""
    places = [place for place in (movement.box_id, movement.location_id) if place]
    links = Sector.locations.through.objects.filter(location_id__in=places, sector__ended_at=None)
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for place_id, sector_id in links.values_list("location_id", "sector_id"):
        found.setdefault(place_id, set()).add(sector_id)
    mine = next((found[place] for place in places if place in found), None)
    if mine is None:
        return {}
    held = SectorDuty.objects.filter(ends_at=None, sector__in=mine).select_related("user", "sector")
    return {Referent(duty.role): duty for duty in held.order_by("starts_at")}


def _give_present(actor: Actor, duty: SectorDuty, before_id: uuid.UUID | None, at: datetime) -> int:
    """Puts the holder in charge of the patients who are there, as far as the rule goes; how many."""
    here = in_sector(duty.sector).values("encounter_id")
    ids = set(WRITE.rows(actor, at).filter(pk__in=here, status=EncounterStatus.ACTIVE).values_list("pk", flat=True))
    units = units_taking_part(ids, at)
    standing = standings_of([duty.user_id], at)[duty.user_id]
    role, given = Referent(duty.role), []
    for encounter in locked(ids):
        current = referents.in_charge(encounter, role)
        if encounter.status != EncounterStatus.ACTIVE or cannot_receive(standing, units.get(encounter.pk, frozenset())):
            continue
        if follows(_charge(current), taker_id=duty.user_id, before_id=before_id):
            _give(actor, encounter, current, duty, max(at, encounter.arrived_at))
            save(encounter)
            given.append(encounter)
    journal_touched(actor=actor, deed="sector_taken", policy=HOLD_SECTOR, encounters=given)
    return len(given)


def locked(ids: Iterable[uuid.UUID]) -> list[Encounter]:
    """The PECs, locked in one order for everybody; those that can't be read are nobody's to write on."""
    rows = Encounter.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(ids)).order_by("pk")
    return [row for row in rows if readable(row, "motif") is not UNREADABLE]


def _charge(current: Assignment | None) -> Charge | None:
    return Charge(current.user_id, current.duty_id is not None) if current else None


def _give(actor: Actor, encounter: Encounter, current: Assignment | None, duty: SectorDuty, at: datetime) -> None:
    role = Referent(duty.role)
    referents.replace(encounter, current, role, duty.user, at, duty=duty)
    before = current.user if current else None
    _tell(actor, encounter, role, before, duty.user, because=f"secteur {duty.sector.name}", at=at)


def _restore(actor: Actor, encounter: Encounter, mine: Assignment, because: str, at: datetime) -> None:
    """Whoever was in charge until this assignment began is again; nobody where there was nobody."""
    role = Referent(mine.role)
    former = Assignment.objects.filter(encounter=encounter, role=role, ends_at=mine.starts_at).exclude(pk=mine.pk)
    before = former.select_related("user", "duty").order_by("-starts_at", "-id").first()
    again = before.user if before else None
    referents.replace(encounter, mine, role, again, at, duty=before.duty if before else None)
    _tell(actor, encounter, role, mine.user, again, because=because, at=at)


def _tell(
    actor: Actor,
    encounter: Encounter,
    role: Referent,
    before: User | None,
    after: User | None,
    *,
    because: str,
    at: datetime,
) -> None:
    field = referents.field_of(role)
    told = ReferentFollowed(
        role=role.value,
        role_label=role.label,
        before=str(before.pk) if before else "",
        after=str(after.pk) if after else "",
        words=str(after) if after else "",
        because=because,
        revision=revisions.bump(encounter, field),
    )
    record(told, subject=encounter, actor=actor, at=at, changed=[field])
