"""What every form of the tracking has in common: the field, what is known of it, the value that it should take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.encounters.forms.clicks import RevisedForm
from osmose.encounters.lifecycle.tracking import TEXT_MAX, Tracked
from osmose.kernel.base import french
from osmose.kernel.web.fields import CleanText, MomentField

_N = french.NARROW
_BOTH = " / "


@dataclass(frozen=True)
class TrackingCommand:
    """The value that a field of the tracking should take; None where nothing is noted any more."""

    field: str
    value: Tracked | None
    revision: int | None


class TrackingForm(RevisedForm):
    """What every way of saying a field's value has in common: the field, what is known of it, one command."""

    field = ""
    known: Any = None
    now: datetime

    def __init__(self, data: Mapping[str, Any], *, known: Tracked | None, now: datetime):
        self.known, self.now = known, now
        super().__init__(data)
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.now = now

    def value(self) -> Tracked | None:
        raise NotImplementedError

    def command(self) -> TrackingCommand:
        """`Refused` where the value contradicts itself."""
        return TrackingCommand(self.field, self.value(), self.posted_revision())

    def _joined(self, typed: str, already: str) -> str:
        """« Réunir les deux »: what is known, then what was typed."""
        return f"{already}{_BOTH}{typed}" if self.data.get("keep") == "both" and already else typed


def text_field(label: str, *, required: str = "", most: int = TEXT_MAX) -> CleanText:
    return CleanText(
        label=label,
        required=bool(required),
        max_length=most,
        too_long=f"Ce texte est trop long{_N}: {most} caractères au plus. Le détail va dans une transmission.",
        error_messages={"required": required},
    )
