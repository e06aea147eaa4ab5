"""Where the patient of a PEC is and was."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.encounters.models.encounter import Encounter
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.db.ranges import no_overlap
from osmose.organisations.models import Location


@tracked("MovementHistory")
class Movement(ClinicalModel):
    """Where the patient is or was: a zone and, where there is one, a box or bed.

    The one without an end is the place behind every screen. A cancelled one stays, and counts for nothing.
    `source_ref` is the sender's movement number (ZBE-1), the key of its corrections.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="movements")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", null=True)
    box = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    source_ref = models.CharField(max_length=80, blank=True, default="")

    sensitivity = classify(operational="starts_at ends_at cancelled_at", plain="encounter location box source_ref")

    class Meta(ClinicalModel.Meta):
        constraints: ClassVar = [
            no_overlap(
                "movement_no_overlap",
                "encounter",
                starts="starts_at",
                ends="ends_at",
                condition=Q(cancelled_at=None),
            ),
            models.CheckConstraint(name="movement_period", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["encounter"], condition=Q(ends_at=None, cancelled_at=None), name="movement_current"),
            models.Index(fields=["box"], condition=Q(ends_at=None, cancelled_at=None), name="movement_current_box"),
        ]

    def __str__(self) -> str:
        return f"mouvement {self.id}"

    @property
    def words(self) -> str:
        """« SAU · Box 3 », « AC », « NC »."""
        zone = self.location.label if self.location else "NC"
        return f"{zone} · {self.box.label}" if self.box else zone

    @property
    def short(self) -> str:
        """« SAU 3 », as on the board."""
        zone = self.location.code if self.location else "NC"
        return f"{zone} {self.box.code.removeprefix('BOX-')}" if self.box else zone
