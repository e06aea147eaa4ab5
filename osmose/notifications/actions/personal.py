"""What concerns nobody but oneself: read marks, mutes, choices. Neither event nor version."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import QuerySet

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.notices import registry
from osmose.kernel.actions.deeds import personal_action
from osmose.kernel.events import tell
from osmose.notifications.models import Channels, Choice, Mute, Notification
from osmose.notifications.operations import opening
from osmose.notifications.policies import OWN
from osmose.notifications.rules import Wanted, default_of


@personal_action(may=OWN, subject="notification")
def open_notification(*, actor: Actor, notification: Notification, now: datetime) -> uuid.UUID:
    """Marks what is unread of the same patient as read; returns the PEC to show, whose page judges by itself."""
    unread = _unread(actor).filter(subject_id=notification.subject_id, told_at__lte=now)
    if unread.filter(pk=notification.pk).exists() and notification.unit_id is not None:
        opening.opened(unit_id=notification.unit_id, told_at=notification.told_at, now=now)
    if unread.update(read_at=now):
        tell("inbox", actor.id)
    return notification.subject_id


@personal_action(may=OWN)
def mark_read(*, actor: Actor, ids: Collection[uuid.UUID], now: datetime) -> int:
    """Marks some of one's own as read; returns how many were not."""
    return _marked(actor, _unread(actor).filter(pk__in=list(ids)).update(read_at=now))


@personal_action(may=OWN)
def mark_all_read(*, actor: Actor, until: datetime, now: datetime) -> int:
    """Marks as read all that was shown, up to an instant: what came meanwhile stays unread. Returns how many."""
    return _marked(actor, _unread(actor).filter(told_at__lte=until).update(read_at=now))


def _unread(actor: Actor) -> QuerySet[Notification]:
    return Notification.objects.filter(user=actor.id, read_at=None, cleared_at=None)


def _marked(actor: Actor, count: int) -> int:
    if count:
        tell("inbox", actor.id)
    return count


@personal_action(may=OWN, subject="notification")
def mute_patient(*, actor: Actor, notification: Notification, wanted: bool, now: datetime) -> None:
    """No alert of this patient any more, or again; their notifications still come to the inbox."""
    if wanted:
        Mute.objects.get_or_create(user_id=actor.id, subject_id=notification.subject_id, defaults={"since": now})
    else:
        Mute.objects.filter(user=actor.id, subject_id=notification.subject_id).delete()
    tell("inbox", actor.id)


@personal_action(may=OWN)
def unmute_all(*, actor: Actor, now: datetime) -> int:  # noqa: ARG001 - the signature of every deed
    """Alerts of every patient again; returns how many were muted."""
    return Mute.objects.filter(user=actor.id).delete()[0]


@personal_action(may=OWN)
def choose_notices(
    *,
    actor: Actor,
    wanted: Mapping[str, Wanted],
    by_browser: bool,
    by_mail: bool,
    now: datetime,  # noqa: ARG001 - the signature of every deed
) -> None:
    """Keeps what one wants of each notice; what is the default is not written, so that it follows the default."""
    known = registry()
    for name, choice in wanted.items():
        notice = known.get(name)
        if notice is None:
            continue
        default = default_of(notice, {membership.role for membership in actor.memberships})
        if choice is default or (choice is Wanted.OFF and notice.is_owed):
            Choice.objects.filter(user=actor.id, notice=name).delete()
        else:
            Choice.objects.update_or_create(user_id=actor.id, notice=name, defaults={"wanted": choice.value})
    Channels.objects.update_or_create(user_id=actor.id, defaults={"by_browser": by_browser, "by_mail": by_mail})
