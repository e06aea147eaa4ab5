"""The register of event kinds: each has a typed payload, a French sentence and an erasure rule, or fails at import."""

import dataclasses
import types
import uuid
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints

# What a payload may hold, and how it comes back from JSON.
_SCALARS: dict[Any, Callable[[Any], Any]] = {
    str: str,
    int: int,
    bool: bool,
    float: float,
    type(None): lambda value: value,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    uuid.UUID: uuid.UUID,
}
_CONTAINERS = (list, tuple, dict)
_UNIONS = (Union, types.UnionType)


class Purge(StrEnum):
    """What becomes of an event when the person's record is purged; there is no default."""

    WITH_PERSON = "with_person"  # sealed under the person's data key: unreadable when the key is destroyed
    KEEP = "keep"  # holds nothing personal, stays readable


class Payload:
    """What one kind of event tells; encrypted at rest. Subclasses are frozen dataclasses of JSON-able fields."""

    name: ClassVar[str]
    purge: ClassVar[Purge]
    icon: ClassVar[str]

    def sentence(self) -> str:
        """The French sentence of the timeline, without author nor hour."""
        raise NotImplementedError

    def detail(self) -> str:
        """What the sentence leaves to a second, quieter line; empty when there is nothing more."""
        return ""

    @property
    def line_icon(self) -> str:
        """The icon of this very line; a kind of many faces chooses by what it tells."""
        return self.icon

    def as_json(self) -> dict[str, Any]:
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Payload":
        """Reads also what an older version wrote: unknown fields are ignored, missing ones take their default."""
        return cls(**{name: _typed(hint, stored[name]) for name, hint in _fields_of(cls) if name in stored})


_fields: dict[Any, tuple[tuple[str, Any], ...]] = {}


def _fields_of(payload: type[Payload]) -> tuple[tuple[str, Any], ...]:
    """The name and declared type of each field; worked out once a kind, not once a line of a timeline."""
    if payload not in _fields:
        hints = get_type_hints(payload)
        _fields[payload] = tuple((f.name, hints[f.name]) for f in dataclasses.fields(payload))  # type: ignore[arg-type]
    return _fields[payload]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    return value


def _typed(hint: Any, stored: Any) -> Any:
    """The value that `_plain` stored, in the type that its field declares."""
    if stored is None or hint is Any:
        return stored
    origin, inner = get_origin(hint) or hint, get_args(hint)
    if origin in _UNIONS:
        return _typed(next(option for option in inner if option is not type(None)), stored)
    if origin in (list, tuple):
        return origin(_typed(inner[0], item) for item in stored) if inner else origin(stored)
    if origin is dict:
        return {name: _typed(inner[1], item) for name, item in stored.items()} if inner else dict(stored)
    return _SCALARS[origin](stored)


def _can_be_stored(hint: Any) -> bool:
    """Scalars, at most one of them in a union with None, and lists, tuples (of one type) and dicts of those."""
    origin, inner = get_origin(hint) or hint, get_args(hint)
    if origin in _UNIONS:
        said = [option for option in inner if option is not type(None)]
        return len(said) == 1 and _can_be_stored(said[0])
    if origin is dict:
        return not inner or (inner[0] is str and (inner[1] is Any or _can_be_stored(inner[1])))
    if origin in _CONTAINERS:
        kinds = [item for item in inner if item is not Ellipsis]
        return len(set(kinds)) <= 1 and all(_can_be_stored(item) for item in kinds)
    return origin in _SCALARS


_P = TypeVar("_P", bound=type[Payload])
_kinds: dict[str, type[Payload]] = {}


def _require_payload(name: str, payload: Any) -> None:
    is_frozen = isinstance(payload, type) and getattr(getattr(payload, "__dataclass_params__", None), "frozen", False)
    if not is_frozen or not issubclass(payload, Payload):
        raise TypeError(f"{name}: the payload is a frozen dataclass deriving from Payload.")
    if payload.sentence is Payload.sentence:
        raise TypeError(f"{name}: an event kind has a French sentence.")
    hints = get_type_hints(payload)
    for field in dataclasses.fields(payload):
        if not _can_be_stored(hints[field.name]):
            raise TypeError(f"{name}.{field.name}: {hints[field.name]} can't be stored as JSON.")


def event(name: str, *, purge: Purge, icon: str = "circle") -> Callable[[_P], _P]:
    """Registers a kind under `name` (« app.past_participle »). `icon` is the Lucide icon of its timeline line."""

    def register(payload: _P) -> _P:
        if name in _kinds:
            raise TypeError(f"Event kind {name} is declared twice.")
        Purge(purge)  # ValueError: an event kind says what becomes of it at a purge
        _require_payload(name, payload)
        payload.name, payload.purge, payload.icon = name, purge, icon
        _kinds[name] = payload
        return payload

    return register


def kind(name: str) -> type[Payload]:
    """The payload class of a registered kind; KeyError when it is unknown."""
    return _kinds[name]


def all_kinds() -> dict[str, type[Payload]]:
    return dict(_kinds)
