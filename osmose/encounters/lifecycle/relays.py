"""A relais: its states, who can receive a patient, and what becomes of each patient when it is answered."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused

NARROW = french.NARROW


class RelayStatus(StrEnum):
    """How far a relais has gone; only a pending one can be answered or withdrawn."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATUSES[self.value]


_STATUSES = {
    "pending": "Relais en attente",
    "accepted": "Relais accepté",
    "refused": "Relais refusé",
    "withdrawn": "Relais retiré",
}


class RelayOutcome(StrEnum):
    """What became of one patient of a relais."""

    PENDING = "pending"
    TAKEN = "taken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    CHANGED = "changed"
    CLOSED_TO = "closed_to"

    @property
    def label(self) -> str:
        return _OUTCOMES[self.value]


_OUTCOMES = {
    "pending": "En attente de réponse",
    "taken": "Repris",
    "refused": "Relais non accepté",
    "withdrawn": "Relais retiré avant la réponse",
    "left": "Sorti avant la réponse",
    "changed": "Confié à quelqu’un d’autre entre-temps",
    "closed_to": "Hors de vos unités au moment de la réponse",
}


@dataclass(frozen=True)
class Standing:
    """What decides whether somebody can receive a patient: the account, and the units where they care."""

    user_id: uuid.UUID
    is_active: bool
    has_clinical_role: bool
    unit_ids: frozenset[uuid.UUID]


def cannot_receive(who: Standing, unit_ids: frozenset[uuid.UUID], *, is_active: bool = True) -> str:
    """Why this person can't be given a patient whose PEC these units take part in; empty when they can."""
    if not who.is_active:
        return "Son compte est fermé."
    if not who.has_clinical_role:
        return "Ne participe pas aux soins."
    if not is_active:
        return "Le patient est sorti."
    if not who.unit_ids & unit_ids:
        return "Ne travaille dans aucune unité de cette prise en charge."
    return ""


def outcome_of(*, is_active: bool, is_still_theirs: bool, refusal: str) -> RelayOutcome:
    """What becomes of a patient when the relais is accepted."""
    if not is_active:
        return RelayOutcome.LEFT
    if not is_still_theirs:
        return RelayOutcome.CHANGED
    return RelayOutcome.CLOSED_TO if refusal else RelayOutcome.TAKEN


def require_pending(status: str, *, settled_at: datetime | None, who: Mapping[str, str]) -> None:
    """`Refused` (409) for a relais that was already answered or withdrawn: says by whom, and when."""
    if status == RelayStatus.PENDING:
        return
    deed = {"accepted": "accepté", "refused": "refusé", "withdrawn": "retiré"}[status]
    at = f" à {french.time(settled_at)}" if settled_at else ""
    raise Refused(
        f"Ce relais a déjà été {deed}{at} par {who[status]}{NARROW}: il n’y a plus rien à faire.",
        code=f"relay-{status}",
        status=409,
    )


def is_unanswered(status: str, due_at: datetime, now: datetime) -> bool:
    """« Sans réponse »: nobody answered within the delay of the unit."""
    return status == RelayStatus.PENDING and now >= due_at
