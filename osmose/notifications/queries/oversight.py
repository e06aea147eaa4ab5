"""What an administrator must see: messages that could not leave, rules that are too wide."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.notices import registry
from osmose.notifications.models import Excess
from osmose.notifications.policies import WATCH_OVER

SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class Deliveries:
    """The last week of e-mails: sent, waiting to be tried again, given up; the last failure, in a word.

    `lost`: handed over, and nobody knows whether the server took it; not sent again.
    """

    sent: int
    waiting: int
    given_up: int
    lost: int
    problem: str
    failed_at: datetime | None


@dataclass(frozen=True)
class TooWide:
    """A notice that wanted to tell too many people, on one day."""

    label: str
    day: date
    times: int
    most: int


def deliveries(actor: Actor, now: datetime) -> Deliveries:
    """Two queries; no address, no name."""
    rows = WATCH_OVER.rows(actor, now).filter(asked_at__gt=now - SHOWN)
    told = rows.aggregate(
        sent=Count("pk", filter=~Q(sent_at=None)),
        waiting=Count("pk", filter=Q(sent_at=None, given_up_at=None, sending_at=None, attempts__gt=0)),
        given_up=Count("pk", filter=~Q(given_up_at=None) & Q(sending_at=None) & ~Q(problem="")),
        lost=Count("pk", filter=~Q(given_up_at=None) & ~Q(sending_at=None)),
        failed_at=Max("asked_at", filter=~Q(problem="") & Q(sent_at=None)),
    )
    last = rows.exclude(problem="").filter(sent_at=None).order_by("-asked_at").values_list("problem", flat=True).first()
    return Deliveries(**told, problem=last or "")


def too_wide(now: datetime) -> list[TooWide]:
    """The rules that were bounded lately, the last day first: one query."""
    rows = Excess.objects.filter(day__gte=(now - SHOWN).date()).order_by("-day", "notice")
    known = registry()
    return [
        TooWide(known[row.notice].label if row.notice in known else row.notice, row.day, row.times, row.most)
        for row in rows
    ]
