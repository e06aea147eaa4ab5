"""The delays of a PEC, from its events alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from osmose.encounters import events
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.delays import Delays, Step, Told, delays
from osmose.encounters.lifecycle.people import Referent
from osmose.kernel.events.timeline import Entry

_MEANINGS = {
    Meaning.NONE: Step.WITHDRAWN,
    Meaning.WAITING: Step.ASKED,
    Meaning.ACKNOWLEDGED: Step.ACKNOWLEDGED,
    Meaning.DEFERRED: Step.DEFERRED,
    Meaning.ADVISED: Step.ADVISED,
    Meaning.CANCELLED: Step.CANCELLED,
    Meaning.RUNNING: Step.STARTED,
    Meaning.PAUSED: Step.INTERRUPTED,
    Meaning.DONE: Step.ENDED,
}
_BED = {Meaning.WAITING: Step.BED_ASKED, Meaning.DONE: Step.BED_OBTAINED}
_INTERVIEWS = {
    events.InterventionStarted: Step.STARTED,
    events.InterventionInterrupted: Step.INTERRUPTED,
    events.InterventionResumed: Step.RESUMED,
    events.InterventionEnded: Step.ENDED,
}
_REPLACED: Mapping[type, Step] = {events.ArrivalTimeChanged: Step.ARRIVED, events.ExitCancelled: Step.EXITED}


def delays_of(entries: Iterable[Entry], *, psychiatric: Collection[str], beds: Collection[str] = ("bed",)) -> Delays:
    """The delays of the PEC that these entries tell, undone ones apart.

    `psychiatric` and `beds` are the codes of the kinds of request that ask for psychiatry, and for a bed.
    """
    told = sorted(entries, key=lambda entry: entry.id)
    gone = {entry.undoes for entry in told if entry.undoes}
    steps: list[Told] = []
    for entry in told:
        if entry.uid in gone:
            continue
        # An hour of arrival corrected, an exit cancelled: what was told before no longer is so.
        if past := _REPLACED.get(type(entry.payload)):
            steps = [one for one in steps if one.step is not past]
        steps += _asked(entry, psychiatric, beds) or _told(entry)
    return delays(steps)


def _asked(entry: Entry, psychiatric: Collection[str], beds: Collection[str]) -> list[Told]:
    """What is told of a request for psychiatry, of an interview, of a bed."""
    payload, at = entry.payload, entry.occurred_at
    if isinstance(payload, events.InterventionChanged) and type(payload) in _INTERVIEWS:
        return [Told(_INTERVIEWS[type(payload)], at, payload.request_id, payload.intervention_id)]
    if isinstance(payload, events.RequestChanged):
        if payload.kind in psychiatric and payload.meaning in _MEANINGS:
            return [Told(_request(payload), at, payload.request_id)]
        if payload.kind in beds and payload.meaning in _BED:
            return [Told(_BED[Meaning(payload.meaning)], at)]
    return []


def _told(entry: Entry) -> Iterator[Told]:
    payload, at = entry.payload, entry.occurred_at
    if isinstance(payload, events.PatientArrived):
        yield Told(Step.ARRIVED, at)
    elif isinstance(payload, events.ArrivalTimeChanged):
        yield Told(Step.ARRIVED, datetime.fromisoformat(payload.after))
    elif isinstance(payload, events.TriageChanged) and payload.words:
        yield Told(Step.TRIAGED, at)
    elif isinstance(payload, events.ReferentChanged) and payload.role == Referent.PHYSICIAN and payload.after:
        yield Told(Step.MEDICAL, at)
    elif isinstance(payload, events.DecisionChanged) and payload.choice:
        yield Told(Step.DECIDED, at)
    elif isinstance(payload, events.PatientExited):
        yield Told(Step.EXITED, at)


def _request(told: events.RequestChanged) -> Step:
    """Running again after an interruption is going on with it."""
    step = _MEANINGS[Meaning(told.meaning)]
    was_begun = bool(told.state.get("started_at")) and not told.previous_id
    return Step.RESUMED if step is Step.STARTED and was_begun else step
