"""What each topic asks of the hub; anything that is not ids under a known topic is ignored."""

import logging
import time
import uuid
from typing import Protocol

from osmose.stream.company import READING, WRITING, Company
from osmose.stream.listen import EVENTS
from osmose.stream.render import Asked


class Hub(Protocol):
    """What a notification may ask of whoever tells the screens."""

    company: Company

    def ask(self, asked: Asked) -> None: ...
    def sessions(self, user_id: uuid.UUID | None = None) -> dict[str, uuid.UUID]: ...
    def tell_personal(self, topic: str, whom: uuid.UUID) -> None: ...
    def tell_company(self, record: uuid.UUID, to: uuid.UUID | None = None) -> None: ...


# « Ask that again »: a count or a fragment of somebody's own.
PERSONAL = frozenset({"unread", "inbox", "drafts", "relays", "expected"})
HERE = {"composing": WRITING, "reading": READING}
LEFT = "left"
EVERYTHING = uuid.UUID(int=0)
logger = logging.getLogger(__name__)


def take(hub: Hub, channel: str, payload: str) -> None:
    """One notification, after the commit of what it tells."""
    try:
        if channel == EVENTS:
            hub.ask(Asked(events={int(payload)}))
            return
        topic, *said = payload.split(":")
        _topic(hub, topic, [uuid.UUID(one) for one in said])
    except (ValueError, IndexError, TypeError):
        logger.warning("A notification on %s makes no sense.", channel)


def _topic(hub: Hub, topic: str, ids: list[uuid.UUID]) -> None:
    if topic in PERSONAL:
        hub.tell_personal(topic, ids[0])
    elif topic in _TOPICS:
        _TOPICS[topic](hub, ids)
    elif topic in HERE or topic == LEFT:
        _company(hub, topic, *ids)


def _presence(hub: Hub, ids: list[uuid.UUID]) -> None:
    """A unit's strip; and whose status it is, where it is somebody's."""
    hub.ask(Asked(units={ids[0]}))
    if len(ids) > 1:
        hub.tell_personal("presence", ids[1])


def _session(hub: Hub, ids: list[uuid.UUID]) -> None:
    if sessions := hub.sessions(ids[0]):
        hub.ask(Asked(sessions=sessions))


def _access(hub: Hub, ids: list[uuid.UUID]) -> None:
    hub.ask(Asked(is_everything=True) if ids[0] == EVERYTHING else Asked(encounters={ids[0]}))


def _company(hub: Hub, topic: str, record: uuid.UUID, person: uuid.UUID) -> None:
    company = hub.company
    is_new = (
        company.leave(record, person) if topic == LEFT else company.note(record, person, HERE[topic], time.monotonic())
    )
    if is_new:
        hub.tell_company(record)
    elif topic != LEFT and HERE[topic] == READING:  # perhaps another tab of theirs, which was told nothing yet
        hub.tell_company(record, to=person)


_TOPICS = {"presence": _presence, "session": _session, "access": _access}
