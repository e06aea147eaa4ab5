"""The register of event kinds: each has a typed payload, a French sentence and an erasure rule, or fails at import."""

import dataclasses
import uuid
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, get_type_hints

_SCALARS: tuple[Any, ...] = (str, int, bool, float, type(None), datetime, date, uuid.UUID)


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

    def as_json(self) -> dict[str, Any]:
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Payload":
        """Reads also what an older version wrote: unknown fields are ignored, missing ones take their default."""
        known = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
        return cls(**{name: value for name, value in stored.items() if name in known})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


_P = TypeVar("_P", bound=type[Payload])
_kinds: dict[str, type[Payload]] = {}


def event(name: str, *, purge: Purge, icon: str = "circle") -> Callable[[_P], _P]:
    """Registers a kind under `name` (« app.past_participle »). `icon` is the Lucide icon of its timeline line."""

    def register(payload: _P) -> _P:
        if name in _kinds:
            raise TypeError(f"Event kind {name} is declared twice.")
        Purge(purge)  # ValueError: an event kind says what becomes of it at a purge
        untrusted: Any = payload
        if not dataclasses.is_dataclass(untrusted) or not issubclass(untrusted, Payload):
            raise TypeError(f"{name}: the payload is a frozen dataclass deriving from Payload.")
        if payload.sentence is Payload.sentence:
            raise TypeError(f"{name}: an event kind has a French sentence.")
        for field, hint in get_type_hints(payload).items():
            if field in ("name", "purge", "icon"):
                continue
            options = getattr(hint, "__args__", (hint,))
            if any(getattr(o, "__origin__", o) not in (*_SCALARS, list, tuple, dict) for o in options):
                raise TypeError(f"{name}.{field}: {hint} can't be stored as JSON.")
        payload.name, payload.purge, payload.icon = name, purge, icon
        _kinds[name] = payload
        return payload

    return register


def kind(name: str) -> type[Payload]:
    """The payload class of a registered kind; KeyError when it is unknown."""
    return _kinds[name]


def all_kinds() -> dict[str, type[Payload]]:
    return dict(_kinds)
