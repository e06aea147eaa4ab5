"""Somebody says about when they come to a patient."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from osmose.encounters.events.shared import FieldChanged


@dataclass(frozen=True)
class ComingSaid(FieldChanged):
    """What every kind of « j’arrive vers 14:40 » says; None: they take care of it now, and no hour is announced.

    `state` is what was announced before: what undoing needs.
    """

    arriving_at: datetime | None = None
    state: dict[str, str] = dataclasses.field(default_factory=dict)

    field = "coming"
    has_hour: ClassVar[bool] = False
