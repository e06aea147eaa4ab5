"""Rows of reference data: added, changed field by field, never overwritten unseen.

A form says what it wants and what it showed (a mark of each field). Fields that two people changed apart merge; where
they collide, nothing is written and the second one is told by whom, when, and both values.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.context import require_declared
from osmose.kernel.events import timeline

_UNIQUE_VIOLATION = "23505"
NOTHING = "rien"
_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True)
class Wanted:
    """The values that a form wants, and the marks of those it showed; no marks for a caller without a page."""

    values: Mapping[str, Any]
    seen: Mapping[str, str] = field(default_factory=dict)


class Overtaken(Refused):
    """Somebody changed the same fields since the form was drawn. `theirs` says the present value of each, in words."""

    def __init__(self, row: models.Model, theirs: Mapping[str, str]):
        entry = next(iter(timeline.of(row.pk, limit=1)), None)
        self.row, self.theirs = row, theirs
        self.by = entry.by if entry else ""
        self.at = entry.occurred_at if entry else None
        said = f"{self.by} a modifié cette ligne à {french.time(self.at)}" if self.at else "Cette ligne a changé"
        super().__init__(
            f"{said}, pendant que vous la regardiez. Rien n’est encore enregistré\u202f: vérifiez ce qui est signalé.",
            code="conflict",
            status=409,
        )

    def told(self) -> list[str]:
        """« nom court : maintenant Urgences », for a form that has no place of its own for it."""
        fields = {name: str(self.row._meta.get_field(name).verbose_name) for name in self.theirs}  # type: ignore[union-attr]
        return [f"{fields[name]}\u202f: maintenant {value}" for name, value in self.theirs.items()]


def marks(row: models.Model, names: Sequence[str]) -> dict[str, str]:
    """A short mark of each field's value: it differs when the value does, and says nothing of it."""
    return {name: _mark(_value(row, name)) for name in names}


def written_marks(row: models.Model, names: Sequence[str]) -> str:
    """The marks as one hidden field carries them."""
    return " ".join(f"{name}={mark}" for name, mark in marks(row, names).items())


def read_marks(text: str) -> dict[str, str]:
    """What `written_marks` wrote; anything else is no mark."""
    pairs = (item.partition("=") for item in text.split())
    return {name: mark for name, _, mark in pairs if mark}


def touched(wanted: Wanted) -> frozenset[str]:
    """The fields whose wanted value isn't the one that was shown."""
    return frozenset(n for n, value in wanted.values.items() if wanted.seen.get(n) != _mark(_plain(value)))


def insert(row: _Row, *, taken: Refused, **lists: Sequence[models.Model]) -> _Row:
    """Adds the row and its lists of related rows. A duplicate raises `taken`, whoever was first."""
    require_declared()
    with _unique(taken):
        row.save(force_insert=True)
        for name, related in lists.items():
            getattr(row, name).set(related)
    return row


def lock(row: _Row) -> _Row:
    """The row as it is now, held until the end of the transaction."""
    require_declared()
    return type(row)._base_manager.select_for_update().get(pk=row.pk)


def revise(row: _Row, wanted: Wanted, *, taken: Refused) -> tuple[_Row, dict[str, str]]:
    """Writes what is wanted and wasn't so, in the fresh locked row; returns it with a sentence for each changed field.

    Raises `Overtaken` where somebody changed the same field to another value meanwhile, `taken` on a duplicate, and
    `Refused` (unchanged) when there is nothing to write.
    """
    fresh = lock(row)
    now = marks(fresh, list(wanted.values))
    mine = {name: _mark(_plain(value)) for name, value in wanted.values.items()}
    meant = touched(wanted) if wanted.seen else frozenset(mine)
    changing = [name for name in wanted.values if name in meant and mine[name] != now[name]]
    lost = [name for name in changing if name in wanted.seen and wanted.seen[name] != now[name]]
    if lost:
        raise Overtaken(fresh, {name: said(fresh, name) for name in lost})
    if not changing:
        raise Refused("C’est déjà le cas.", code="unchanged", status=200)
    before = {name: said(fresh, name) for name in changing}
    with _unique(taken):
        _write(fresh, {name: wanted.values[name] for name in changing})
    return fresh, {name: _sentence(fresh, name, before[name]) for name in changing}


def said(row: models.Model, name: str) -> str:
    """The value of a field in French words."""
    described: Any = row._meta.get_field(name)
    if described.many_to_many:
        return ", ".join(sorted(str(related) for related in getattr(row, name).all())) or NOTHING
    if isinstance(described, models.JSONField):  # a table doesn't fit in a sentence
        return "un autre contenu"
    if described.choices:
        value: Any = getattr(row, f"get_{name}_display")()
    else:
        value = getattr(row, name)
    return _words(value)


_SAID: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "oui" if value else "non"),
    (datetime, french.day_time),
    (date, french.numeric_date),
    (time, lambda value: f"{value:%H:%M}"),
    (list, lambda value: ", ".join(_words(item) for item in value)),
)


def _words(value: Any) -> str:
    if value is None or value in ("", []):
        return NOTHING
    return next((say(value) for kind, say in _SAID if isinstance(value, kind)), str(value))


def _sentence(row: models.Model, name: str, before: str) -> str:
    described: Any = row._meta.get_field(name)
    label = str(described.verbose_name)
    if isinstance(described, models.JSONField):
        return label
    return f"{label}\u202f: {before} → {said(row, name)}"


def _write(row: models.Model, values: Mapping[str, Any]) -> None:
    lists = {name for name in values if getattr(row._meta.get_field(name), "many_to_many", False)}
    for name in values.keys() - lists:
        setattr(row, name, values[name])
    if plain := sorted(values.keys() - lists):
        row.save(update_fields=plain)
    for name in lists:
        getattr(row, name).set(values[name])


@contextmanager
def _unique(taken: Refused) -> Iterator[None]:
    """A savepoint in which a duplicate becomes a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == _UNIQUE_VIOLATION:
            raise taken from None
        raise


def _value(row: models.Model, name: str) -> Any:
    described: Any = row._meta.get_field(name)
    if described.many_to_many:
        return _plain(list(getattr(row, name).all()))
    return getattr(row, described.attname)


def _plain(value: Any) -> Any:
    """A value as the column holds it: related rows by their keys, in no order."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet) or (isinstance(value, list) and value and isinstance(value[0], models.Model)):
        return sorted(str(related.pk) for related in value)
    return value


def _mark(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:12]
