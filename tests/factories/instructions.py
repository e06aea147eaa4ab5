"""Standing instructions for tests, written as the application does."""

from datetime import date, datetime, timedelta
from typing import Any

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.patients.models import StandingInstruction
from osmose.patients.operations import write_instruction
from osmose.patients.rules.instructions import REVIEWED_AFTER, Draft, InstructionKind
from tests.cast import Character
from tests.factories.patients import acting


def today() -> date:
    return clock.paris(clock.now()).date()


def a_draft(kind: InstructionKind = InstructionKind.CONDUCT, **given: Any) -> Draft:
    """Valid from today, read again in six months; keywords are parts, or dates."""
    dates = {"valid_from": today(), "valid_until": None, "review_on": today() + REVIEWED_AFTER}
    dates |= {name: given.pop(name) for name in list(given) if name in dates}
    return Draft(kind, given or {"text": "Appeler le CMP référent"}, **dates)


def an_instruction(
    who: Character, pec: Encounter, draft: Draft | None = None, *, now: datetime | None = None, **given: Any
) -> StandingInstruction:
    """Written by somebody in a PEC."""
    now = now or clock.now()
    actions.write_instruction(actor=who.actor_at(now), encounter=pec, draft=draft or a_draft(**given), now=now)
    return StandingInstruction.objects.filter(patient=pec.patient).latest("id")


def overdue(who: Character, pec: Encounter, **given: Any) -> StandingInstruction:
    """One whose review is over, written when it was still to come."""
    past = clock.now() - timedelta(days=200)
    day = clock.paris(past).date()
    draft = a_draft(**{"valid_from": day, "review_on": day + timedelta(days=150), **given})
    with acting(who.actor) as actor:
        return write_instruction(actor=actor, patient=pec.patient, about=pec, draft=draft, now=past)
