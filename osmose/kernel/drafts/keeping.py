"""Keeping, finding and dropping drafts. What a body holds is its author's business: here it is a text."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from osmose.kernel.access.recipes import Recipe
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.db.context import declared_transaction, require_declared
from osmose.kernel.drafts.models import Draft

LIFE = timedelta(days=30)
AFTERLIFE = timedelta(days=2)
# More than any form accepts: what is too long to be signed is still not lost.
BODY_MAX = 200_000
MOST = 20
# No page counts so far: whatever it still has on its way comes too late.
_LAST = 2**31 - 1


@dataclass(frozen=True)
class Mark:
    """What an open page says with a text: which `draft` it writes, as which `tab`, the `number` of this saving, and
    the revision of the draft that it has `seen`."""

    draft: uuid.UUID
    tab: uuid.UUID
    number: int
    seen: int = 0

    @property
    def apart(self) -> uuid.UUID:
        """The draft that this page writes once another page has gone on with the same one; always the same."""
        return uuid.uuid5(self.draft, str(self.tab))


@dataclass(frozen=True)
class Kept:
    """Where a text was put; `is_apart` when another page had gone on with the draft, whose text is kept too."""

    draft: uuid.UUID
    revision: int
    is_apart: bool = False


@dataclass(frozen=True)
class Text:
    """A draft that its author can take up again."""

    id: uuid.UUID
    subject_id: uuid.UUID
    kind: str
    body: str
    saved_at: datetime
    revision: int


def keep(
    *,
    user_id: uuid.UUID,
    subject_id: uuid.UUID,
    data_key_id: uuid.UUID,
    kind: str,
    body: str,
    now: datetime,
    mark: Mark | None = None,
) -> Kept:
    """Keeps what a page holds. An empty text drops its draft.

    A page replaces what it wrote itself, or what it has seen; where another page went on with the same draft meanwhile,
    its text is kept apart, and neither is lost. Without a `mark` (a caller without a page) the newest draft is
    replaced. Needs an open deed. `Refused`: a body beyond `BODY_MAX`, too many drafts of one subject.
    """
    require_declared()
    if len(body) > BODY_MAX:
        raise Refused("Ce texte est trop long pour être gardé en brouillon.", field="text", code="draft-long")
    fresh = Draft(user_id=user_id, subject_id=subject_id, kind=kind, data_key_id=data_key_id, saved_at=now)
    fresh.body = body if body.strip() else None
    if mark is None:
        return _replaced_newest(fresh)
    for draft_id in (mark.draft, mark.apart):
        if kept := _kept_as(draft_id, fresh, mark):
            return kept
    return _kept_as(new_id(), fresh, mark) or Kept(mark.draft, mark.seen)


def _kept_as(draft_id: uuid.UUID, fresh: Draft, mark: Mark) -> Kept | None:
    """The text in this draft; None where it is another page's by now, or another person's."""
    row = _locked(fresh, draft_id) or _inserted(fresh, draft_id, mark)
    if row is None:
        return None
    is_own = row.tab == mark.tab
    if not is_own and mark.seen != row.revision:
        return None
    # Without a number nobody knows which saving came first: better an older text than none.
    if not is_own or not mark.number or mark.number > row.number:
        _write(row, fresh, tab=mark.tab, number=mark.number)
    return Kept(row.pk, row.revision, is_apart=draft_id != mark.draft)


def _inserted(fresh: Draft, draft_id: uuid.UUID, mark: Mark) -> Draft | None:
    """A new draft, not written yet; the one that another request made meanwhile; None for an id that is taken."""
    _require_room(fresh)
    row = Draft(id=draft_id, user_id=fresh.user_id, subject_id=fresh.subject_id, kind=fresh.kind, tab=mark.tab)
    row.data_key_id, row.saved_at, row.revision = fresh.data_key_id, fresh.saved_at, mark.seen
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _locked(fresh, draft_id)
    return row


def _replaced_newest(fresh: Draft) -> Kept:
    row = _newest(fresh)
    if row is None:
        mark = Mark(new_id(), new_id(), 1)
        return _kept_as(mark.draft, fresh, mark) or Kept(mark.draft, 0)
    _write(row, fresh, tab=row.tab, number=row.number)
    return Kept(row.pk, row.revision)


def _of(fresh: Draft) -> QuerySet[Draft]:
    return Draft.objects.filter(user_id=fresh.user_id, subject_id=fresh.subject_id, kind=fresh.kind)


def _newest(fresh: Draft) -> Draft | None:
    return _of(fresh).filter(body__isnull=False).order_by("-saved_at", "-id").select_for_update().first()


def _locked(fresh: Draft, draft_id: uuid.UUID) -> Draft | None:
    return _of(fresh).filter(pk=draft_id).select_for_update().first()


def _require_room(fresh: Draft) -> None:
    if fresh.body is not None and _of(fresh).filter(body__isnull=False).count() >= MOST:
        raise Refused(
            f"Vous avez déjà {MOST} brouillons pour cette prise en charge\u202f: signez-en, ou supprimez-en.",
            field="text",
            code="draft-many",
            status=409,
        )


def _write(row: Draft, fresh: Draft, *, tab: uuid.UUID | None, number: int) -> None:
    row.data_key_id, row.body, row.saved_at = fresh.data_key_id, fresh.body, fresh.saved_at
    row.tab, row.number, row.revision = tab, number, row.revision + 1
    row.save(update_fields=["data_key_id", "body", "saved_at", "tab", "number", "revision"])


def settle(
    *,
    user_id: uuid.UUID,
    subject_id: uuid.UUID,
    data_key_id: uuid.UUID,
    kind: str,
    now: datetime,
    mark: Mark | None = None,
) -> None:
    """Forgets a draft, when its text was signed; without a mark, the newest. Needs an open deed.

    What the signing page still had on its way is then too late; another page that was writing the same draft is not.
    """
    require_declared()
    signed = Draft(user_id=user_id, subject_id=subject_id, kind=kind, data_key_id=data_key_id, saved_at=now)
    row = _newest(signed) if mark is None else _locked(signed, mark.draft) or _inserted(signed, mark.draft, mark)
    if row is not None:
        _write(row, signed, tab=mark.tab if mark else None, number=_LAST)


def discard(*, user_id: uuid.UUID, draft_id: uuid.UUID, now: datetime) -> bool:
    """Forgets one's own draft, whatever it is about; False where there is none. Needs an open deed."""
    require_declared()
    row = Draft.objects.filter(pk=draft_id, user_id=user_id, body__isnull=False).select_for_update().first()
    if row is None:
        return False
    row.body, row.saved_at, row.tab, row.revision = None, now, None, row.revision + 1
    row.save(update_fields=["body", "saved_at", "tab", "revision"])
    return True


