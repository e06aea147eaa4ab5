"""Clicks of the cast on a PEC, as the screens send them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from osmose.encounters import actions
from osmose.encounters.models import Encounter, Intervention, ServiceRequest, Tracking
from osmose.encounters.operations.places import place_code
from osmose.kernel.actions.revisions import revision
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.models import Event
from osmose.organisations.models import CareUnit, Location
from tests.cast import Character


def click(
    deed: Callable[..., Any], who: Character, pec: Encounter, *, now: datetime | None = None, **wanted: Any
) -> Encounter:
    """One deed of somebody at this instant; the page it is clicked on is fresh unless a revision is given."""
    now = now or clock.now()
    if "revision" not in wanted and deed in _REVISED:
        wanted["revision"] = None
    found: Encounter = deed(actor=who.actor_at(now), encounter=pec, now=now, **wanted)
    return found


_REVISED = (
    actions.set_motif, actions.set_arrival_mode, actions.set_place, actions.set_request, actions.note_request,
    actions.set_arrival_time, actions.set_tracking, actions.set_result, actions.assign, actions.go_on,
    actions.interrupt_intervention, actions.resume_intervention, actions.end_intervention,
)  # fmt: skip


def ask(
    who: Character, pec: Encounter, kind: str, status: str = "asked", unit: CareUnit | None = None, **more: Any
) -> ServiceRequest:
    """A click on a request's button; returns the request that counts now."""
    click(actions.set_request, who, pec, kind=kind, status=status, unit=unit, **more)
    return current(pec, kind)


def begin(who: Character, pec: Encounter, *colleagues: Character, **more: Any) -> Intervention:
    """« Je commence », or these colleagues do; returns the last interview begun."""
    ids = [colleague.id for colleague in colleagues]
    click(actions.start_intervention, who, pec, kind="psychiatry", professionals=ids, **more)
    return Intervention.objects.filter(request__encounter=pec).latest("id")


def interrupt(
    who: Character, pec: Encounter, interview: Intervention, reason: str = "Radiographie", **more: Any
) -> Encounter:
    wanted = {"expected_at": None, **more}
    return click(actions.interrupt_intervention, who, pec, intervention_id=interview.pk, reason=reason, **wanted)


def resume(who: Character, pec: Encounter, interview: Intervention, **more: Any) -> Encounter:
    return click(actions.resume_intervention, who, pec, intervention_id=interview.pk, **more)


def end(who: Character, pec: Encounter, interview: Intervention, conclusion: str = "", **more: Any) -> Encounter:
    return click(actions.end_intervention, who, pec, intervention_id=interview.pk, conclusion=conclusion, **more)


def move(who: Character, pec: Encounter, location: Location | None, box: Location | None = None) -> Encounter:
    return click(actions.set_place, who, pec, place=place_code(location, box))


def note(who: Character, pec: Encounter, field: str, value: Any, **more: Any) -> Encounter:
    """A click on one field of the tracking."""
    return click(actions.set_tracking, who, pec, field=field, value=value, **more)


def noted(pec: Encounter, field: str) -> Any:
    """What the tracking says now."""
    return Tracking.objects.get(encounter=pec).value(field)


def retime(who: Character, pec: Encounter, at: datetime, event: Event | None = None) -> Encounter:
    """« À une autre heure »."""
    return click(actions.retime_event, who, pec, event_uid=(event or last(pec)).uid, at=at)


def current(pec: Encounter, kind: str) -> ServiceRequest:
    return ServiceRequest.objects.select_related("kind", "addressed_unit").get(
        encounter=pec, kind__code=kind, is_current=True
    )


def last(pec: Encounter, kind: str = "") -> Event:
    """The last thing told of the PEC."""
    rows = Event.objects.filter(subject_id=pec.pk)
    return (rows.filter(kind=kind) if kind else rows).latest("id")


def undo(who: Character, pec: Encounter, event: Event | None = None, *, after: timedelta | None = None) -> Encounter:
    """« Annuler », `after` some time."""
    event = event or last(pec)
    now = event.recorded_at + after if after is not None else clock.now()
    return click(actions.undo_event, who, pec, event_uid=event.uid, now=now)


def fresh(pec: Encounter) -> Encounter:
    return Encounter.objects.get(pk=pec.pk)


def revision_of(pec: Encounter, field: str) -> int:
    return revision(fresh(pec), field)


@contextmanager
def refused(words: str) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """The block is refused in a sentence that holds these words."""
    with pytest.raises(Refused) as caught:
        yield caught
    assert words in caught.value.sentence, caught.value.sentence
