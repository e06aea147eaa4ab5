"""E-mails that say that something is waiting, and nothing else: asked for, tried, tried again, given up.

The inbox is what is delivered exactly once. An e-mail leaves at most once: SMTP can't be part of a transaction, so that
whoever is killed between the two must either send twice or not at all, and a second e-mail would say nothing more.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from osmose.kernel.actions.deeds import operation
from osmose.notifications.models import Mail, Notification

# One message says that there is something to see: a second one in the same quarter of an hour says nothing more.
CALM = timedelta(minutes=15)
MOST_ATTEMPTS = 6
# No conversation with a mail server lasts that long (`EMAIL_TIMEOUT` bounds each of its answers).
LONGEST_SENDING = timedelta(minutes=10)
INTERRUPTED = "envoi interrompu"
_FIRST_WAIT = timedelta(minutes=1)


def ask(user_ids: Collection[uuid.UUID], now: datetime) -> tuple[uuid.UUID, ...]:
    """One message for each of them who was sent none in the last minutes; returns those to send."""
    recent = Mail.objects.filter(user__in=list(user_ids), asked_at__gt=now - CALM).values_list("user", flat=True)
    told = set(recent)
    rows = [Mail(user_id=pk, asked_at=now, due_at=now) for pk in user_ids if pk not in told]
    return tuple(row.pk for row in Mail.objects.bulk_create(rows))


def due(now: datetime) -> list[uuid.UUID]:
    """The messages to send or try again, the oldest first."""
    rows = Mail.objects.filter(sent_at=None, given_up_at=None, sending_at=None, due_at__lte=now)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:200])


@operation
def claim(*, mail_id: uuid.UUID, now: datetime) -> str | None:
    """Takes a message to hand it over, and returns its address; None where there is nothing (more) to send.

    Committed before the mail server hears anything: whoever is killed after that has sent it at most once. What was
    read meanwhile, or whose owner left, is not sent.
    """
    mail = (
        Mail.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("user")
        .filter(pk=mail_id, sent_at=None, given_up_at=None, sending_at=None, due_at__lte=now)
        .first()
    )
    if mail is None:
        return None
    if not mail.user.is_active or not _is_still_unread(mail):
        mail.given_up_at, mail.problem = now, ""
        mail.save(update_fields=["given_up_at", "problem"])
        return None
    mail.attempts += 1
    mail.sending_at = now
    mail.save(update_fields=["attempts", "sending_at"])
    return mail.user.email


@operation
def settle(*, mail_id: uuid.UUID, problem: str, is_lost: bool, now: datetime) -> bool:
    """What became of a message handed over; True where it left.

    One that the server surely did not take (`problem` says what kind of failure it was) is tried again after 1, 2, 4, 8
    and 16 minutes, then given up, for the administrator to see. One whose answer is lost may have left: given up.
    """
    mail = Mail.objects.select_for_update().filter(pk=mail_id, sent_at=None, given_up_at=None).first()
    if mail is None:
        return False
    if not problem:
        mail.sent_at = now
    else:
        mail.problem = problem[:60]
        mail.due_at = now + _FIRST_WAIT * 2 ** (mail.attempts - 1)
        mail.given_up_at = now if is_lost or mail.attempts >= MOST_ATTEMPTS else None
        mail.sending_at = mail.sending_at if is_lost else None
    mail.save(update_fields=["problem", "due_at", "given_up_at", "sending_at", "sent_at"])
    return mail.sent_at is not None


@operation
def give_up_lost(*, now: datetime) -> int:
    """Messages handed over long ago whose sender was killed before it knew: not sent again; returns how many."""
    lost = Mail.objects.filter(sent_at=None, given_up_at=None, sending_at__lt=now - LONGEST_SENDING)
    return lost.update(given_up_at=now, problem=INTERRUPTED)


def _is_still_unread(mail: Mail) -> bool:
    return Notification.objects.filter(user=mail.user_id, read_at=None, cleared_at=None).exists()
