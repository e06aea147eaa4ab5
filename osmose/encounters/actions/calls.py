"""« Appel/avis »: noted, linked, corrected by another."""

from datetime import datetime

from osmose.encounters.models import Encounter, PhoneCall
from osmose.encounters.operations import calls, rows
from osmose.encounters.operations.calls import Told
from osmose.encounters.policies import CALLS, NOTE_CALL, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import NotVisible
from osmose.organisations.models import CareUnit


@action(may=NOTE_CALL, subject="care_unit", verb=Verb.CREATE)
def note_call(*, actor: Actor, care_unit: CareUnit, told: Told, now: datetime) -> PhoneCall:
    """A call about nobody who has a PEC yet, for the unit that one works in."""
    return calls.note(actor=actor, care_unit=care_unit, told=told, now=now)


@action(may=WRITE, subject="encounter", verb=Verb.CREATE)
def note_call_on(*, actor: Actor, encounter: Encounter, care_unit: CareUnit, told: Told, now: datetime) -> PhoneCall:
    """A call about the patient of a PEC, in its timeline. `care_unit` is the actor's."""
    if not NOTE_CALL.allows(actor, care_unit, now):
        raise NotVisible
    return calls.note(actor=actor, care_unit=care_unit, told=told, encounter=rows.lock(encounter), now=now)


@action(may=WRITE, subject="encounter")
def link_call(*, actor: Actor, encounter: Encounter, call: PhoneCall, now: datetime) -> Encounter:
    """A call noted before was about this patient. `Refused` (409): it is linked already."""
    if not CALLS.allows(actor, call, now):
        raise NotVisible
    row = rows.lock(encounter)
    calls.link(actor=actor, call=calls.lock(call), encounter=row, now=now)
    return row


@action(may=CALLS, subject="call", verb=Verb.CREATE)
def correct_call(*, actor: Actor, call: PhoneCall, told: Told, now: datetime) -> PhoneCall:
    """What was noted stays; this says what was right. `Refused` (409): corrected already, or the PEC is closed."""
    encounter = call.encounter
    if encounter is not None:
        if not WRITE.allows(actor, encounter, now):
            raise NotVisible
        encounter = rows.lock(encounter)
    row = calls.lock(call)
    calls.require_uncorrected(row)
    return calls.note(actor=actor, care_unit=row.care_unit, told=told, encounter=encounter, corrects=row, now=now)


@action(may=CALLS, subject="call")
def undo_call(*, actor: Actor, call: PhoneCall, now: datetime) -> PhoneCall:
    """« Annuler », within ten seconds of noting it: struck as an error, kept in the journal.

    `Refused`: see `calls.strike`.
    """
    encounter = call.encounter
    if encounter is not None:
        if not WRITE.allows(actor, encounter, now):
            raise NotVisible
        encounter = rows.lock(encounter)
    return calls.strike(actor=actor, call=calls.lock(call), encounter=encounter, now=now)
