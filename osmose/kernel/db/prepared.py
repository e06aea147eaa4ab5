"""Statements asked all day long, analysed and planned once for each connection rather than at each request.

PostgreSQL takes longer to plan the queries of a page than to answer them. Prepared, a statement is planned for its own
values five times, then keeps one plan for all if that one is expected to be as good; this is PostgreSQL's own choice.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.db.models.query import RawQuerySet
from django.db.models.sql import RawQuery
from psycopg import ClientCursor, Cursor

_M = TypeVar("_M", bound=Model)
_PLACE = re.compile(r"%[%s]")


class _Said:
    """What was executed, values in place, written only where Django's log of queries asks for it."""

    def __init__(self, *said: Any) -> None:
        self._connection, self._text, self._params = said

    @property
    def query(self) -> bytes:
        return ClientCursor(self._connection).mogrify(self._text, self._params).encode()


class PreparedCursor(Cursor[Any]):
    """Prepares what it executes; its values travel apart from its text."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> "PreparedCursor":
        super().execute(query, params, prepare=True)
        told: Any = _Said(self.connection, query, params)
        self._query = told
        return self


class Preparing:
    """A connection whose cursors prepare; everything else is the connection's own."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> CursorWrapper:
        return cursor(self._connection)


def cursor(connection: Any) -> CursorWrapper:
    """A cursor of Django's, counted and logged as any other, that prepares its statement."""
    wrapper: Any = connection
    wrapper.close_if_health_check_failed()
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors:
        made: CursorWrapper = wrapper._prepare_cursor(PreparedCursor(wrapper.connection))
    return made


class _Prepared(RawQuery):
    def _execute_query(self) -> None:
        self.cursor = cursor(connections[self.using])
        self.cursor.execute(self.sql, self.params)


def rows_of(model: type[_M], sql: str, values: Sequence[Any]) -> list[_M]:
    """`model.objects.raw(sql, values)`, prepared: the further columns are attributes of each row."""
    query: Any = _Prepared(sql=sql, using="default", params=tuple(values))
    return list(RawQuerySet(sql, model=model, query=query, params=tuple(values)))


@cache
def _insertion(model: type[Model]) -> tuple[str, list[Any], list[Any]]:
    """The statement, the fields it is given, and those that the database fills and gives back."""
    meta = model._meta
    given = [field for field in meta.local_concrete_fields if field not in meta.db_returning_fields]
    columns = ", ".join(f'"{field.column}"' for field in given)
    places = ", ".join(["%s"] * len(given))
    filled = ", ".join(f'"{field.column}"' for field in meta.db_returning_fields)
    text = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({places}) RETURNING {filled}'  # noqa: S608 - no value
    return text, given, list(meta.db_returning_fields)


def insert(row: _M) -> _M:
    """`row.save(force_insert=True)`, its statement written once a model and prepared; no signal is sent."""
    text, given, filled = _insertion(type(row))
    connection: Any = connections["default"]
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in given]
    with cursor(connection) as asking:
        asking.execute(text, values)
        for field, value in zip(filled, asking.fetchone(), strict=True):
            setattr(row, field.attname, value)
    row._state.adding, row._state.db = False, "default"
    return row


def inlined(connection: Any, sql: str, params: Sequence[Any], is_given: Callable[[Any], bool]) -> tuple[str, list[Any]]:
    """The statement with its constants written in it, and what is left to be given at each call.

    Of an identifier or an instant the type is known whatever stands around it, not of a text nor of a number.
    """
    given = iter(params)
    left: list[Any] = []

    def written(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%%"
        value = next(given)
        if is_given(value):
            left.append(value)
            return "%s"
        return str(connection.ops.compose_sql("%s", [value])).replace("%", "%%")

    return _PLACE.sub(written, sql), left
