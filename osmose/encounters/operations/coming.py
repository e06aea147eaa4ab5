"""« IDE Diaz arrive vers 14:40 »: who said that they come, until an interview begins."""

from datetime import datetime

from osmose.accounts.models import User
from osmose.encounters.events import ComingSaid
from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation

FIELDS = ("coming_at", "coming_by")


def state_of(encounter: Encounter) -> dict[str, str]:
    """What is announced, as events keep it for undoing; empty where nothing is."""
    if encounter.coming_at is None:
        return {}
    return {"at": encounter.coming_at.isoformat(), "by": encounter.coming_by or ""}


@operation
def announce(*, actor: Actor, encounter: Encounter, at: datetime) -> None:
    """Says on a locked PEC about when the actor comes, in the place of who said so before; the caller saves FIELDS."""
    user = User.objects.only("function", "family_name").get(pk=actor.id)
    encounter.coming_at = at
    encounter.coming_by = " ".join(part for part in (user.function, user.family_name) if part)


@operation
def fulfil(encounter: Encounter) -> dict[str, str]:
    """Somebody is with the patient: nobody is waited for any more. Returns what was announced, for undoing."""
    state = state_of(encounter)
    if state:
        put_back(encounter, {})
        encounter.save(update_fields=FIELDS)
    return state


@operation
def restore(encounter: Encounter, state: dict[str, str]) -> None:
    """The click that had fulfilled it is undone; what somebody announced since stays."""
    if state and encounter.coming_at is None:
        put_back(encounter, state)
        encounter.save(update_fields=FIELDS)


def put_back(encounter: Encounter, state: dict[str, str]) -> None:
    """What was announced before is again, on a locked PEC; the caller saves FIELDS."""
    encounter.coming_at = datetime.fromisoformat(state["at"]) if state else None
    encounter.coming_by = state["by"] if state else None
    revisions.bump(encounter, ComingSaid.field)
