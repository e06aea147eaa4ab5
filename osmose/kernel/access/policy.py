"""Policies: « which ones? » (rows) and « this one? » (allows) come from one definition."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.db import models
from django.db.models import Q, Value

from osmose.kernel.access.actor import Actor, FeedActor
from osmose.kernel.access.models import Grant
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.access.roles import Role

_M = TypeVar("_M", bound=models.Model)


class Relation(Protocol):
    """What ties an actor (holding one of the roles) to rows."""

    @property
    def words(self) -> str: ...

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q: ...
    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool: ...


def value_at(obj: Any, path: str) -> Any:
    """`value_at(note, "encounter__care_unit_id")` follows the same path as a filter."""
    for name in path.split("__"):
        obj = getattr(obj, name)
    return obj


@dataclass(frozen=True)
class Granted:
    """Through a grant in force on the subject, for a scope, held by one of the actor's units or by the actor.

    `path` leads from the row to the subject's (or, with `by="person_id"`, the person's) identifier.
    """

    scope: str
    path: str = "id"
    by: str = "subject_id"
    words: str = "l’unité prend part à la prise en charge"

    def _grants(self, actor: Actor, roles: frozenset[Role], now: datetime) -> models.QuerySet[Grant]:
        units = actor.unit_ids(*roles)
        holders = Q(unit_id__in=units) | Q(user_id=actor.id) if units else Q(pk__in=[])
        return Grant.objects.in_force(now).filter(holders, scope__contains=[self.scope])

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:
        return Q(**{f"{self.path}__in": self._grants(actor, roles, now).values(self.by)})

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:
        about = value_at(obj, self.path)
        return about is not None and bool(_held(actor, now, self, roles, about))


@Recipe
def _held(
    actor: Actor, now: datetime, relation: Granted, roles: frozenset[Role], about: uuid.UUID
) -> models.QuerySet[Grant, int]:
    grants = relation._grants(actor, roles, now).filter(**{relation.by: about})
    return grants.values_list(Value(1))[:1]


@dataclass(frozen=True)
class InUnits:
    """The row belongs to one of the actor's units; `kinds` limits to kinds of unit."""

    path: str = "id"
    kinds: frozenset[str] = frozenset()
    words: str = "dans son unité"

    def _units(self, actor: Actor, roles: frozenset[Role]) -> set[uuid.UUID]:
        return {
            m.unit_id for m in actor.memberships if m.role in roles and (not self.kinds or m.unit_kind in self.kinds)
        }

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:  # noqa: ARG002 - the protocol's signature
        return Q(**{f"{self.path}__in": self._units(actor, roles)})

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:  # noqa: ARG002
        return value_at(obj, self.path) in self._units(actor, roles)


@dataclass(frozen=True)
class OpenOrInUnits:
    """The row names no unit, or one of the actor's: what is kept for one unit stays there."""

    path: str
    words: str = "qui n’est pas réservé à une autre unité"

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:  # noqa: ARG002 - the protocol's signature
        return Q(**{self.path: None}) | Q(**{f"{self.path}__in": actor.unit_ids(*roles)})

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:  # noqa: ARG002
        unit_id = value_at(obj, self.path)
        return unit_id is None or unit_id in actor.unit_ids(*roles)


@dataclass(frozen=True)
class OpenOrOfProfession:
    """The row names no professional category, or the actor's; whoever wrote it (`by`) reads it again all the same."""

    path: str
    by: str
    words: str = "qui n’est pas réservé à une autre catégorie professionnelle"

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:  # noqa: ARG002 - the protocol's signature
        return Q(**{f"{self.path}__in": ["", *([actor.profession] if actor.profession else [])]}) | Q(
            **{self.by: actor.id}
        )

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:  # noqa: ARG002
        return value_at(obj, self.path) in ("", actor.profession) or value_at(obj, self.by) == actor.id


