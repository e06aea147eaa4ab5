"""What a unit prepared for its notes."""

import uuid

from osmose.handover.models import Focus, Phrase


def focuses_of(unit_id: uuid.UUID | None) -> list[Focus]:
    """The cibles that the unit offers, in its order: one query."""
    return list(Focus.objects.filter(care_unit=unit_id, ended_at=None)) if unit_id else []


def phrases_of(unit_id: uuid.UUID | None) -> list[Phrase]:
    """The phrases that the unit offers, in its order: one query."""
    return list(Phrase.objects.filter(care_unit=unit_id, ended_at=None)) if unit_id else []
