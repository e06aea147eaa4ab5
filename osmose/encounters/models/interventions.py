"""Who of the psychiatric team is with the patient, since when, interrupted or not."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.accounts.models import User
from osmose.encounters.models.requests import ServiceRequest
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel


@tracked("InterventionHistory")
class Intervention(ClinicalModel):
    """One professional's psychiatric interview on a request: begun, interrupted, ended with a conclusion.

    Several professionals may each have theirs on one request, whose status is derived from all of them. A cancelled one
    was a click undone: it stays, and counts for nothing.
    """

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="interventions")
    professional = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = EncryptedText(sensitivity=Sensitivity.OPERATIONAL, null=True)
    conclusion = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    cancelled_at = models.DateTimeField(null=True)

    sensitivity = classify(operational="started_at ended_at cancelled_at", plain="request professional")

    class Meta(ClinicalModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                name="intervention_period", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
            models.UniqueConstraint(
                fields=["request", "professional"],
                condition=Q(ended_at=None, cancelled_at=None),
                name="intervention_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"entretien {self.id}"


@tracked("InterruptionHistory")
class Interruption(ClinicalModel):
    """A pause in an interview, why, and when its professional means to come back; without an end, it lasts."""

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="interruptions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    expected_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    sensitivity = classify(operational="starts_at ends_at expected_at cancelled_at", plain="intervention")

    class Meta(ClinicalModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                name="interruption_period", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))
            ),
            models.UniqueConstraint(
                fields=["intervention"],
                condition=Q(ends_at=None, cancelled_at=None),
                name="interruption_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"interruption {self.id}"
