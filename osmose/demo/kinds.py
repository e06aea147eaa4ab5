"""The request kinds of the demonstration's hospitals: the founding ones."""

from collections.abc import Mapping

from osmose.encounters.models import RequestKind
from osmose.encounters.operations.founding import create_founding_kinds
from osmose.organisations.models import CareUnit, Establishment

__all__ = ["create", "create_founding_kinds"]


def create(
    establishments: Mapping[str, Establishment], units: Mapping[str, CareUnit]
) -> dict[str, dict[str, RequestKind]]:
    """By hospital and code. Perpignan asks the two teams of Thuir; Narbonne has no psychiatric partner."""
    return {
        "perpignan": create_founding_kinds(establishments["perpignan"], [units["thuir/EMP"], units["thuir/PSYLI"]]),
        "narbonne": create_founding_kinds(establishments["narbonne"], []),
    }
