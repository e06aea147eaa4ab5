"""What an open page says of the draft that it writes, and what it is answered."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse

from osmose.kernel.drafts.keeping import Kept, Mark

_NUMBER_MAX = 2**31 - 2


def mark_of(posted: Mapping[str, str]) -> Mark | None:
    """The mark that a page posts with a text, or with its signature; None for a caller without a page."""
    try:
        draft = uuid.UUID(posted.get("draft", ""))
        tab = uuid.UUID(posted.get("tab", "")) if posted.get("tab") else draft
    except ValueError:
        return None
    return Mark(draft, tab, _number(posted.get("number", "")), _number(posted.get("seen", "")))


@dataclass(frozen=True)
class Ongoing:
    """The draft that a form shown again goes on with, and the revision of it that its page had seen."""

    id: uuid.UUID
    revision: int


def ongoing(posted: Mapping[str, str]) -> Ongoing | None:
    """What the page was writing: never what another page made of it since, which it would then replace unseen."""
    mark = mark_of(posted)
    return Ongoing(mark.draft, mark.seen) if mark else None


def _number(said: str) -> int:
    return min(int(said), _NUMBER_MAX) if said.isascii() and said.isdigit() and len(said) < 20 else 0


def kept_answer(kept: Kept) -> HttpResponse:
    """Nothing to show: which draft the page writes from now on, and its revision, in headers."""
    headers = {"X-Osmose-Draft": str(kept.draft), "X-Osmose-Draft-Seen": str(kept.revision)}
    return HttpResponse(status=204, headers=headers | ({"X-Osmose-Draft-Apart": "1"} if kept.is_apart else {}))
