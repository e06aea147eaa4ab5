"""The words of the protocol (README.md), as packets."""

import hashlib
import random
import uuid
from collections.abc import Iterable

from osmose.stream.frames import Packet, frame, milliseconds
from osmose.stream.looking import Sight
from osmose.stream.render import Change, Shown
from osmose.stream.walls import WallSight

_RETRY = 800, 2500  # milliseconds before a browser connects again: a thousand don't come back together


def greeting(sight: Sight, shown: Shown, epoch: str, word: str) -> Packet:
    """All that one may see, for a screen to ask what differs; under another epoch, it asks its lists again.

    A wall gets its word instead, to ask its own door where it shows something else.
    """
    if isinstance(sight, WallSight):
        return Packet(frame("hello", {"now": milliseconds(), "version": word}, retry=_again()))
    pairs = [[str(pk), fact.version] for pk, fact in shown.items() if fact.is_open]
    seen = hashlib.sha256(repr(sorted(sight.places)).encode()).hexdigest()[:6]
    return Packet(frame("hello", {"epoch": f"{epoch}-{seen}", "now": milliseconds(), "pairs": pairs}, retry=_again()))


def change(told: Change, word: str) -> Packet | None:
    """What is gone, then each row; None where there is nothing to tell. Of a wall, the word, if it is another one."""
    frames = [frame("gone", {"id": str(pk)}) for pk in told.gone]
    for row in told.rows:
        said = {"id": str(row.id), "version": row.fact.version, "place": row.place}
        frames.append(frame("row", {**said, "html": row.html, "card": row.card}))
    if told.word != word:
        frames.append(frame("wall", {"version": told.word}))
    return Packet(*frames) if frames else None


def lost(pecs: Iterable[uuid.UUID]) -> Packet:
    """PECs that this screen may no longer show."""
    return Packet(*(frame("gone", {"id": str(pk)}) for pk in pecs))


def presence(unit: uuid.UUID) -> Packet:
    """The strip of a unit changed."""
    return Packet(frame("presence", {"unit": str(unit)}))


def personal(topic: str) -> Packet:
    """A count or a fragment of one's own to ask again."""
    return Packet(frame("personal", {"topic": topic}))


def company(record: uuid.UUID, people: Iterable[tuple[str, str]]) -> Packet:
    """Who else has a record open, and doing what."""
    named = [{"who": who, "doing": doing} for who, doing in people]
    return Packet(frame("with", {"encounter": str(record), "people": named}))


def beat() -> Packet:
    """Still live."""
    return Packet(frame("hb", {"now": milliseconds()}))


def goodbye(why: str) -> Packet:
    """Before closing: `logout`, `ticket` or `shutdown`."""
    return Packet(frame("bye", {"why": why}, retry=_again()))


def _again() -> int:
    return random.randint(*_RETRY)  # noqa: S311 - only spreads them
