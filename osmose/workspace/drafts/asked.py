"""Which draft a composer goes on with."""

import uuid
from dataclasses import dataclass
from typing import Self

from osmose.handover.actions import DRAFT
from osmose.kernel.drafts.keeping import Text
from osmose.kernel.web.drafts import mark_of
from osmose.kernel.web.request import StaffRequest


@dataclass(frozen=True)
class Asked:
    """The draft that the address names, where it is still there; else the newest of the kind; none where unwanted.

    `is_sent` of a text that was sent and comes back: it goes on with its own draft, never with another page's.
    """

    id: uuid.UUID | None = None
    kind: str = DRAFT
    is_wanted: bool = True
    is_sent: bool = False

    @classmethod
    def of(cls, request: StaffRequest, kind: str = DRAFT) -> Self:
        """« ?brouillon=… » of an address, or the draft of what was sent."""
        if (mark := mark_of(request.POST)) is not None:
            return cls(mark.draft, kind, is_sent=True)
        try:
            return cls(uuid.UUID(request.GET.get("brouillon", "")), kind)
        except ValueError:
            return cls(None, kind)

    def among(self, drafts: tuple[Text, ...]) -> Text | None:
        own = [text for text in drafts if text.kind == self.kind] if self.is_wanted else []
        newest = None if self.is_sent else next(iter(own), None)
        return next((text for text in own if text.id == self.id), newest)


NEWEST = Asked()
# After a signature the composer is empty: another page's text is offered, never put there by itself.
NOTHING = Asked(is_wanted=False)
