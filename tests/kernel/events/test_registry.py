"""A kind of event says what it tells, in which sentence, and what becomes of it at a purge; or it fails at import."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from osmose.kernel.events.kinds import Payload, Purge, all_kinds, event, kind
from tests.kernel.world import Noted


@pytest.fixture(autouse=True)
def untouched_register() -> Any:
    before = all_kinds()
    yield
    assert all_kinds() == before


def _without_purge() -> None:
    event("tests.bad")  # type: ignore[call-arg]


def _unknown_purge() -> None:
    @event("tests.bad", purge="someday")  # type: ignore[arg-type]
    @dataclass(frozen=True)
    class Bad(Payload):
        def sentence(self) -> str:
            return "x"


def _without_sentence() -> None:
    @event("tests.bad", purge=Purge.KEEP)
    @dataclass(frozen=True)
    class Bad(Payload):
        text: str = ""


def _not_a_dataclass() -> None:
    @event("tests.bad", purge=Purge.KEEP)
    class Bad(Payload):
        def sentence(self) -> str:
            return "x"


def _not_frozen() -> None:
    @event("tests.bad", purge=Purge.KEEP)
    @dataclass
    class Bad(Payload):
        def sentence(self) -> str:
            return "x"


def _not_a_payload() -> None:
    @event("tests.bad", purge=Purge.KEEP)  # type: ignore[type-var]
    @dataclass(frozen=True)
    class Bad:
        def sentence(self) -> str:
            return "x"


def _not_json() -> None:
    @event("tests.bad", purge=Purge.KEEP)
    @dataclass(frozen=True)
    class Bad(Payload):
        dose: Decimal

        def sentence(self) -> str:
            return "x"


def _two_types() -> None:
    @event("tests.bad", purge=Purge.KEEP)
    @dataclass(frozen=True)
    class Bad(Payload):
        dose: int | str

        def sentence(self) -> str:
            return "x"


def _twice() -> None:
    event("tests.noted", purge=Purge.KEEP)(Noted)


@pytest.mark.parametrize(
    "declare",
    [
        _without_purge, _unknown_purge, _without_sentence, _not_a_dataclass, _not_frozen, _not_a_payload, _not_json,
        _two_types, _twice,
    ],
)  # fmt: skip
def test_an_incomplete_kind_fails_when_it_is_declared(declare: Callable[[], None]) -> None:
    with pytest.raises((TypeError, ValueError)):
        declare()


def test_a_payload_comes_back_as_it_was_written() -> None:
    told = Noted(
        text="vu", at=datetime(2026, 3, 29, 1, 30, tzinfo=UTC), day=date(1981, 3, 12), others=(uuid.uuid4(),),
        scores={"CGI": 4},
    )  # fmt: skip
    assert Noted.from_json(told.as_json()) == told
    assert Noted.from_json(Noted().as_json()) == Noted()


def test_what_an_older_or_newer_version_wrote_is_read() -> None:
    assert Noted.from_json({"text": "vu", "unknown": 1}) == Noted(text="vu")


def test_every_kind_of_the_house_survives_its_storage() -> None:
    for known in all_kinds().values():
        try:
            told = known()
        except TypeError:
            continue  # needs values
        assert known.from_json(told.as_json()) == told
    assert kind("tests.noted") is Noted
