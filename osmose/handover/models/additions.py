"""What is added to a note after it was signed; the note itself never changes."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from osmose.handover.models.notes import HandoverNote
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.organisations.models import CareUnit

ADDITION_MAX = 10_000
REASON_MAX = 300


class AdditionKind(models.TextChoices):
    """What an addition says of its note."""

    RESULT = "result", "Résultat ajouté"
    ADDENDUM = "addendum", "Complément"
    CLOSURE = "closure", "Cible close"
    ACKNOWLEDGEMENT = "ack", "Bien reçu"
    STRIKE = "strike", "Rayée"


# Said once of a note: by whom and when counts, a second one would say nothing.
ONCE = (AdditionKind.STRIKE, AdditionKind.CLOSURE)


@tracked("NoteAdditionHistory")
class NoteAddition(ClinicalModel):
    """A result, an addendum, a strike with its reason…: by its own author, at its own hour; never changed either.

    `text` may be empty where the kind says all (a SAED acknowledged). `author_words` as in the note.
    """

    note = models.ForeignKey(HandoverNote, on_delete=models.PROTECT, related_name="additions")
    kind = models.CharField(max_length=10, choices=AdditionKind.choices)
    text = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    author_id = models.UUIDField()
    author_words = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    sensitivity = classify(operational="kind occurred_at recorded_at", plain="note author_id care_unit")

    class Meta(ClinicalModel.Meta):
        verbose_name = "ajout à une transmission"
        constraints: ClassVar = [
            models.CheckConstraint(name="addition_kind", condition=Q(kind__in=AdditionKind.values)),
            models.CheckConstraint(name="addition_not_in_the_future", condition=Q(occurred_at__lte=F("recorded_at"))),
            models.UniqueConstraint(
                name="addition_once", fields=["note", "kind"], condition=Q(kind__in=[k.value for k in ONCE])
            ),
            models.UniqueConstraint(
                name="addition_one_receipt_a_unit",
                fields=["note", "care_unit"],
                condition=Q(kind=AdditionKind.ACKNOWLEDGEMENT.value),
            ),
        ]
        triggers: ClassVar[list[Any]] = [
            *ClinicalModel.Meta.triggers,
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"ajout {self.id}"
