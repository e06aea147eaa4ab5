"""Queries that pages ask all day long, built once for each shape of their reader, then only given its values.

The ORM takes one to six milliseconds to write the SQL of a page's query, more than PostgreSQL to answer it, and always
writes the same. A recipe is a function that builds the query from values alone. It is tried twice with values made up
for the purpose; what changed between the two is what the real values replace afterwards (docs/decisions/0013).
"""

import copy
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from osmose.kernel.access.actor import Actor, Membership
from osmose.kernel.db import prepared

_R = TypeVar("_R")
_SHAPES = 200
_made_up = iter(range(1, 10**9))


@dataclass(frozen=True)
class _Hole:
    """Where the real value goes: its place among the values of a call."""

    place: int


@dataclass(frozen=True)
class _Written:
    """One shape, written: the query set whose SQL this is, its compiler, and the parameters with their holes.

    `prepared` is the same SQL with its constants in it, for the values of `holes` alone.
    """

    rows: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    prepared: str
    holes: tuple[Any, ...]


class Recipe(Generic[_R]):
    """`build(actor, now, policy, id)` → rows; called with the same arguments, it gives the list of rows.

    Identifiers, tuples of them (for `pk__among`), instants and the actor's own identifiers are values; everything else
    (a policy, a flag) is part of the shape. `build` must be a plain function that computes nothing from a value:
    « now - 30 days » is a value of its own. An actor is followed by the instant at which their memberships are in
    force. Raises TypeError otherwise.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, _R]]) -> None:
        if getattr(build, "__closure__", None):
            raise TypeError(f"{build.__qualname__} holds values of its own: a recipe takes them all as arguments.")
        self.build = build
        self._written: OrderedDict[Hashable, _Written | None] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, *arguments: Any) -> list[_R]:
        """The rows, read now: one query, none where nothing can be among them."""
        if any(isinstance(a, Actor) and type(a) is not Actor for a in arguments):
            return list(self.build(*arguments))  # a feed or Osmose itself: rare, and of other shapes
        written, values = self._known(arguments)
        return [] if written is None else _asked(written, values)

    def statement(self, *arguments: Any) -> tuple[str, list[Any]] | None:
        """The SQL and its parameters, for a statement that embeds it; None where nothing can be among the rows."""
        written, values = self._known(arguments)
        return None if written is None else (written.prepared, [_filled(param, values) for param in written.holes])

    def _known(self, arguments: tuple[Any, ...]) -> tuple[_Written | None, list[Any]]:
        """What is written for the shape of these arguments, now if need be, and their values."""
        arguments = _in_force(arguments)
        shape = _shape_of(arguments)
        with self._lock:
            is_known = shape in self._written
            if is_known:
                self._written.move_to_end(shape)
                written = self._written[shape]
        if not is_known:
            written = self._write(arguments)
            with self._lock:
                self._written[shape] = written
                while len(self._written) > _SHAPES:
                    self._written.popitem(last=False)
        return written, _values_of(arguments)

    def _write(self, arguments: tuple[Any, ...]) -> _Written | None:
        """The SQL of a shape; None where it has no rows whatever the values."""
        first, second = (_compiled(self.build, _made_up_for(arguments)) for _ in range(2))
        if first is None or second is None:
            return None
        if first.sql != second.sql or _constants(first.params) != _constants(second.params):
            raise TypeError(f"{self.build.__qualname__} computes something from its values: make it an argument.")
        return first


def _in_force(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The actor with the memberships in force at the instant that follows."""
    given = list(arguments)
    for place, argument in enumerate(given):
        if isinstance(argument, Actor):
            if place + 1 == len(given) or not isinstance(given[place + 1], datetime):
                raise TypeError("A recipe takes the instant just after its actor: memberships begin and end.")
            given[place] = argument.at(given[place + 1])
    return tuple(given)


def _ids_of(actor: Actor) -> list[uuid.UUID]:
    """The actor's own identifiers, each once, in an order that is the same for every actor of their shape."""
    found = [actor.id, *(i for m in actor.memberships for i in (m.unit_id, m.establishment_id))]
    return list(dict.fromkeys(found))


