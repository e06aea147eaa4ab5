"""How a notification reaches somebody: what they want, and whether they may be disturbed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from osmose.kernel.access.notices import Notice
from osmose.kernel.access.roles import CLINICAL, Role


class Wanted(StrEnum):
    """What somebody wants of one notice."""

    ALERT = "alert"
    INBOX = "inbox"
    OFF = "off"

    @property
    def label(self) -> str:
        return {"alert": "Alerte discrète", "inbox": "Boîte seulement", "off": "Ne pas me prévenir"}[self.value]


class Manner(StrEnum):
    """How it reached them: discreet alert, inbox, the one silent line of a crisis interview, or kept for afterwards."""

    ALERT = "alert"
    INBOX = "inbox"
    LINE = "line"
    HELD = "held"


@dataclass(frozen=True)
class Standing:
    """Whether somebody may be disturbed: off duty, or in a crisis interview since when and until about when."""

    is_off: bool = False
    crisis_since: datetime | None = None
    crisis_until: datetime | None = None

    @property
    def is_in_crisis(self) -> bool:
        return self.crisis_since is not None


FREE = Standing()


def default_of(notice: Notice, roles: Collection[Role]) -> Wanted:
    """What a notice does for who holds these roles, until they choose: one role that is told is enough."""
    held = CLINICAL.intersection(roles)
    if held and held <= notice.off_for and not notice.is_owed:
        return Wanted.OFF
    return Wanted.ALERT if notice.is_alert else Wanted.INBOX


def wanted_of(notice: Notice, chosen: Wanted | None, roles: Collection[Role]) -> Wanted:
    """What somebody chose, or the default of their roles; what is owed to them is never off."""
    if chosen is None:
        return default_of(notice, roles)
    return Wanted.INBOX if chosen is Wanted.OFF and notice.is_owed else chosen


def manner_of(notice: Notice, wanted: Wanted, standing: Standing, *, has_line: bool, is_muted: bool) -> Manner | None:
    """How the notice reaches them; None where it does not.

    In a crisis interview one silent line at most (`has_line`: it is there already), the rest kept for afterwards. Off
    duty, or on a muted patient, the feed goes on and nothing rings; what is owed passes a muted patient.
    """
    if wanted is Wanted.OFF:
        return None
    if standing.is_in_crisis:
        return Manner.LINE if notice.is_pressing and not has_line else Manner.HELD
    is_silenced = standing.is_off or (is_muted and not notice.is_owed)
    return Manner.INBOX if is_silenced or wanted is Wanted.INBOX else Manner.ALERT
