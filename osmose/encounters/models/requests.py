"""What is asked for the patient of a PEC."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.encounters.lifecycle import RequestStatus, ResultFlag
from osmose.encounters.models.encounter import Encounter
from osmose.encounters.models.reference import RequestKind
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit


@tracked("ServiceRequestHistory")
class ServiceRequest(ClinicalModel):
    """A request of one kind in a PEC (FHIR ServiceRequest): its status, and a note apart from it.

    `result` is a `ResultFlag`, apart from the status, so that « vu » never hides « anormal ». One current row per
    kind; asking again after the end makes a new one. `addressed_unit` is who is asked; a unit of a partner gets its
    grant by it, never before. `expected_at` is the hour said with the status (« vers 14:30 »), `reason` the word with
    it: both go when the status does.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="requests")
    kind = models.ForeignKey(RequestKind, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=30)
    note = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    result = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
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
    expected_at = models.DateTimeField(null=True)
    reason = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)

    sensitivity = classify(
        operational="status is_current requested_at started_at done_at changed_at expected_at",
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
    def flag(self) -> ResultFlag | None:
        """What the result says, where somebody said it."""
        return ResultFlag(self.result) if self.result else None

    @property
    def since(self) -> datetime:
        """Since when the current status lasts, as the board counts it."""
        return self.changed_at

    def event_subject(self) -> EventSubject:
        return self.encounter.event_subject()
