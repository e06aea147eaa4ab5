"""What is noted of a patient in the tracking of a PEC: each value says itself in French and as JSON; pure Python.

Sources: founding screens (état cognitif, OH, Tox, préoccupant), FRENCH (SFMU), CCMU (RPU GRAVITE). A value that
nobody noted is absent, which is not « NC » (asked, and not known).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from osmose.encounters.lifecycle.tracking.alcohol import Alcohol, AlcoholStatus, number
from osmose.encounters.lifecycle.tracking.concern import Concern, ConcernReason, concern_title
from osmose.encounters.lifecycle.tracking.decision import NAME_MAX, Decision, Outlook
from osmose.encounters.lifecycle.tracking.substances import Substance, Substances, SubstanceSource
from osmose.encounters.lifecycle.tracking.told import Allergies, Company, Treatment
from osmose.encounters.lifecycle.tracking.triage import Ccmu, Cognition, Triage
from osmose.encounters.lifecycle.tracking.values import TEXT_MAX, Known, Tracked

__all__ = [
    "FIELDS",
    "NAME_MAX",
    "TEXT_MAX",
    "Alcohol",
    "AlcoholStatus",
    "Allergies",
    "Ccmu",
    "Cognition",
    "Company",
    "Concern",
    "ConcernReason",
    "Decision",
    "FieldRule",
    "Known",
    "Outlook",
    "Substance",
    "SubstanceSource",
    "Substances",
    "Tracked",
    "Treatment",
    "Triage",
    "concern_title",
    "number",
    "read_value",
]


@dataclass(frozen=True)
class FieldRule:
    """One field of the tracking: its French name and how its stored JSON becomes a value."""

    name: str
    label: str
    read: Callable[[Any], Tracked]


FIELDS: Mapping[str, FieldRule] = {
    rule.name: rule
    for rule in (
        FieldRule("concern", "Préoccupant", Concern.from_json),
        FieldRule("triage", "Tri", Triage),
        FieldRule("ccmu", "CCMU", Ccmu),
        FieldRule("company", "Accompagné", Company.from_json),
        FieldRule("treatment", "Traitement actuel", Treatment.from_json),
        FieldRule("allergies", "Allergies", Allergies.from_json),
        FieldRule("cognition", "État cognitif", Cognition),
        FieldRule("alcohol", "Alcool (OH)", Alcohol.from_json),
        FieldRule("substances", "Substances (Tox)", Substances.from_json),
        FieldRule("decision", "Décision", Decision.from_json),
    )
}


def read_value(field: str, stored: Any) -> Tracked | None:
    """The value that a column or an event holds; None where nothing was noted."""
    return None if stored in (None, "") else FIELDS[field].read(stored)
