"""Keeping, finding and dropping drafts."""

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from osmose.kernel.access.recipes import Recipe
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
    fresh = Draft(user_id=user_id, subject_id=subject_id, kind=kind, data_key_id=data_key_id, body=body, saved_at=now)
    if _replaced_by(fresh):
        return
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:  # another tab of the same person was first
        _replaced_by(fresh)


def _replaced_by(fresh: Draft) -> bool:
    """True when there was a draft to replace, which keeps its id."""
    same = Draft.objects.filter(user_id=fresh.user_id, subject_id=fresh.subject_id, kind=fresh.kind)
    existing = same.select_for_update().first()
    if existing is None:
        return False
    existing.data_key_id, existing.body, existing.saved_at = fresh.data_key_id, fresh.body, fresh.saved_at
    existing.save(update_fields=["data_key_id", "body", "saved_at"])
    return True


def drop(*, user_id: uuid.UUID, subject_id: uuid.UUID, kind: str) -> None:
    """Forgets a draft, when its text was signed."""
    require_declared()
    Draft.objects.filter(user_id=user_id, subject_id=subject_id, kind=kind).delete()


def body_of(*, user_id: uuid.UUID, subject_id: uuid.UUID, kind: str) -> tuple[str, datetime] | None:
    """The text and when it was saved; None when there is none, or when it can't be read any more."""
    draft = next(iter(_kept(user_id, subject_id, kind)), None)
    if draft is None:
        return None
    body = readable(draft, "body")
    return None if body is UNREADABLE or body is None else (str(body), draft.saved_at)


@Recipe
def _kept(user_id: uuid.UUID, subject_id: uuid.UUID, kind: str) -> QuerySet[Draft]:
    return Draft.objects.filter(user_id=user_id, subject_id=subject_id, kind=kind)


def drop_old(*, actor_id: uuid.UUID, now: datetime) -> int:
    """Drops the drafts untouched for 30 days; returns how many."""
    with declared_transaction(actor_id=actor_id):
        deleted, _ = Draft.objects.filter(saved_at__lt=now - LIFE).delete()
    return deleted
