"""Which screens there are, and which one is behind a token."""

import hashlib
import hmac
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from osmose.devices.models import Screen, StaffRoomOpening
from osmose.devices.policies import ISSUE, MANAGE, OPEN_STAFF_ROOM, OVERSEE
from osmose.devices.rules import Room
from osmose.kernel.access.actor import Actor, DeviceActor, Membership
from osmose.kernel.access.policy import Policy
from osmose.kernel.access.roles import Role
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.blind import subkey
from osmose.organisations.models import CareUnit, UnitKind
from osmose.organisations.queries import by_label, open_among


@dataclass(frozen=True, kw_only=True)
class ScreenActor(DeviceActor):
    """The screen behind a request. `shows_initials`: in a staff room that the data protection officer has opened."""

    screen: Screen
    shows_initials: bool

    @property
    def unit(self) -> CareUnit:
        return self.screen.care_unit

    @property
    def is_blind(self) -> bool:
        """True where whoever is listed would be known for a psychiatric patient: nothing is shown then."""
        return self.unit.kind == UnitKind.PSYCHIATRY and not self.shows_initials


def digest(purpose: str, secret: str) -> bytes:
    """What is kept of a code or a token: without the keyset, neither can be tried against a copy of the table."""
    return hmac.new(subkey(f"screen-{purpose}"), secret.encode(), hashlib.sha256).digest()


def _opened() -> Exists:
    return Exists(StaffRoomOpening.objects.filter(care_unit_id=OuterRef("care_unit_id"), closed_at=None))


def _alive(now: datetime) -> QuerySet[Screen]:
    on = paris(now).date()
    rows = Screen.objects.filter(Q(care_unit__ended_on=None) | Q(care_unit__ended_on__gt=on), revoked_at=None)
    return rows.select_related("care_unit__establishment").annotate(is_opened=_opened())


def screen_with_token(token: str, now: datetime) -> ScreenActor | None:
    """The screen that holds this token, at this instant: one query, so that a screen withdrawn is one at once."""
    screen = _alive(now).filter(token_digest=digest("token", token)).first()
    return None if screen is None else actor_of(screen)


def screens_up(screen_ids: Collection[uuid.UUID], now: datetime) -> dict[uuid.UUID, ScreenActor]:
    """Those of these screens that may show their unit at this instant, as they may now: one query."""
    rows = _alive(now).filter(pk__in=list(screen_ids), token_digest__isnull=False)
    return {screen.pk: actor_of(screen) for screen in rows}


def screen_with_code(code: str, now: datetime) -> ScreenActor | None:
    """The screen that waits for this code, if it still does."""
    screen = _alive(now).filter(code_digest=digest("code", code), code_expires_at__gt=now).first()
    return None if screen is None else actor_of(screen)


def actor_of(screen: Screen) -> ScreenActor:
    """Its actor: one membership, the screen's, in its one unit."""
    unit = screen.care_unit
    membership = Membership(
        unit_id=unit.pk,
        establishment_id=unit.establishment_id,
        role=Role.SCREEN,
        unit_label=unit.short_name,
        unit_kind=unit.kind,
        starts_at=screen.issued_at,
    )
    return ScreenActor(
        id=screen.pk,
        name=f"Écran {screen.name}",
        memberships=(membership,),
        acting=membership,
        screen=screen,
        shows_initials=screen.room == Room.STAFF_ROOM and bool(getattr(screen, "is_opened", False)),
    )


def screens_of(actor: Actor, now: datetime) -> list[Screen]:
    """The screens of the actor's units, those withdrawn left out."""
    return list(MANAGE.rows(actor, now).filter(revoked_at=None).order_by("issued_at", "id"))


def overseen_screens(actor: Actor, now: datetime) -> list[Screen]:
    """The screens of the actor's establishment, those withdrawn left out."""
    return list(OVERSEE.rows(actor, now).filter(revoked_at=None).order_by("issued_at", "id"))


def screen_of(screen_id: uuid.UUID, policy: Policy[Screen], actor: Actor, now: datetime) -> Screen | None:
    """One screen through a policy's rows, unless it was withdrawn."""
    return policy.rows(actor, now).filter(pk=screen_id, revoked_at=None).select_related("care_unit").first()


def unit_of(unit_id: uuid.UUID, policy: Policy[CareUnit], actor: Actor, now: datetime) -> CareUnit | None:
    """One open unit through a policy's rows."""
    return open_among(policy.rows(actor, now), now).filter(pk=unit_id).first()


def is_staff_room_open(unit_id: uuid.UUID) -> bool:
    return StaffRoomOpening.objects.filter(care_unit_id=unit_id, closed_at=None).exists()


def issuing_units(actor: Actor, now: datetime) -> list[CareUnit]:
    """The open units whose screens the actor hangs."""
    return by_label(open_among(ISSUE.rows(actor, now), now))


def overseen_units(actor: Actor, now: datetime) -> list[CareUnit]:
    """The open units whose staff room the actor may open."""
    return by_label(open_among(OPEN_STAFF_ROOM.rows(actor, now), now))


def openings_of(unit_ids: frozenset[uuid.UUID]) -> dict[uuid.UUID, StaffRoomOpening]:
    """The opening in force of each of these units."""
    rows = StaffRoomOpening.objects.filter(care_unit_id__in=unit_ids, closed_at=None)
    return {row.care_unit_id: row for row in rows}
