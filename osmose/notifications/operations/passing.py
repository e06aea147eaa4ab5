"""Somebody in a crisis interview is not disturbed: who comes next is told, and the author learns it at once."""

import uuid
from collections.abc import Mapping

from osmose.accounts.models import User
from osmose.accounts.queries import actors_of
from osmose.kernel.events import tell
from osmose.notifications.models import Notification
from osmose.notifications.operations.founding import PASSED_ON
from osmose.notifications.operations.telling import Recipient, Telling, Told, notification, tell_them
from osmose.notifications.queries.standing import may_read, next_holders
from osmose.notifications.rules import Manner
from osmose.organisations.models import UnitKind

# Whoever is told that three people are away knows enough.
MOST_AWAY = 3


def pass_on(telling: Telling, found: Mapping[uuid.UUID, Recipient], told: Told) -> Told:
    """Tells, for each person in a crisis interview who was to come, who comes next; and tells the author both.

    Of a whole unit, only its psychiatric people count: the others have colleagues who were told.
    """
    away = [found[pk] for pk in told.people if _is_away(found[pk], told)][:MOST_AWAY]
    passed: list[uuid.UUID] = []
    extra: dict[uuid.UUID, Recipient] = {}
    for recipient in away:
        heir = _heir(telling, recipient, {one.actor.id for one in away})
        if heir is not None and heir.actor.id not in passed:
            passed.append(heir.actor.id)
            if heir.actor.id not in found:
                extra[heir.actor.id] = heir
    more = tell_them(telling, extra) if extra else Told()
    author = _tell_author(telling, [one.actor.id for one in away], passed) if away else ()
    return Told((*more.people, *author), more.standings, more.mails)


def _is_away(recipient: Recipient, told: Told) -> bool:
    standing = (told.standings or {}).get(recipient.actor.id)
    if standing is None or not standing.is_in_crisis or not recipient.notice.is_pressing:
        return False
    is_psychiatric = any(m.unit_kind == UnitKind.PSYCHIATRY for m in recipient.actor.memberships)
    return recipient.is_named or is_psychiatric


def _heir(telling: Telling, recipient: Recipient, away: set[uuid.UUID]) -> Recipient | None:
    """The first of those who come next, who may read it."""
    if recipient.unit_id is None:
        return None
    holders = next_holders(recipient.actor.id, recipient.unit_id, telling.now)
    actors = actors_of(holders, telling.now)
    needs = recipient.notice.needs(telling.happened)
    for pk in holders:
        is_other = pk not in away and pk != telling.event.actor_id and pk in actors
        if is_other and may_read(actors[pk], needs, telling.now):
            return Recipient(actors[pk], recipient.notice, recipient.unit_id, is_named=True)
    return None


def _tell_author(telling: Telling, away: list[uuid.UUID], passed: list[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    """« En entretien de crise, transmis à Dr Roux », once; a feed or a job is no author to tell."""
    author = User.objects.filter(pk=telling.event.actor_id, is_active=True).first()
    if author is None or Notification.objects.filter(event_uid=telling.origin, user=author).exists():
        return ()
    row = notification(telling, author.pk, PASSED_ON, Manner.ALERT, telling.event.unit_id)
    row.away_ids, row.passed_ids = away, passed
    row.save(force_insert=True)
    tell("inbox", author.pk)
    return (author.pk,)
