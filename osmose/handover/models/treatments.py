"""Treatments given during a PEC: an information for who cares next, never a prescription."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.encounters.models import Encounter
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.organisations.models import CareUnit

DRUG_MAX, EFFECT_MAX, REASON_MAX, GIVER_MAX = 120, 500, 200, 120


@tracked("TreatmentGivenHistory")
class TreatmentGiven(ClinicalModel):
    """One drug given once: which, how much, by which way, when, by whom, what it did.

    Only its effect is added later (the last one noted; the timeline keeps them all). A mistake is struck, never erased.
    `giver_words` is who gave it where the author only wrote it down. `event_uid` is the line of the timeline.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="treatments")
    drug = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    dose = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    dose_unit = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    route = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    is_sedation = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    author_id = models.UUIDField()
    author_words = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)
    giver_words = EncryptedText(sensitivity=Sensitivity.OPERATIONAL, null=True)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    effect = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    effect_at = models.DateTimeField(null=True)
    effect_by = EncryptedText(sensitivity=Sensitivity.OPERATIONAL, null=True)
    struck_at = models.DateTimeField(null=True)
    struck_reason = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    struck_by = EncryptedText(sensitivity=Sensitivity.OPERATIONAL, null=True)
    event_uid = models.UUIDField(null=True)

    sensitivity = classify(
        operational="is_sedation given_at recorded_at effect_at struck_at",
        plain="encounter author_id care_unit event_uid",
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "traitement donné"
        constraints: ClassVar = [
            models.CheckConstraint(name="treatment_not_in_the_future", condition=Q(given_at__lte=F("recorded_at"))),
            models.CheckConstraint(
                name="treatment_effect_after", condition=Q(effect_at=None) | Q(effect_at__gte=F("given_at"))
            ),
            models.CheckConstraint(
                name="treatment_struck_for_a_reason",
                condition=Q(struck_at=None, struck_reason=None)
                | Q(struck_at__isnull=False, struck_reason__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["encounter", "-given_at"], name="treatment_by_encounter"),
            models.Index(
                fields=["encounter", "-given_at"],
                condition=Q(is_sedation=True, struck_at=None),
                name="treatment_last_sedation",
            ),
        ]

    def __str__(self) -> str:
        return f"traitement donné {self.id}"
