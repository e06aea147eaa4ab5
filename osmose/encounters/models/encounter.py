"""The PEC (encounter)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.encounters.lifecycle import ArrivalMode, Destination, EncounterStatus, ExitMode, Orientation
from osmose.encounters.lifecycle.arrivals import CODE as MODE_CODE
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit, Establishment
from osmose.patients.models import Patient

MOTIF_MAX = 500


@tracked("EncounterHistory")
class Encounter(ClinicalModel):
    """One prise en charge: from arrival to closure, whoever takes part in it.

    `version` moves with every clinical event on it; `revisions` counts the changes of each field, so that conflicts
    are decided field by field. Who may see it is in `kernel.access.Grant`, and nowhere else. `coming_at` is about when
    somebody said that they come, `coming_by` who in few words; both go when an interview begins.
    """

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="encounters")
    visit_number = EncryptedText(sensitivity=Sensitivity.IDENTIFYING, null=True)
    visit_token = models.BinaryField(max_length=16, null=True)
    status = models.CharField(max_length=10, default=EncounterStatus.ACTIVE)
    motif = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    arrival_mode = models.CharField(max_length=20, default=ArrivalMode.UNKNOWN)
    arrived_at = models.DateTimeField()
    exited_at = models.DateTimeField(null=True)
    exit_mode = models.CharField(max_length=2, blank=True, default="")
    destination = models.CharField(max_length=1, blank=True, default="")
    orientation = models.CharField(max_length=5, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    coming_at = models.DateTimeField(null=True)
    coming_by = EncryptedText(sensitivity=Sensitivity.OPERATIONAL, null=True)
    version = models.PositiveIntegerField(default=1)
    revisions = models.JSONField(default=dict)

    sensitivity = classify(
        operational="status arrival_mode arrived_at exited_at exit_mode destination orientation closed_at reopened_at "
        "coming_at",
        plain="establishment care_unit patient visit_token version revisions",
    )

    class Meta(ClinicalModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["establishment", "visit_token"],
                condition=~Q(status=EncounterStatus.CANCELLED.value),
                name="encounter_one_per_visit",
            ),
            models.CheckConstraint(name="encounter_status", condition=Q(status__in=[s.value for s in EncounterStatus])),
            models.CheckConstraint(
                name="encounter_times",
                condition=(Q(exited_at=None) | Q(exited_at__gte=F("arrived_at")))
                & (Q(closed_at=None) | Q(closed_at__gte=F("exited_at"))),
            ),
            models.CheckConstraint(
                name="encounter_exit",
                condition=Q(status__in=["sortie", "cloturee"], exited_at__isnull=False)
                | Q(status__in=["active", "annulee"], exited_at=None),
            ),
            models.CheckConstraint(
                name="encounter_closure",
                condition=Q(status="cloturee", closed_at__isnull=False) | (~Q(status="cloturee") & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="encounter_coming",
                condition=Q(coming_at=None, coming_by=None) | Q(coming_at__isnull=False, coming_by__isnull=False),
            ),
            models.CheckConstraint(
                name="encounter_exit_mode", condition=Q(exit_mode="") | Q(exit_mode__in=[m.value for m in ExitMode])
            ),
            models.CheckConstraint(
                name="encounter_destination",
                condition=Q(destination="") | Q(destination__in=[d.value for d in Destination]),
            ),
            models.CheckConstraint(
                name="encounter_orientation",
                condition=Q(orientation="") | Q(orientation__in=[o.value for o in Orientation]),
            ),
            models.CheckConstraint(name="encounter_arrival_mode", condition=Q(arrival_mode__regex=MODE_CODE)),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-arrived_at"], condition=Q(status__in=["active", "sortie"]), name="encounter_open_by_arrival"
            ),
            models.Index(fields=["patient", "-arrived_at"], name="encounter_by_patient"),
            models.Index(fields=["-closed_at", "-id"], condition=Q(status="cloturee"), name="encounter_by_closure"),
        ]

    def __str__(self) -> str:
        return f"PEC {self.id}"

    def event_subject(self) -> EventSubject:
        return EventSubject(subject_id=self.id, person_id=self.patient_id, data_key_id=self.data_key_id)

    @property
    def is_open(self) -> bool:
        return self.status in (EncounterStatus.ACTIVE, EncounterStatus.EXITED)
