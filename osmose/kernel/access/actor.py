"""Who acts: a person with memberships, a feed, a screen on a wall, or Osmose itself. Frozen, free of the ORM."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Self

from osmose.kernel.access.roles import Role

Kind = Literal["user", "feed", "system", "device"]
# Actors that are nobody have a stable id of their own, derived from their name.
_NAMELESS = uuid.UUID("6f0d2b4e-6b0b-5a43-9d57-0e2f6c1f7a10")


@dataclass(frozen=True, kw_only=True)
class Membership:
    """One role in one unit, in force when the actor was built."""

    unit_id: uuid.UUID
    establishment_id: uuid.UUID
    role: Role
    unit_label: str
    unit_kind: str
    starts_at: datetime
    ends_at: datetime | None = None

    def is_in_force(self, at: datetime) -> bool:
        """True from the start, included, to the end, excluded."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one who does something: journal, events, policies and history all speak of this one.

    `acting` is the membership that the person chose in the header, `profession` the code of their professional category
    (empty where it is none), `function` what their account says (« IDE »). `address`, `workstation` and `request_id`
    are set by the guard (`seen_from`).
    """

    id: uuid.UUID
    name: str
    kind: Kind = "user"
    memberships: tuple[Membership, ...] = ()
    acting: Membership | None = None
    profession: str = ""
    function: str = ""
    address: str = ""
    workstation: str = ""
    request_id: uuid.UUID | None = None

    def unit_ids(self, *roles: Role) -> frozenset[uuid.UUID]:
        """The units where the actor holds one of the roles (any role when none is given)."""
        return frozenset(m.unit_id for m in self._held(roles))

    def establishment_ids(self, *roles: Role) -> frozenset[uuid.UUID]:
        """The establishments where the actor holds one of the roles (any role when none is given)."""
        return frozenset(m.establishment_id for m in self._held(roles))

    def has_role(self, *roles: Role) -> bool:
        """True when one of the memberships carries one of the roles (any role when none is given)."""
        return bool(self._held(roles))

    def membership_in(self, unit_id: uuid.UUID, *roles: Role) -> Membership | None:
        """The membership in this unit with one of the roles; the acting one first."""
        held = [m for m in self._held(roles) if m.unit_id == unit_id]
        return self.acting if self.acting in held else next(iter(held), None)

    @property
    def role(self) -> Role | None:
        """The role of the acting unit."""
        return self.acting.role if self.acting else None

    @property
    def acting_unit_id(self) -> uuid.UUID | None:
        """The unit the actor works for at this moment."""
        return self.acting.unit_id if self.acting else None

    @property
    def unit_label(self) -> str:
        """The name of the acting unit, as events keep it; empty for a feed or Osmose itself."""
        return self.acting.unit_label if self.acting else ""

    def at(self, instant: datetime) -> Self:
        """The same actor with the memberships in force at that instant: one kept for long (a stream) may lose some."""
        held = tuple(m for m in self.memberships if m.is_in_force(instant))
        if len(held) == len(self.memberships):
            return self
        return replace(self, memberships=held, acting=self.acting if self.acting in held else None)

    def seen_from(self, *, address: str, workstation: str, request_id: uuid.UUID) -> Self:
        """The same actor, with where the request came from."""
        return replace(self, address=address, workstation=workstation, request_id=request_id)

    def _held(self, roles: tuple[Role, ...]) -> list[Membership]:
        return [m for m in self.memberships if not roles or m.role in roles]


@dataclass(frozen=True, kw_only=True)
class FeedActor(Actor):
    """Another system whose messages Osmose applies, such as the registration software of one establishment."""

    kind: Kind = "feed"
    establishment_id: uuid.UUID | None = None

    @classmethod
    def named(cls, source: str, *, establishment_id: uuid.UUID | None = None) -> "FeedActor":
        """The feed of that name; the same name always gives the same id."""
        return cls(id=uuid.uuid5(_NAMELESS, f"feed:{source}"), name=source, establishment_id=establishment_id)


@dataclass(frozen=True, kw_only=True)
class SystemActor(Actor):
    """Osmose itself: jobs, demonstration, maintenance."""

    kind: Kind = "system"

    @classmethod
    def named(cls, name: str) -> "SystemActor":
        """The part of Osmose of that name; the same name always gives the same id."""
        return cls(id=uuid.uuid5(_NAMELESS, f"system:{name}"), name=name)


@dataclass(frozen=True, kw_only=True)
class DeviceActor(Actor):
    """A screen that nobody holds: its one membership is the screen's, in one unit, and no staff policy knows it."""

    kind: Kind = "device"
