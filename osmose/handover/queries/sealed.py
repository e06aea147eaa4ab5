"""What was withdrawn from a record for « erreur de dossier », for those who control."""

import uuid
from datetime import datetime

from osmose.handover.models import Misfiling
from osmose.handover.policies import SEALED
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy

MOST_SEALED = 300


def sealed(actor: Actor, now: datetime) -> list[Misfiling]:
    """The last errors of record of the actor's establishment: one query."""
    rows = SEALED.rows(actor, now).select_related("data_key", "encounter__care_unit", "note")
    return list(rows.order_by("-recorded_at", "-id")[:MOST_SEALED])


def one_sealed(misfiling_id: uuid.UUID, policy: Policy[Misfiling], actor: Actor, now: datetime) -> Misfiling | None:
    """One of them, with what it held: one query."""
    rows = policy.rows(actor, now).filter(pk=misfiling_id)
    return rows.select_related("data_key", "encounter__care_unit", "note__data_key").first()
