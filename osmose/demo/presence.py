"""Who is where this evening: plausible at any hour, with somebody in a crisis interview and somebody on call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.accounts.models import User
from osmose.accounts.operations import on_call, presence
from osmose.accounts.operations.on_call import Line
from osmose.accounts.operations.presence import Said
from osmose.accounts.queries.presence import statuses_of_people
from osmose.accounts.rules.presence import OnCallKind, PresenceMeaning, one_of
from osmose.kernel.access.actor import Actor
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import CareUnit


@dataclass(frozen=True)
class Doing:
    """In which unit, what, since how many minutes, for how many more (None: nobody knows; below zero: late), where."""

    unit: str
    meaning: PresenceMeaning
    since: int
    left: int | None = None
    place: str = ""


_M = PresenceMeaning
_NOW: Mapping[str, Doing] = {
    "agent9": Doing("thuir/EMP", _M.CRISIS, 25, 35),
    "agent12": Doing("thuir/EMP", _M.AVAILABLE, 70),
    "agent11": Doing("thuir/EMP", _M.MOVING, 12, 20, "CMP"),
    "agent1": Doing("perpignan/SAU", _M.AVAILABLE, 140, None, "Accueil"),
    "agent2": Doing("perpignan/SAU", _M.PHONE, 4, 6),
    "agent3": Doing("perpignan/SAU", _M.AVAILABLE, 138),
    "agent4": Doing("perpignan/SAU", _M.PAUSE, 28, -8),
    "agent5": Doing("perpignan/PED", _M.AVAILABLE, 133),
    "agent7": Doing("perpignan/UHCD", _M.AVAILABLE, 136),
    "manager-sau": Doing("perpignan/SAU", _M.AVAILABLE, 95),
    "agent15": Doing("narbonne/SAU", _M.AVAILABLE, 90),
}
# unit → account or function, what it is, the number; from this hour until this evening's, and the next nights.
_CALLED: Mapping[str, tuple[tuple[str, str, OnCallKind, str], ...]] = {
    "thuir/PSYLI": (("agent10", "", OnCallKind.ON_CALL, "7 21 40"),),
    "thuir/EMP": (("", "Psychiatre de garde du centre hospitalier", OnCallKind.DUTY, "7 21 00"),),
}
_NIGHTS, _LASTS = 3, timedelta(hours=14)


def create(units: Mapping[str, CareUnit]) -> None:
    """The statuses that each unit begins with. Needs an open transaction."""
    presence.create_founding_statuses(units.values())


def play(now: datetime, units: Mapping[str, CareUnit], users: Mapping[str, User], author: Actor) -> None:
    """Whoever is in an interview of the evening stays there; the others say what they do."""
    with declared_transaction(actor_id=author.id):
        people = statuses_of_people(user.pk for user in users.values())
        for account, user in users.items():
            here = people.get(user.pk)
            if account in _NOW and (here is None or not here.meaning.is_with_a_patient or account == "agent9"):
                _say(user, _NOW[account], units=units, now=now)
            elif here is not None and not here.meaning.is_with_a_patient:
                presence.leave(user_id=user.pk, at=now)
        for key, called in _CALLED.items():
            on_call.plan(unit=units[key], lines=_lines(called, users, now), now=now)


def _say(user: User, doing: Doing, *, units: Mapping[str, CareUnit], now: datetime) -> None:
    expected_at = now + timedelta(minutes=doing.left) if doing.left is not None else None
    said = Said(one_of((), doing.meaning), expected_at, doing.place)
    at = now - timedelta(minutes=doing.since)
    presence.say(user_id=user.pk, unit_id=units[doing.unit].pk, said=said, at=at)


def _lines(
    called: tuple[tuple[str, str, OnCallKind, str], ...], users: Mapping[str, User], now: datetime
) -> list[Line]:
    first = now.replace(minute=30, second=0, microsecond=0) - timedelta(hours=3)
    return [
        Line(
            kind=kind,
            number=number,
            starts_at=first + timedelta(days=night),
            ends_at=first + timedelta(days=night) + _LASTS,
            user_id=users[account].pk if account else None,
            words=words,
        )
        for night in range(_NIGHTS)
        for account, words, kind, number in called
    ]
