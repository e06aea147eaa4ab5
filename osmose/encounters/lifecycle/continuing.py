"""When somebody leaves the emergency department, whether the PEC ends there; pure Python."""

from collections.abc import Collection

from osmose.encounters.lifecycle.requests import Meaning
from osmose.encounters.lifecycle.tracking import Outlook

# Something of psychiatry is left to do.
PENDING = frozenset({Meaning.WAITING, Meaning.RUNNING, Meaning.PAUSED, Meaning.AVAILABLE})
_GOES_ON = (Outlook.SHORT_STAY, Outlook.WARD, Outlook.REVIEW)


def is_pending(psychiatry: Collection[Meaning]) -> bool:
    """Whether psychiatry has still something to do with this patient."""
    return bool(PENDING & set(psychiatry))


def goes_on(psychiatry: Collection[Meaning], outlook: Outlook | None) -> bool:
    """Whether to offer to go on elsewhere: psychiatry is pending, or a bed of the house or another look is decided."""
    return is_pending(psychiatry) or outlook in _GOES_ON