def texts_about(*, user_id: uuid.UUID, subject_id: uuid.UUID) -> tuple[Text, ...]:
    """What the user was writing about a subject, newest first; what can't be read any more is left out. One query."""
    return _readable(_kept(user_id, subject_id))


def texts_of(user_id: uuid.UUID) -> tuple[Text, ...]:
    """All that the user was writing, newest first: one query, for nobody else."""
    return _readable(Draft.objects.filter(user_id=user_id, body__isnull=False).order_by("-saved_at", "-id"))


@Recipe
def _kept(user_id: uuid.UUID, subject_id: uuid.UUID) -> QuerySet[Draft]:
    rows = Draft.objects.filter(user_id=user_id, subject_id=subject_id, body__isnull=False)
    return rows.order_by("-saved_at", "-id")


def _readable(rows: "QuerySet[Draft] | list[Draft]") -> tuple[Text, ...]:
    found = ((row, readable(row, "body")) for row in rows)
    return tuple(
        Text(row.pk, row.subject_id, row.kind, str(body), row.saved_at, row.revision)
        for row, body in found
        if body is not UNREADABLE and body is not None
    )


def drop_old(*, actor_id: uuid.UUID, now: datetime) -> int:
    """Drops the drafts untouched for 30 days, and what remains of those signed two days ago; returns how many."""
    with declared_transaction(actor_id=actor_id):
        old, _ = Draft.objects.filter(saved_at__lt=now - LIFE).delete()
        gone, _ = Draft.objects.filter(body__isnull=True, saved_at__lt=now - AFTERLIFE).delete()
    return old + gone
