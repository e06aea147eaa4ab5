"""E-mails that say that something is waiting, and nothing else: asked for, tried, tried again, given up."""

import uuid
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from osmose.kernel.actions.deeds import operation
from osmose.notifications.models import Mail, Notification

# One message says that there is something to see: a second one in the same quarter of an hour says nothing more.
CALM = timedelta(minutes=15)
MOST_ATTEMPTS = 6
_FIRST_WAIT = timedelta(minutes=1)


def ask(user_ids: Collection[uuid.UUID], now: datetime) -> tuple[uuid.UUID, ...]:
    """One message for each of them who was sent none in the last minutes; returns those to send."""
    recent = Mail.objects.filter(user__in=list(user_ids), asked_at__gt=now - CALM).values_list("user", flat=True)
    told = set(recent)
    rows = [Mail(user_id=pk, asked_at=now, due_at=now) for pk in user_ids if pk not in told]
    return tuple(row.pk for row in Mail.objects.bulk_create(rows))


def due(now: datetime) -> list[uuid.UUID]:
    """The messages to send or try again, the oldest first."""
    rows = Mail.objects.filter(sent_at=None, given_up_at=None, due_at__lte=now)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:200])


@operation
def send(*, mail_id: uuid.UUID, post: Callable[[str], None], now: datetime) -> bool:
    """Sends one message by `post`, which is given the address; True where it left.

    A server that refuses is tried again after 1, 2, 4, 8 and 16 minutes, then the message is given up, for the
    administrator to see. What was read meanwhile, or whose owner left, is not sent.
    """
    mail = (
        Mail.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("user")
        .filter(pk=mail_id, sent_at=None, given_up_at=None, due_at__lte=now)
        .first()
    )
    if mail is None:
        return False
    if not mail.user.is_active or not _is_still_unread(mail):
        mail.given_up_at, mail.problem = now, ""
        mail.save(update_fields=["given_up_at", "problem"])
        return False
    mail.attempts += 1
    try:
        post(mail.user.email)
    except OSError as failure:  # what a server, its name or its certificate may do; SMTPException is one
        mail.problem = type(failure).__name__[:60]
        mail.due_at = now + _FIRST_WAIT * 2 ** (mail.attempts - 1)
        mail.given_up_at = now if mail.attempts >= MOST_ATTEMPTS else None
    else:
        mail.sent_at = now
    mail.save(update_fields=["attempts", "problem", "due_at", "given_up_at", "sent_at"])
    return mail.sent_at is not None


def _is_still_unread(mail: Mail) -> bool:
    return Notification.objects.filter(user=mail.user_id, read_at=None, cleared_at=None).exists()
