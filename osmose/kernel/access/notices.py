"""Of which events somebody is told, and who: each app registers its own notices; whoever delivers them comes later.

Nothing here says how people are told. A notice says to whom it is addressed, and what one must be allowed to read for
it to be delivered, and again each time it is shown.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from osmose.kernel.access.policy import Policy
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.kernel.events.kinds import Payload
from osmose.kernel.events.models import Event


@dataclass(frozen=True)
class Happened:
    """An event, what it tells, and the instant at which it is told."""

    event: Event
    payload: Payload
    now: datetime

    @property
    def subject_id(self) -> uuid.UUID:
        """What it is about; notices are about something."""
        if self.event.subject_id is None:
            raise ValueError(f"{self.event.kind}: an event about nothing has no notice.")
        return self.event.subject_id


@dataclass(frozen=True)
class Addressed:
    """To whom: people by name (or in charge), and whole units. It gives no right: those who may not read hear nothing.

    `roles` limits the units to who holds one of these roles there.
    """

    users: frozenset[uuid.UUID] = frozenset()
    units: frozenset[uuid.UUID] = frozenset()
    roles: frozenset[Role] = CLINICAL

    def __bool__(self) -> bool:
        return bool(self.users or self.units)


NOBODY = Addressed()
Need: TypeAlias = tuple[Policy[Any], uuid.UUID]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One reason to tell somebody, for some kinds of events.

    `to` answers nobody where the event is none of this notice. `needs` are the rows that a reader must be given by
    their policies. `is_alert` interrupts unless somebody wants otherwise; `is_pressing` may be the one silent line of
    somebody who can't be disturbed, and is passed on; without `is_hasty`, the seconds in which a click may be undone
    are waited for. `is_owed`: nobody may turn it off. `is_answerable`: it asks for somebody to come. `off_for`: roles
    that are not told unless they ask for it.
    """

    name: str
    label: str
    hint: str
    icon: str
    kinds: frozenset[str]
    to: Callable[[Happened], Addressed]
    needs: Callable[[Happened], tuple[Need, ...]]
    is_alert: bool = False
    is_pressing: bool = False
    is_hasty: bool = False
    is_owed: bool = False
    is_answerable: bool = False
    off_for: frozenset[Role] = frozenset()

    def __post_init__(self) -> None:
        if not (self.label and self.hint and self.kinds):
            raise TypeError(f"Notice {self.name}: a label, a hint and at least one kind of event.")


_notices: dict[str, Notice] = {}
_listeners: list[Callable[[Notice], None]] = []


def register(notice: Notice) -> Notice:
    """Adds a notice; the first ones registered are the strongest where several reach the same person."""
    if notice.name in _notices:
        raise TypeError(f"Notice {notice.name} is declared twice.")
    _notices[notice.name] = notice
    for listen in _listeners:
        listen(notice)
    return notice


def unregister(notice: Notice) -> None:
    _notices.pop(notice.name, None)


def whenever_registered(listen: Callable[[Notice], None]) -> None:
    """Whoever delivers hears of each notice, those already there first."""
    _listeners.append(listen)
    for notice in _notices.values():
        listen(notice)


def registry() -> dict[str, Notice]:
    """Every notice by name, the strongest first."""
    return dict(_notices)


def of_kind(kind: str) -> list[Notice]:
    """The notices of one kind of event, the strongest first."""
    return [notice for notice in _notices.values() if kind in notice.kinds]
