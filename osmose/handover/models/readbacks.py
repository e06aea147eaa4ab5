"""« Pris connaissance »: who took note of which patient at the handover of a shift."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from osmose.accounts.models import User
from osmose.encounters.models import Encounter
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.organisations.models import CareUnit


@tracked("ReadBackHistory")
class ReadBack(ClinicalModel):
    """Somebody took note of one patient, at the handover of the shift of a unit that began at `shift_starts_at`.

    `version` is that of the PEC as it was then: what moved since is told. A cancelled one was a click undone.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="read_backs")
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    shift_starts_at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    version = models.PositiveIntegerField()
    event_uid = models.UUIDField()
    cancelled_at = models.DateTimeField(null=True)

    sensitivity = classify(
        operational="shift_starts_at read_at cancelled_at", plain="encounter care_unit user version event_uid"
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "prise de connaissance"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["encounter", "care_unit", "shift_starts_at", "user"],
                condition=Q(cancelled_at=None),
                name="readback_once",
            ),
        ]

    def __str__(self) -> str:
        return f"prise de connaissance {self.id}"
