"""The three shapes of a deed: @action (durable, journaled, tells at least one event), @operation, @personal_action."""

import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.actions import submission
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Outcome, Verb
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.db.context import declared_transaction, require_declared
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import EventSubject, collecting

_P = ParamSpec("_P")
_R = TypeVar("_R")


class RecordedNothing(RuntimeError):
    """An action that leaves no event leaves no trace: a programming error."""


@dataclass(frozen=True)
class Deed:
    """What is known of a declared action; the documentation and the architecture tests read it."""

    name: str
    may: Policy[Any] | None
    subject: str | None
    verb: Verb | None


_deeds: dict[str, Deed] = {}


def registry() -> dict[str, Deed]:
    """Every declared action and personal action by name (« app.function »)."""
    return dict(_deeds)


def _declare(function: Callable[..., Any], may: Policy[Any] | None, subject: str | None, verb: Verb | None) -> Deed:
    deed = Deed(f"{function.__module__.removeprefix('osmose.')}.{function.__name__}", may, subject, verb)
    _deeds[deed.name] = deed
    return deed


def _about(obj: Any) -> EventSubject | None:
    """The subject and person of what an action took or returned, where it knows them."""
    tell = getattr(obj, "event_subject", None)
    return tell() if callable(tell) else None


def _journal(deed: Deed, actor: Actor, policy: Policy[Any], about: EventSubject | None, outcome: Outcome) -> None:
    journal.append(
        actor=actor,
        verb=deed.verb or Verb.CHANGE,
        door=deed.name,
        policy=policy.name,
        subjects=[about.subject_id] if about and about.subject_id else [],
        persons=[about.person_id] if about and about.person_id else [],
        outcome=outcome,
    )


def action(
    *, may: Policy[Any], subject: str | None = None, verb: Verb = Verb.CHANGE
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """One deed: opens the one durable transaction, declares the actor, checks the policy, writes, tells an event.

    The function is keyword-only and takes `actor` and `now`. `subject` names the argument that the policy judges
    (None: the policy judges the role alone). The journal line is written in the same transaction; a refusal by the
    policy is journaled in one of its own and raises `NotVisible`. A repeated submission raises `Replayed`.
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        deed = _declare(function, may, subject, verb)

        @functools.wraps(function)
        def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            actor, now, target = _arguments(kwargs, subject)
            try:
                with declared_transaction(actor_id=actor.id, request_id=actor.request_id):
                    claimed = submission.claim(actor.id, now)
                    _require(may, actor, target, now)
                    with collecting() as events:
                        result = function(*args, **kwargs)
                    _require_told(deed, events)
                    about = _about(result) or _about(target)
                    _journal(deed, actor, may, about, Outcome.ALLOWED)
                    if claimed:
                        submission.settle(
                            claimed, actor.id, [e.uid for e in events], about.subject_id if about else None
                        )
            except NotVisible as hidden:
                with transaction.atomic(durable=True):
                    _journal(deed, actor, may, _about(target), Outcome.REFUSED)
                hidden.is_journaled = True
                raise
            return result

        return run

    return decorate


def _require(may: Policy[Any], actor: Actor, target: Any, now: datetime) -> None:
    if not may.allows(actor, target, now):
        raise NotVisible


def _require_told(deed: Deed, events: list[Event]) -> None:
    if not events:
        raise RecordedNothing(deed.name)


def _arguments(kwargs: Any, subject: str | None) -> tuple[Actor, datetime, Any]:
    return kwargs["actor"], kwargs["now"], kwargs[subject] if subject else None


def operation(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """A write that composes: needs an open action, opens nothing."""

    @functools.wraps(function)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        require_declared()
        return function(*args, **kwargs)

    return run


def personal_action(
    *, may: Policy[Any] | None = None, subject: str | None = None
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """What concerns the actor alone (drafts, preferences): no event, no version, no history."""

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        _declare(function, may, subject, None)

        @functools.wraps(function)
        def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            actor, now, target = _arguments(kwargs, subject)
            if may is not None:
                _require(may, actor, target, now)
            with declared_transaction(actor_id=actor.id, request_id=actor.request_id):
                return function(*args, **kwargs)

        return run

    return decorate


def new_token() -> str:
    """A token for one rendering of a form."""
    return uuid.uuid4().hex
