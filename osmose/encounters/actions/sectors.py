"""Taking a sector at the start of a shift, giving it back."""

import uuid
from datetime import datetime

from osmose.accounts.models import User
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.sectors import held_words, roles_of
from osmose.encounters.models import SectorDuty
from osmose.encounters.operations import sectors
from osmose.encounters.operations.revised import Unchanged
from osmose.encounters.policies import HOLD_SECTOR
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.actions.reference import lock
from osmose.kernel.actions.undo import DELAY, GRACE
from osmose.kernel.base.refused import Refused
from osmose.organisations.models import Sector


@action(may=HOLD_SECTOR, subject="sector")
def take_sector(*, actor: Actor, sector: Sector, role: Referent, is_confirmed: bool, now: datetime) -> SectorDuty:
    """The actor holds the sector in this role: référent of the patients who are there, and of those who come.

    `Refused` (409, `sector-held`) where somebody holds it, unless that is confirmed.
    """
    row = lock(sector)
    if row.ended_at is not None:
        raise Refused("Ce secteur n’existe plus\u202f: choisissez-en un autre.", code="sector-gone", status=409)
    if role not in roles_of(row.care_unit.kind):
        raise Refused("Ce secteur ne se prend pas dans ce rôle.", code="sector-role")
    current = sectors.duty_of(row, role)
    if current is not None and current.user_id == actor.id:
        raise Unchanged
    if current is not None and not is_confirmed:
        raise Refused(
            held_words(row.name, str(current.user), current.starts_at, now),
            field=str(row.pk),
            code="sector-held",
            status=409,
        )
    user = User.objects.get(pk=actor.id)
    return sectors.take(actor=actor, sector=row, role=role, user=user, at=now)


@action(may=HOLD_SECTOR, subject="sector")
def leave_sector(*, actor: Actor, sector: Sector, role: Referent, now: datetime) -> SectorDuty:
    """The actor gives the sector back. The patients stay in their name until somebody takes it.

    `Refused` where somebody else holds it.
    """
    duty = _own(lock(sector), role, actor)
    sectors.leave(actor=actor, duty=duty, at=now)
    return duty


@action(may=HOLD_SECTOR, subject="sector")
def undo_sector(*, actor: Actor, sector: Sector, duty_id: uuid.UUID, now: datetime) -> SectorDuty:
    """Undoes one's own taking of the last ten seconds: each patient has again who they had.

    `Refused`: later than that, or somebody has taken the sector since.
    """
    row = lock(sector)
    duty = SectorDuty.objects.filter(sector=row, pk=duty_id, user=actor.id, ends_at=None).select_related("user").first()
    if duty is None or now - duty.starts_at > DELAY + GRACE:
        raise Refused(
            "Il est trop tard pour annuler\u202f: rendez le secteur, ou proposez un relais.",
            code="undo-late",
            status=409,
        )
    duty.sector = row
    sectors.give_back(actor=actor, duty=duty, at=now)
    return duty


def _own(sector: Sector, role: Referent, actor: Actor) -> SectorDuty:
    duty = sectors.duty_of(sector, role)
    if duty is None:
        raise Unchanged
    if duty.user_id != actor.id:
        raise Refused(
            f"{sector.name} est tenu par {duty.user}\u202f: vous ne pouvez le rendre à sa place.",
            code="sector-not-yours",
            status=409,
        )
    duty.sector = sector
    return duty
