"""Lower layers reach upper ones only through events: each subscriber gets one job, in the event's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from osmose.kernel.events.models import Event


@dataclass(frozen=True)
class Subscription:
    """A background task that wants some kinds of events; `kinds` empty means all."""

    task: Any
    kinds: frozenset[str]

    def wants(self, event: Event) -> bool:
        return not self.kinds or event.kind in self.kinds


_subscriptions: list[Subscription] = []
_is_silent: ContextVar[bool] = ContextVar("osmose_events_silent", default=False)


@contextmanager
def silently() -> Iterator[None]:
    """What is recorded inside is told to no subscriber: a demonstration tells what everybody already knew."""
    reset = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(reset)


def subscribe(task: Any, *kinds: str) -> Subscription:
    """`task` (a background task taking `event_id` and `recorded_at`) gets a job for each event of these kinds."""
    subscription = Subscription(task, frozenset(kinds))
    _subscriptions.append(subscription)
    return subscription


def unsubscribe(subscription: Subscription) -> None:
    _subscriptions.remove(subscription)


def enqueue(event: Event) -> None:
    """One job a subscriber, holding ids only: it commits or vanishes with the event."""
    if _is_silent.get():
        return
    for subscription in _subscriptions:
        if subscription.wants(event):
            subscription.task.defer(event_id=event.id, recorded_at=event.recorded_at.isoformat())
