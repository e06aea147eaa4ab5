"""A patient who is announced: expected, then arrived or cancelled; pure Python."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from osmose.kernel.base.refused import Refused

# « 14:05 » said at 14:05:40 is now; nobody is announced a week ahead by phone.
_SAME_MINUTE, _FAR = timedelta(minutes=1), timedelta(days=7)


class ExpectedStatus(StrEnum):
    """Where an announcement stands; it is on no clock and counts nobody as present."""

    AWAITED = "attendu"
    ARRIVED = "arrive"
    CANCELLED = "annule"

    @property
    def label(self) -> str:
        return EXPECTED_STATUS_LABELS[self]


EXPECTED_STATUS_LABELS: Mapping[ExpectedStatus, str] = {
    ExpectedStatus.AWAITED: "Attendu",
    ExpectedStatus.ARRIVED: "Arrivé (attendu)",
    ExpectedStatus.CANCELLED: "Annulé (attendu)",
}

# deed → from which state, to which one, and why not from the others.
EXPECTED_TRANSITIONS: Mapping[str, tuple[ExpectedStatus, ExpectedStatus, str]] = {
    "arrive": (
        ExpectedStatus.AWAITED,
        ExpectedStatus.ARRIVED,
        "Ce patient n’est plus attendu\u202f: il est déjà arrivé, ou l’annonce est annulée.",
    ),
    "cancel": (
        ExpectedStatus.AWAITED,
        ExpectedStatus.CANCELLED,
        "Ce patient n’est plus attendu\u202f: il est déjà arrivé, ou l’annonce est annulée.",
    ),
    "restore": (ExpectedStatus.CANCELLED, ExpectedStatus.AWAITED, "Seule une annonce annulée se rétablit."),
    "detach": (ExpectedStatus.ARRIVED, ExpectedStatus.AWAITED, "Aucune arrivée n’est rattachée à cette annonce."),
}


def next_status(status: str, deed: str) -> ExpectedStatus:
    """The state after the deed; `Refused` (409) where it isn't possible any more."""
    source, target, reason = EXPECTED_TRANSITIONS[deed]
    if status != source:
        raise Refused(reason, code="expected-state", status=409)
    return target


def require_coming(eta: datetime, now: datetime) -> None:
    """`Refused`: an arrival is expected from now on, within a week."""
    if eta < now - _SAME_MINUTE:
        raise Refused(
            "L’heure d’arrivée prévue est déjà passée\u202f: corrigez-la, ou écrivez aussi le jour.",
            field="expected_at",
            code="past",
        )
    if eta > now + _FAR:
        raise Refused(
            "L’arrivée est prévue dans plus de 7 jours\u202f: vérifiez la date.", field="expected_at", code="far"
        )
