"""The text of messages is dropped after a while; that they came, and what became of them, stays."""

from datetime import datetime, timedelta

from django.conf import settings

from osmose.interop.hl7.models import InboxMessage, MessageState
from osmose.kernel.base.clock import now as clock_now
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.tasks.actors import JOBS
from osmose.kernel.tasks.queue import periodic

RAW_DAYS = 30
_DONE = (MessageState.APPLIED, MessageState.REFUSED)


def drop_old(now: datetime) -> int:
    """Drops the text of messages settled `HL7_RAW_DAYS` days ago (30); returns how many.

    One that waits to be read keeps its text: without it nobody could decide.
    """
    days = int(getattr(settings, "HL7_RAW_DAYS", RAW_DAYS))
    with declared_transaction(actor_id=JOBS):
        old = InboxMessage.objects.filter(settled_at__lt=now - timedelta(days=days), raw__isnull=False, state__in=_DONE)
        return old.update(raw=None)


@periodic("hl7.drop_old_texts", cron="53 3 * * *")
def drop_old_texts() -> None:
    drop_old(clock_now())
