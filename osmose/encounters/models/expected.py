"""A patient who is announced and has not come yet."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from osmose.encounters.lifecycle.expected import ExpectedStatus
from osmose.encounters.models.encounter import Encounter
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit, Establishment
from osmose.patients.models import Patient


@tracked("ExpectedArrivalHistory")
class ExpectedArrival(ClinicalModel):
    """An announcement: who is expected in which unit, from when, why, told by whom.

    Not an encounter: nobody is present, nothing waits, no clock runs. `encounter` is what it became on arrival.
    `patient` is somebody known, or a provisional identity. Who may see it is in `kernel.access.Grant`.
    """

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    announcing_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="announcements", null=True)
    status = models.CharField(max_length=10, default=ExpectedStatus.AWAITED)
    announced_by = EncryptedText(sensitivity=Sensitivity.IDENTIFYING)
    announced_from = EncryptedText(sensitivity=Sensitivity.IDENTIFYING, null=True)
    phone = EncryptedText(sensitivity=Sensitivity.IDENTIFYING, null=True)
    reason = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    context = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    cancel_reason = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    expected_at = models.DateTimeField()
    announced_at = models.DateTimeField()
    noted_by = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)
    ended_at = models.DateTimeField(null=True)

    sensitivity = classify(
        operational="status expected_at announced_at ended_at",
        plain="establishment care_unit announcing_unit patient encounter",
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "patient attendu"
        verbose_name_plural = "patients attendus"
        constraints: ClassVar = [
            models.CheckConstraint(name="expected_status", condition=Q(status__in=[s.value for s in ExpectedStatus])),
            models.CheckConstraint(
                name="expected_becomes_an_encounter",
                condition=Q(status="arrive", encounter__isnull=False) | (~Q(status="arrive") & Q(encounter=None)),
            ),
            models.CheckConstraint(
                name="expected_ended",
                condition=Q(status="attendu", ended_at=None) | (~Q(status="attendu") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient"], condition=Q(status="attendu"), name="expected_awaited_by_patient"),
            models.Index(fields=["care_unit", "expected_at"], condition=Q(status="attendu"), name="expected_awaited"),
            models.Index(fields=["-ended_at"], condition=~Q(status="attendu"), name="expected_ended_last"),
        ]

    def __str__(self) -> str:
        return f"attendu {self.id}"

    @property
    def is_awaited(self) -> bool:
        return self.status == ExpectedStatus.AWAITED

    def event_subject(self) -> EventSubject:
        return EventSubject(subject_id=self.id, person_id=self.patient_id, data_key_id=self.data_key_id)
