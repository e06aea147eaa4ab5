"""What is noted of a patient in the tracking of a PEC: each value says itself in French and as JSON; pure Python.

Sources: founding screens (état cognitif, OH, Tox, préoccupant), FRENCH (SFMU), CCMU (RPU GRAVITE). A value that
nobody noted is absent, which is not « NC » (asked, and not known).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from osmose.encounters.lifecycle.tracking.alcohol import Alcohol, AlcoholStatus, number
from osmose.encounters.lifecycle.tracking.belongings import Belongings, BelongingsStep
from osmose.encounters.lifecycle.tracking.coherence import require_coherent
from osmose.encounters.lifecycle.tracking.concern import Concern, ConcernReason, concern_title
from osmose.encounters.lifecycle.tracking.decision import NAME_MAX, Decision, Outlook
from osmose.encounters.lifecycle.tracking.guardians import ChildProtection, Guardians
from osmose.encounters.lifecycle.tracking.missing import Missing
from osmose.encounters.lifecycle.tracking.restraint import REASSESS_MINUTES, Restraint, step_of
from osmose.encounters.lifecycle.tracking.substances import Substance, Substances, SubstanceSource
from osmose.encounters.lifecycle.tracking.told import Allergies, Company, Treatment
from osmose.encounters.lifecycle.tracking.triage import Ccmu, Cognition, Triage
from osmose.encounters.lifecycle.tracking.values import TEXT_MAX, Known, Tracked
from osmose.encounters.lifecycle.tracking.watch import Watch, WatchCheck, WatchLevel, next_look, watched_since

__all__ = [
    "FIELDS",
    "NAME_MAX",
    "REASSESS_MINUTES",
    "TEXT_MAX",
    "Alcohol",
    "AlcoholStatus",
    "Allergies",
    "Belongings",
    "BelongingsStep",
    "Ccmu",
    "ChildProtection",
    "Cognition",
    "Company",
    "Concern",
    "ConcernReason",
    "Decision",
    "FieldRule",
    "Guardians",
    "Known",
    "Missing",
    "Outlook",
    "Restraint",
    "Substance",
    "SubstanceSource",
    "Substances",
    "Tracked",
    "Treatment",
    "Triage",
    "Watch",
    "WatchCheck",
    "WatchLevel",
    "concern_title",
    "next_look",
    "number",
    "read_value",
    "require_coherent",
    "step_of",
    "watched_since",
]


@dataclass(frozen=True)
class FieldRule:
    """One field of the tracking: its French name and how its stored JSON becomes a value.

    `is_repeated`: done again and again; what two people do at once adds up, and neither replaces the other.
    `is_of_family`: it names others than the patient; it is shared with the identity only.
    """

    name: str
    label: str
    read: Callable[[Any], Tracked]
    is_repeated: bool = False
    is_of_family: bool = False


FIELDS: Mapping[str, FieldRule] = {
    rule.name: rule
    for rule in (
        FieldRule("concern", "Préoccupant", Concern.from_json),
        FieldRule("triage", "Tri", Triage),
        FieldRule("ccmu", "CCMU", Ccmu),
        FieldRule("company", "Accompagné", Company.from_json, is_of_family=True),
        FieldRule("treatment", "Traitement actuel", Treatment.from_json),
        FieldRule("allergies", "Allergies", Allergies.from_json),
        FieldRule("cognition", "État cognitif", Cognition),
        FieldRule("alcohol", "Alcool (OH)", Alcohol.from_json),
        FieldRule("substances", "Substances (Tox)", Substances.from_json),
        FieldRule("decision", "Décision", Decision.from_json),
        FieldRule("missing", "Introuvable", Missing.from_json),
        FieldRule("guardians", "Autorité parentale", Guardians.from_json, is_of_family=True),
        FieldRule("watch", "Surveillance", Watch.from_json),
        FieldRule("watch_check", "Surveillance faite", WatchCheck.from_json, is_repeated=True),
        FieldRule("belongings", "Effets personnels", Belongings.from_json),
        FieldRule("restraint", "Contention", Restraint.from_json),
    )
}


def read_value(field: str, stored: Any) -> Tracked | None:
    """The value that a column or an event holds; None where nothing was noted."""
    return None if stored in (None, "") else FIELDS[field].read(stored)
