"""Drafts as they are offered: when, where, their first words."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from osmose.handover.actions import QUICK
from osmose.kernel.drafts.keeping import Text
from osmose.workspace.drafts.words import beginning


@dataclass(frozen=True, repr=False)
class Offered:
    """One text to go on with; `route` is the screen that it was typed on."""

    id: uuid.UUID
    route: str
    words: str
    saved_at: datetime


def offered(texts: Iterable[Text]) -> tuple[Offered, ...]:
    return tuple(
        Offered(text.id, "quick_note" if text.kind == QUICK else "pec", beginning(text.body), text.saved_at)
        for text in texts
    )