def _shape_of(arguments: tuple[Any, ...]) -> Hashable:
    """All but the values: two calls of the same shape have the same SQL."""
    parts: list[Hashable] = []
    for argument in arguments:
        if isinstance(argument, Actor):
            ids = _ids_of(argument)
            held = [
                (m.role, m.unit_kind, ids.index(m.unit_id), ids.index(m.establishment_id)) for m in argument.memberships
            ]
            parts.append((argument.kind, argument.profession, *held))
        else:
            is_value = isinstance(argument, (uuid.UUID, datetime, tuple))
            parts.append(type(argument).__name__ if is_value else argument)
    return tuple(parts)


def _values_of(arguments: tuple[Any, ...]) -> list[Any]:
    values: list[Any] = []
    for argument in arguments:
        if isinstance(argument, Actor):
            values += _ids_of(argument)
        elif isinstance(argument, (uuid.UUID, datetime)):
            values.append(argument)
        elif isinstance(argument, tuple):
            values.append(list(argument))
    return values


def _made_up_for(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments of the same shape whose values nobody has."""
    return tuple(_made_up_value(argument) for argument in arguments)


def _made_up_value(argument: Any) -> Any:
    if isinstance(argument, uuid.UUID):
        return uuid.uuid4()
    if isinstance(argument, tuple):
        return (uuid.uuid4(),)
    if isinstance(argument, datetime):
        return datetime(3000, 1, 1, tzinfo=UTC) + timedelta(hours=next(_made_up))
    if isinstance(argument, Actor):
        known = {i: uuid.uuid4() for i in _ids_of(argument)}
        held = tuple(
            Membership(
                unit_id=known[m.unit_id],
                establishment_id=known[m.establishment_id],
                role=m.role,
                unit_label="",
                unit_kind=m.unit_kind,
                starts_at=datetime.min.replace(tzinfo=UTC),
            )
            for m in argument.memberships
        )
        return Actor(
            id=known[argument.id], name="", kind=argument.kind, memberships=held, profession=argument.profession
        )
    return argument


def _compiled(build: Callable[..., QuerySet[Any, Any]], arguments: tuple[Any, ...]) -> _Written | None:
    rows = build(*arguments)
    compiler = rows.query.get_compiler(using=rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    values = enumerate(_values_of(arguments))
    holes = {tuple(value) if isinstance(value, list) else value: _Hole(place) for place, value in values}
    pierced = tuple(_pierced(param, holes) for param in params)
    text, left = prepared.inlined(connections[rows.db], sql, pierced, _is_pierced)
    return _Written(rows, compiler, sql, pierced, text, tuple(left))


def _pierced(param: Any, holes: dict[Any, _Hole]) -> Any:
    if isinstance(param, (list, tuple)):
        whole = tuple(param)
        return holes[whole] if whole in holes else [_pierced(part, holes) for part in param]
    return holes.get(param, param) if isinstance(param, (uuid.UUID, datetime)) else param


def _is_pierced(param: Any) -> bool:
    return any(_is_pierced(part) for part in param) if isinstance(param, list) else isinstance(param, _Hole)


def _constants(params: Any) -> Any:
    """What no value replaces; a set of units gives its holes in any order."""
    return [_constants(p) if isinstance(p, (list, tuple)) else "hole" if isinstance(p, _Hole) else p for p in params]


def _filled(param: Any, values: list[Any]) -> Any:
    if isinstance(param, _Hole):
        return values[param.place]
    return [_filled(part, values) for part in param] if isinstance(param, list) else param


def _asked(written: _Written, values: list[Any]) -> list[Any]:
    """The rows of a written query for these values, made by Django as ever."""
    params = tuple(_filled(param, values) for param in written.holes)
    rows: Any = written.rows.all()
    query: Any = copy.copy(rows.query)

    def get_compiler(using: str = "default", connection: Any = None, elide_empty: bool = True) -> Any:  # noqa: ARG001 - Django's signature
        again = copy.copy(written.compiler)
        again.query, again.using, again.connection = query, using, prepared.Preparing(connections[using])
        again.as_sql = lambda *_, **__: (written.prepared, params)
        return again

    query.get_compiler = get_compiler
    rows._query = query  # setting `query` would make dictionaries of a list of values
    return list(rows)
