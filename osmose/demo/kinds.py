"""What the demonstration's hospitals offer for a PEC: kinds of request, motifs, modes of arrival."""

from collections.abc import Mapping

from osmose.encounters.models import RequestKind
from osmose.encounters.operations.founding import create_founding_kinds
from osmose.encounters.operations.founding_lists import create_founding_modes, create_founding_motifs
from osmose.organisations.models import CareUnit, Establishment

__all__ = ["create", "create_founding_kinds"]


def create(
    establishments: Mapping[str, Establishment], units: Mapping[str, CareUnit]
) -> dict[str, dict[str, RequestKind]]:
    """The kinds, by hospital and code. Perpignan asks the two teams of Thuir; Narbonne has no psychiatric partner."""
    asked: dict[str, list[CareUnit]] = {"perpignan": [units["thuir/EMP"], units["thuir/PSYLI"]], "narbonne": []}
    for key in asked:
        create_founding_motifs(establishments[key])
        create_founding_modes(establishments[key])
    return {key: create_founding_kinds(establishments[key], teams) for key, teams in asked.items()}
