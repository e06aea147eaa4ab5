"""« Vu, j’arrive vers 14:40 »: one click, which everybody sees: on the board, on the PEC and in its timeline."""

from datetime import datetime, timedelta

from osmose.encounters.models import Encounter
from osmose.encounters.operations import coming, rows
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.notices import registry
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import tell
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import record
from osmose.notifications.events import AlertAnswered
from osmose.notifications.models import Notification
from osmose.notifications.operations import escalation
from osmose.notifications.policies import ANSWER
from osmose.notifications.queries import events

LATEST = timedelta(hours=12)


@action(may=ANSWER, subject="encounter", verb=Verb.CREATE)
def answer_alert(
    *,
    actor: Actor,
    encounter: Encounter,
    notification: Notification,
    arriving_at: datetime | None,
    now: datetime,
) -> Event:
    """Says that an alert was seen, and about when one comes (None: one takes care of it now). Its author is told.

    The hour shows to all until an interview begins, or its author undoes the answer: the event that is returned.
    What was escalated is cleared for the others: the first to answer has it, and the second is told so (`Refused`,
    409). `Refused` too: an hour in the past or too far, an alert that asks for nobody, a closed PEC.
    """
    if notification.user_id != actor.id or notification.subject_id != encounter.pk:
        raise NotVisible
    notice = registry().get(notification.notice)
    if notice is None or not notice.is_answerable:
        raise Refused("Cette notification n’attend pas de réponse.", code="no-answer", status=409)
    if arriving_at is not None and not now - timedelta(minutes=1) <= arriving_at <= now + LATEST:
        raise Refused("Dites une heure proche, comme 14:40.", field="arriving", code="answer-hour")
    row = rows.lock(encounter)
    escalation.take(event_uid=notification.event_uid, user_id=actor.id, now=now)
    alert = events.by_id(notification.event_id, notification.recorded_at)
    told = AlertAnswered(
        to=str(alert.actor_id) if alert else "",
        about=notice.label,
        alert=str(notification.event_uid),
        arriving_at=arriving_at,
        state=coming.state_of(row),
        revision=revisions.bump(row, AlertAnswered.field),
    )
    if arriving_at is not None:
        coming.announce(actor=actor, encounter=row, at=arriving_at)
    answered = record(told, subject=row, actor=actor, at=now, changed=[AlertAnswered.field])
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=now)
    tell("inbox", actor.id)
    rows.save(row, *coming.FIELDS)
    return answered
