"""Who has read which note, and when."""

from typing import ClassVar

from django.db import models

from osmose.handover.models.notes import HandoverNote
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.triggers import append_only, require_actor
from osmose.organisations.models import CareUnit


class Receipt(models.Model):
    """Somebody had a note before their eyes for two seconds, in a page that they were looking at; once a reader.

    `care_unit` is the unit that they worked for then. Added, never changed: it is told in the handover, and answers
    « who knew? » afterwards.
    """

    id = models.BigAutoField(primary_key=True)
    note = models.ForeignKey(HandoverNote, on_delete=models.PROTECT, related_name="receipts")
    reader_id = models.UUIDField()
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    seen_at = models.DateTimeField()

    append_only = True
    sensitivity = classify(operational="seen_at", plain="id note reader_id care_unit")

    class Meta:
        verbose_name = "accusé de lecture"
        constraints: ClassVar = [models.UniqueConstraint(name="receipt_once", fields=["note", "reader_id"])]
        triggers: ClassVar = [require_actor(), *append_only()]

    def __str__(self) -> str:
        return f"lecture {self.id}"
