"""Standing instructions: what is to be known of a patient at each visit, whoever receives them."""

import uuid
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedJSON, EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.organisations.models import CareUnit
from osmose.patients.models.identity import Patient
from osmose.patients.rules.instructions import Draft, InstructionKind


@tracked("StandingInstructionHistory")
class StandingInstruction(ClinicalModel):
    """An instruction (consigne) of the patient, across encounters; each version is kept, it is ended and never erased.

    `parts` are its texts by part of its kind's form. `written_by` is who made this version, with their unit that day.
    `recorded_for` is the patient it was written for: `patient` follows merges, and comes back when one is undone.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="instructions")
    recorded_for = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", editable=False)
    kind = models.CharField("nature", max_length=20, choices=[(k.value, k.label) for k in InstructionKind])
    parts = EncryptedJSON("textes", sensitivity=Sensitivity.CLINICAL)
    valid_from = models.DateField("valable du")
    valid_until = models.DateField("au", null=True, blank=True)
    review_on = models.DateField("à relire avant le")
    written_by_id = models.UUIDField()
    written_by = EncryptedText("rédigée par", sensitivity=Sensitivity.OPERATIONAL)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    written_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = EncryptedText("pourquoi terminée", sensitivity=Sensitivity.CLINICAL, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    sensitivity = classify(
        operational="kind valid_from valid_until review_on written_at ended_at version",
        plain="id data_key patient recorded_for written_by_id care_unit",
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "consigne"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="instruction_kind", condition=Q(kind__in=[kind.value for kind in InstructionKind])
            ),
            models.CheckConstraint(
                name="instruction_period", condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="instruction_review", condition=Q(review_on__gte=F("valid_from"))),
            models.CheckConstraint(
                name="instruction_end_told",
                condition=Q(ended_at=None, end_reason=None) | Q(ended_at__isnull=False, end_reason__isnull=False),
            ),
        ]
        triggers: ClassVar[list[Any]] = [
            *ClinicalModel.Meta.triggers,
            pgtrigger.Protect(name="never_erased", operation=pgtrigger.Delete),
        ]

    pk: uuid.UUID
    patient_id: uuid.UUID

    def __str__(self) -> str:
        return f"consigne {self.pk}"

    def draft(self) -> Draft:
        """Its texts and dates as they are written; raises `Unreadable`."""
        return Draft(InstructionKind(self.kind), dict(self.parts), self.valid_from, self.valid_until, self.review_on)
