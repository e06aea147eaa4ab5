"""The PEC (encounter), its places and its requests."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.encounters.lifecycle import ArrivalMode, EncounterStatus, ExitMode, RequestStatus, RequestTable
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.db.ranges import no_overlap
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit, Establishment, Location
from osmose.patients.models import Patient

MOTIF_MAX = 500


@tracked("EncounterHistory")
class Encounter(ClinicalModel):
    """One prise en charge: from arrival to closure, whoever takes part in it.

    `version` moves with every clinical event on it; `revisions` counts the changes of each field, so that conflicts
    are decided field by field. Who may see it is in `kernel.access.Grant`, and nowhere else.
    """

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="encounters")
    visit_number = EncryptedText(sensitivity=Sensitivity.IDENTIFYING, null=True)
    visit_token = models.BinaryField(max_length=16, null=True)
    status = models.CharField(max_length=10, default=EncounterStatus.ACTIVE)
    motif = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    arrival_mode = models.CharField(max_length=12, default=ArrivalMode.UNKNOWN)
    arrived_at = models.DateTimeField()
    exited_at = models.DateTimeField(null=True)
    exit_mode = models.CharField(max_length=2, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    revisions = models.JSONField(default=dict)

    sensitivity = classify(
        operational="status arrival_mode arrived_at exited_at exit_mode closed_at",
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
                name="encounter_exit_mode", condition=Q(exit_mode="") | Q(exit_mode__in=[m.value for m in ExitMode])
            ),
            models.CheckConstraint(
                name="encounter_arrival_mode", condition=Q(arrival_mode__in=[m.value for m in ArrivalMode])
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-arrived_at"], condition=Q(status__in=["active", "sortie"]), name="encounter_open_by_arrival"
            ),
            models.Index(fields=["patient"], name="encounter_by_patient"),
        ]

    def __str__(self) -> str:
        return f"PEC {self.id}"

    def event_subject(self) -> EventSubject:
        return EventSubject(subject_id=self.id, person_id=self.patient_id, data_key_id=self.data_key_id)

    @property
    def is_open(self) -> bool:
        return self.status in (EncounterStatus.ACTIVE, EncounterStatus.EXITED)


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


class RequestKind(models.Model):
    """A kind of request of an establishment: its words and its transitions are data, added without code."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="request_kinds")
    code = models.SlugField("code", max_length=30)
    label = models.CharField("libellé", max_length=60)
    short_label = models.CharField("libellé court", max_length=20)
    icon = models.CharField("icône", max_length=30, default="clipboard-list")
    order = models.PositiveSmallIntegerField("ordre", default=0)
    statuses = models.JSONField("états")
    transitions = models.JSONField("passages")
    is_psychiatric = models.BooleanField("psychiatrie", default=False)
    addressees = models.ManyToManyField(CareUnit, related_name="+", blank=True, verbose_name="unités destinataires")
    ended_at = models.DateTimeField("retirée le", null=True, blank=True)

    sensitivity = classify(
        operational="is_psychiatric ended_at",
        plain="id establishment code label short_label icon order statuses transitions addressees",
    )

    class Meta:
        verbose_name = "type de demande"
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["establishment", "code"], name="requestkind_code")]

    def __str__(self) -> str:
        return self.label

    @property
    def table(self) -> RequestTable:
        return RequestTable.from_json(self.statuses, self.transitions)

    def event_subject(self) -> EventSubject:
        """Reference data: about no patient, sealed under the system key by who records it."""
        from osmose.kernel.crypto import keys

        return EventSubject(subject_id=self.id, person_id=None, data_key_id=keys.system().pk)


@tracked("ServiceRequestHistory")
class ServiceRequest(ClinicalModel):
    """A request of one kind in a PEC (FHIR ServiceRequest): its status, and a note apart from it.

    One current row per kind; asking again after the end makes a new one. `addressed_unit` is who is asked; a unit of
    a partner gets its grant by it, never before.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="requests")
    kind = models.ForeignKey(RequestKind, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=30)
    note = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    addressed_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    is_current = models.BooleanField(default=True)
    requested_at = models.DateTimeField(null=True)
    requested_by = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    started_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    changed_at = models.DateTimeField()
    changed_by = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)

    sensitivity = classify(
        operational="status is_current requested_at started_at done_at changed_at",
        plain="encounter kind addressed_unit requested_by started_by done_by",
    )

    class Meta(ClinicalModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["encounter", "kind"], condition=Q(is_current=True), name="request_one_current"
            ),
            models.CheckConstraint(
                name="request_times",
                condition=(Q(started_at=None) | Q(requested_at=None) | Q(started_at__gte=F("requested_at")))
                & (Q(done_at=None) | Q(started_at=None) | Q(done_at__gte=F("started_at"))),
            ),
            models.CheckConstraint(
                name="request_by",
                condition=Q(requested_at=None, requested_by=None)
                | Q(requested_at__isnull=False, requested_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"demande {self.id}"

    @property
    def state(self) -> RequestStatus:
        return self.kind.table.status(self.status)

    @property
    def since(self) -> datetime:
        """Since when the current status lasts, as the board counts it."""
        return self.changed_at

    def event_subject(self) -> EventSubject:
        return self.encounter.event_subject()
