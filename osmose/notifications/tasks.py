"""What runs by itself: telling events, sending e-mails, escalating what nobody reads, forgetting what is old."""

import uuid
from datetime import datetime, timedelta

from osmose.encounters.events import Undone
from osmose.kernel.base.clock import now as clock_now
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.tasks.actors import JOBS
from osmose.kernel.tasks.queue import background, periodic
from osmose.notifications import channels
from osmose.notifications.models import Mail, Notification
from osmose.notifications.operations import delivery, escalation, mails
from osmose.notifications.queries import events

# The ten seconds of undoing, what the network may take on top, and a moment for the undoing to be recorded.
WAIT_SECONDS = 13
KEPT = timedelta(days=30)


@background("notifications.deliver", tries=5)
def deliver(event_id: int, recorded_at: str) -> None:
    """Tells an event as soon as it is there; what waits for the end of the undoing has a job of its own."""
    _tell(event_id, recorded_at, has_waited=False)


@background("notifications.deliver_later", tries=5)
def deliver_later(event_id: int, recorded_at: str) -> None:
    """Tells an event that can't be undone any more."""
    _tell(event_id, recorded_at, has_waited=True)


def _tell(event_id: int, recorded_at: str, *, has_waited: bool) -> None:
    """One transaction: people are told, and what follows is queued, or neither."""
    event = events.by_id(event_id, datetime.fromisoformat(recorded_at))
    if event is None:
        return
    now = clock_now()
    with declared_transaction(actor_id=JOBS):
        if event.kind == Undone.name:
            delivery.withdraw(event=event, now=now)
            return
        done = delivery.deliver(event=event, now=now, has_waited=has_waited)
        if done.waits:
            later = deliver_later.configure(schedule_in={"seconds": WAIT_SECONDS})
            later.defer(event_id=event_id, recorded_at=recorded_at)
        for mail_id in done.mails:
            send_mail.defer(mail_id=str(mail_id))


@background("notifications.send_mail")
def send_mail(mail_id: str) -> None:
    """Sends one message; one that fails waits for `send_waiting`."""
    _send(uuid.UUID(mail_id), clock_now())


def _send(mail_id: uuid.UUID, now: datetime) -> bool | None:
    """Two transactions, and the mail server between them: killed anywhere, the message leaves at most once.

    True where it left, False where it could not, None where there was nothing to send.
    """
    with declared_transaction(actor_id=JOBS):
        address = mails.claim(mail_id=mail_id, now=now)
    if address is None:
        return None
    problem, is_lost = "", False
    try:
        channels.post(address, mail_id)
    except OSError as failure:  # what a server, its name or its certificate may do; SMTPException is one
        problem = type(failure).__name__
    except channels.AnswerLost as failure:
        problem, is_lost = str(failure), True
    with declared_transaction(actor_id=JOBS):
        return mails.settle(mail_id=mail_id, problem=problem, is_lost=is_lost, now=now)


def send_waiting(now: datetime) -> int:
    """Tries again the messages that could not leave; gives up those whose sender was killed. Returns how many left.

    The first that fails ends the round: a server that is down is asked once a minute, and holds no worker meanwhile.
    """
    with declared_transaction(actor_id=JOBS):
        mails.give_up_lost(now=now)
    left = 0
    for mail_id in mails.due(now):
        outcome = _send(mail_id, now)
        if outcome is False:
            break
        left += bool(outcome)
    return left


@periodic("notifications.every_minute", cron="* * * * *")
def every_minute() -> None:
    """Escalates what nobody reads or answers."""
    escalate(clock_now())


@periodic("notifications.retry_mails", cron="* * * * *")
def retry_mails() -> None:
    """Tries again the messages that could not leave: on its own, so that no mail server delays an escalation."""
    send_waiting(clock_now())


def escalate(now: datetime) -> int:
    """One step for each escalation whose hour has come, each in its own transaction; returns how many were told."""
    told = 0
    for pk in escalation.due(now):
        with declared_transaction(actor_id=JOBS):
            done = escalation.advance(escalation_id=pk, now=now)
            for mail_id in done.mails:
                send_mail.defer(mail_id=str(mail_id))
        told += len(done.people)
    return told


@periodic("notifications.drop_old", cron="23 3 * * *")
def drop_old() -> None:
    """Notifications and messages are forgotten after thirty days: the timeline keeps what happened."""
    before = clock_now() - KEPT
    with declared_transaction(actor_id=JOBS):
        Notification.objects.filter(told_at__lt=before).delete()
        Mail.objects.filter(asked_at__lt=before).delete()
