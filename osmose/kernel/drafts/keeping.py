"""Keeping, finding and dropping drafts."""

import uuid
from datetime import datetime, timedelta

from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.db.context import declared_transaction, require_declared
from osmose.kernel.drafts.models import Draft

LIFE = timedelta(days=30)


def keep(
    *, user_id: uuid.UUID, subject_id: uuid.UUID, data_key_id: uuid.UUID, kind: str, body: str, now: datetime
) -> None:
    """Replaces the draft of this user, subject and kind; an empty text drops it. Needs an open deed."""
    require_declared()
    if not body.strip():
        drop(user_id=user_id, subject_id=subject_id, kind=kind)
        return
    existing = Draft.objects.filter(user_id=user_id, subject_id=subject_id, kind=kind).select_for_update().first()
    if existing is None:
        Draft.objects.create(
            user_id=user_id, subject_id=subject_id, kind=kind, data_key_id=data_key_id, body=body, saved_at=now
        )
        return
    existing.data_key_id, existing.body, existing.saved_at = data_key_id, body, now
    existing.save(update_fields=["data_key_id", "body", "saved_at"])


def drop(*, user_id: uuid.UUID, subject_id: uuid.UUID, kind: str) -> None:
    """Forgets a draft, when its text was signed."""
    require_declared()
    Draft.objects.filter(user_id=user_id, subject_id=subject_id, kind=kind).delete()


def body_of(*, user_id: uuid.UUID, subject_id: uuid.UUID, kind: str) -> tuple[str, datetime] | None:
    """The text and when it was saved; None when there is none, or when it can't be read any more."""
    draft = Draft.objects.filter(user_id=user_id, subject_id=subject_id, kind=kind).first()
    if draft is None:
        return None
    body = readable(draft, "body")
    return None if body is UNREADABLE or body is None else (str(body), draft.saved_at)


def drop_old(*, actor_id: uuid.UUID, now: datetime) -> int:
    """Drops the drafts untouched for 30 days; returns how many."""
    with declared_transaction(actor_id=actor_id):
        deleted, _ = Draft.objects.filter(saved_at__lt=now - LIFE).delete()
    return deleted
