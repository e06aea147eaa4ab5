"""What is noted of the patient of a PEC, and who is in charge."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.accounts.models import User
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Ccmu, Tracked, Triage, read_value
from osmose.encounters.models.charge import SectorDuty
from osmose.encounters.models.encounter import Encounter
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedJSON
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel

PLAIN_FIELDS = ("triage", "ccmu")


@tracked("TrackingHistory")
class Tracking(ClinicalModel):
    """What the founding screens note of a patient; a PEC has none until something is noted.

    Whether somebody is worried, whether the patient is introuvable, the triage and the CCMU are in clear, since boards
    are ordered by them; all the rest, the reasons of the worry included, is encrypted. Somebody introuvable is so while
    the PEC is active: an exit ends it, whatever was noted.
    """

    encounter = models.OneToOneField(Encounter, on_delete=models.PROTECT, related_name="tracking")
    is_of_concern = models.BooleanField(default=False)
    concern = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    triage = models.CharField(max_length=2, blank=True, default="")
    ccmu = models.CharField(max_length=1, blank=True, default="")
    company = EncryptedJSON(sensitivity=Sensitivity.IDENTIFYING, null=True)
    treatment = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    allergies = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    cognition = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    alcohol = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    substances = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    decision = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)

    is_missing = models.BooleanField(default=False)
    missing = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    guardians = EncryptedJSON(sensitivity=Sensitivity.IDENTIFYING, null=True)
    watch = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    watch_check = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    belongings = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    restraint = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)

    sensitivity = classify(operational="is_of_concern is_missing triage ccmu", plain="encounter")

    class Meta(ClinicalModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                name="tracking_triage", condition=Q(triage="") | Q(triage__in=[t.value for t in Triage])
            ),
            models.CheckConstraint(name="tracking_ccmu", condition=Q(ccmu="") | Q(ccmu__in=[c.value for c in Ccmu])),
            models.CheckConstraint(
                name="tracking_concern", condition=Q(is_of_concern=False) | Q(concern__isnull=False)
            ),
            models.CheckConstraint(
                name="tracking_missing",
                condition=Q(is_missing=False, missing__isnull=True) | Q(is_missing=True, missing__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"suivi {self.id}"

    def value(self, field: str) -> Tracked | None:
        """What a field says; None where nothing was noted."""
        return read_value(field, getattr(self, field))

    def stored(self, field: str) -> Any:
        """What a field's column holds, as events keep it."""
        return getattr(self, field) or None


@tracked("AssignmentHistory")
class Assignment(ClinicalModel):
    """Who is in charge of the patient, by role: « référent IDE », « médecin », « psy »; one at a time.

    `duty` is the sector that gave the patient; without one, somebody was named.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    # The sector's duty that gave the patient; without one, somebody was named. No constraint: nothing is ever deleted.
    duty = models.ForeignKey(
        SectorDuty, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )

    sensitivity = classify(operational="role starts_at ends_at", plain="encounter user duty")

    class Meta(ClinicalModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="assignment_role", condition=Q(role__in=[r.value for r in Referent])),
            models.CheckConstraint(
                name="assignment_period", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))
            ),
            models.UniqueConstraint(
                fields=["encounter", "role"], condition=Q(ends_at=None), name="assignment_one_a_role"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=Q(ends_at=None), name="assignment_of_user"),
        ]

    def __str__(self) -> str:
        return f"référent {self.id}"
