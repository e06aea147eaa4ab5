"""Periods: which are in force at an instant; that two of the same thing never overlap, which the database holds."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db.models import Expression, F, Field, Func, Q, Value


def in_force(at: datetime, starts: str = "starts_at", ends: str = "ends_at") -> Q:
    """The rows whose period holds this instant: from the start, included, to the end, excluded, if there is one."""
    return (Q((ends, None)) | Q((f"{ends}__gt", at))) & Q((f"{starts}__lte", at))


class UuidRange(Field[object, object]):
    """The `uuidrange` type made by this app's first migration: no contrib extension (btree_gist is not everywhere)."""

    def db_type(self, connection: object) -> str:  # noqa: ARG002 - Django's signature
        return "uuidrange"


class Same(Func):
    """`uuidrange(x, x, '[]')`: overlaps only where the two UUIDs are equal."""

    function = "uuidrange"

    def __init__(self, *expressions: object, **extra: object) -> None:
        if len(expressions) == 1:
            name = expressions[0]
            expressions = (F(name) if isinstance(name, str) else name,) * 2 + (Value("[]"),)
        super().__init__(
            *expressions, output_field=UuidRange(), **{k: v for k, v in extra.items() if k != "output_field"}
        )


class Period(Func):
    """`tstzrange(from, to, '[)')`; an open end lasts for ever."""

    function = "tstzrange"

    def __init__(self, *expressions: object, **extra: object) -> None:
        if len(expressions) == 2:
            expressions = (*(F(e) if isinstance(e, str) else e for e in expressions), Value("[)"))
        super().__init__(
            *expressions, output_field=DateTimeRangeField(), **{k: v for k, v in extra.items() if k != "output_field"}
        )


def no_overlap(name: str, *same: str, starts: str, ends: str, condition: Q | None = None) -> ExclusionConstraint:
    """No two rows with the same `same` fields have overlapping [starts, ends) periods."""
    expressions: list[tuple[str | Expression, str]] = [(Same(field), RangeOperators.OVERLAPS) for field in same]
    expressions.append((Period(starts, ends), RangeOperators.OVERLAPS))
    return ExclusionConstraint(name=name, expressions=expressions, condition=condition)
