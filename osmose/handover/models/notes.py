"""Handover notes: what is written by people, signed, and never changed."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models

from osmose.encounters.models import Encounter
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.organisations.models import CareUnit

NOTE_MAX = 20_000


class NoteKind(models.TextChoices):
    """The shape of a note; the structured ones (DAR, SAED, macrocible) come with the handover."""

    PLAIN = "plain", "Libre"


@tracked("HandoverNoteHistory")
class HandoverNote(ClinicalModel):
    """A transmission of a PEC, immutable once signed: the database refuses to change it.

    `confidential_unit` is the one unit that may read it, where its author wants it so. `author_words` is the author's
    name, function and unit as they were that day.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind.choices, default=NoteKind.PLAIN)
    text = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    author_id = models.UUIDField()
    author_words = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    confidential_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    sensitivity = classify(
        operational="kind occurred_at recorded_at", plain="encounter author_id care_unit confidential_unit"
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "transmission"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="note_not_in_the_future", condition=models.Q(occurred_at__lte=models.F("recorded_at"))
            )
        ]
        indexes: ClassVar = [models.Index(fields=["encounter", "-occurred_at"], name="note_by_encounter")]
        triggers: ClassVar[list[Any]] = [
            *ClinicalModel.Meta.triggers,
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"transmission {self.id}"