@dataclass(frozen=True)
class InEstablishments:
    """The row belongs to an establishment where the actor holds one of the roles (in a unit of one of `kinds`)."""

    path: str = "establishment_id"
    kinds: frozenset[str] = frozenset()
    words: str = "dans son établissement"

    def _establishments(self, actor: Actor, roles: frozenset[Role]) -> set[uuid.UUID]:
        return {
            m.establishment_id
            for m in actor.memberships
            if m.role in roles and (not self.kinds or m.unit_kind in self.kinds)
        }

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:  # noqa: ARG002 - the protocol's signature
        return Q(**{f"{self.path}__in": self._establishments(actor, roles)})

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:  # noqa: ARG002
        return value_at(obj, self.path) in self._establishments(actor, roles)


@dataclass(frozen=True)
class Named:
    """The row names the actor, in one of these columns: it concerns them, and nobody else."""

    paths: tuple[str, ...]
    words: str = "qui le nomme"

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:  # noqa: ARG002 - the protocol's signature
        if not actor.has_role(*roles):
            return Q(pk__in=[])
        named = Q()
        for path in self.paths:
            named |= Q(**{path: actor.id})
        return named

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:  # noqa: ARG002
        return actor.has_role(*roles) and any(value_at(obj, path) == actor.id for path in self.paths)


@dataclass(frozen=True)
class Both:
    """Two relations at once."""

    first: Relation
    second: Relation

    @property
    def words(self) -> str:
        return f"{self.first.words}, et {self.second.words}"

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:
        return self.first.q(actor, roles, now) & self.second.q(actor, roles, now)

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:
        return self.first.holds(actor, roles, obj, now) and self.second.holds(actor, roles, obj, now)


@dataclass(frozen=True)
class Everywhere:
    """The role is enough: for what concerns nobody in particular."""

    words: str = "partout"

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:  # noqa: ARG002 - the protocol's signature
        return Q() if actor.has_role(*roles) else Q(pk__in=[])

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:  # noqa: ARG002
        return actor.has_role(*roles)


@dataclass(frozen=True, eq=False)
class Policy(Generic[_M]):
    """Who may, on what: roles on the one hand, a relation on the other; both are needed.

    `model` is a callable, so that a policy can be declared before its model is loaded. With
    `feeds`, connectors and background jobs may act too: they have no memberships, their code says what they touch.
    """

    name: str
    label: str
    roles: frozenset[Role]
    relation: Relation
    model: Callable[[], type[_M]] | None = None
    feeds: bool = False

    def __post_init__(self) -> None:
        if not self.roles:
            raise TypeError(f"Policy {self.name} names its roles: without any, « any role » would be understood.")
        if self.name in _policies:
            raise TypeError(f"Policy {self.name} is declared twice.")
        _policies[self.name] = self

    def rows(self, actor: Actor, now: datetime) -> models.QuerySet[_M]:
        """The rows that the actor may see or act on, at that instant."""
        if self.model is None:
            raise TypeError(f"Policy {self.name} is about no table.")
        manager: models.Manager[_M] = self.model()._default_manager
        return manager.filter(self.relation.q(actor.at(now), self.roles, now))

    def is_held_somewhere(self, actor: Actor) -> bool:
        """True where one of the actor's memberships could give it: whether to offer a button, never whether to obey."""
        kinds: frozenset[str] = getattr(self.relation, "kinds", frozenset())
        return any(m.role in self.roles and (not kinds or m.unit_kind in kinds) for m in actor.memberships)

    def allows(self, actor: Actor, obj: Any, now: datetime) -> bool:
        """True when `obj` is among `rows(actor, now)`; `None` asks for the role alone.

        A connector or a job has no rows of its own: with `feeds`, it may act on what its code was given; a connector
        on what belongs to its own establishment only.
        """
        if self.feeds and actor.kind == "system":
            return True
        if self.feeds and isinstance(actor, FeedActor):
            theirs = getattr(obj, "establishment_id", None)  # None: nobody's yet, such as a message just received
            return theirs is None or theirs == actor.establishment_id
        actor = actor.at(now)
        if obj is None:
            return actor.has_role(*self.roles)
        return self.relation.holds(actor, self.roles, obj, now)


_policies: dict[str, Policy[Any]] = {}


def registry() -> dict[str, Policy[Any]]:
    """Every declared policy by name."""
    return dict(_policies)
