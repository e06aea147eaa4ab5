"""Undo: an event that names the one it undoes, by the same author, within ten seconds."""

from datetime import datetime, timedelta

from osmose.kernel.access.actor import Actor
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.models import Event

DELAY = timedelta(seconds=10)
# What the network and a slow page may take on top of the ten seconds that the button counts.
GRACE = timedelta(seconds=2)


def require_own(event: Event | None, *, actor: Actor) -> Event:
    """The event, when it is this actor's and still counts; else `Refused` says why not."""
    if event is None:
        raise Refused("Cette action n’existe plus.", code="undo-unknown", status=409)
    if event.actor_id != actor.id:
        raise Refused("Seul son auteur peut annuler ou corriger une action.", code="undo-author", status=409)
    since = Event.objects.filter(subject_id=event.subject_id, recorded_at__gte=event.recorded_at)
    if since.filter(undoes=event.uid).exists():
        raise Refused("Cette action est déjà annulée ou corrigée.", code="undo-done", status=409)
    return event


def require_undoable(event: Event | None, *, actor: Actor, now: datetime) -> Event:
    """The event, when this actor may still undo it; else `Refused` says why not."""
    event = require_own(event, actor=actor)
    require_in_time(event.recorded_at, now=now)
    return event


def require_in_time(clicked_at: datetime, *, now: datetime) -> None:
    """Refuses once the ten seconds after the click are over."""
    if now - clicked_at > DELAY + GRACE:
        raise Refused(
            "Le délai d’annulation de 10 secondes est passé. Enregistrez l’état voulu.", code="undo-late", status=409
        )


def require_unchanged(current: int, at_event: int) -> None:
    """Refuses when the field was changed again since."""
    if current != at_event:
        raise Refused(
            "Quelqu’un a modifié ce champ depuis\u202f: l’annulation n’est plus possible.",
            code="undo-stale",
            status=409,
        )
