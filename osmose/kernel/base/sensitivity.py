"""How sensitive each field is: the same line drives encryption, logs, exports, purge and the leak test."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Sensitivity(StrEnum):
    """Identifying and clinical fields are encrypted; operational ones stay in clear for speed; plain is the rest."""

    IDENTIFYING = "identifying"
    CLINICAL = "clinical"
    OPERATIONAL = "operational"
    PLAIN = "plain"


def classify(*, operational: str = "", plain: str = "") -> Mapping[str, Sensitivity]:
    """The classes of a model's clear fields, by name, as `sensitivity = classify(operational="status arrived_at")`."""
    return {
        **dict.fromkeys(operational.split(), Sensitivity.OPERATIONAL),
        **dict.fromkeys(plain.split(), Sensitivity.PLAIN),
    }


def sensitivity_of(model: type[Any], field: Any) -> Sensitivity | None:
    """The class of a model's field, declared by the (encrypted) field itself or by a class of the model's line."""
    own = getattr(field, "sensitivity", None)
    if isinstance(own, Sensitivity):
        return own
    for owner in model.__mro__:
        declared = owner.__dict__.get("sensitivity", {})
        if field.name in declared:
            return Sensitivity(declared[field.name])
    return None
