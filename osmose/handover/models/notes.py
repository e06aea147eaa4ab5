"""Handover notes: what is written by people, signed, and never changed."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from osmose.accounts.rules import Profession
from osmose.encounters.models import Encounter
from osmose.handover.rules import said
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedJSON, EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.organisations.models import CareUnit

# Of one field; a note of several has as much in each, and NOTE_TOTAL in all.
NOTE_MAX = 20_000
NOTE_TOTAL = 40_000
FOCUS_MAX = 80


class NoteKind(models.TextChoices):
    """The form of a note."""

    PLAIN = "plain", "Libre"
    FOCUS = "focus", "Transmission ciblée"
    SAED = "saed", "SAED"
    MACRO = "macro", "Macrocible"


class MacroStage(models.TextChoices):
    """At which point of the stay a macrocible sums it up."""

    ENTRY = "entry", "Macrocible d’entrée"
    INTERMEDIATE = "interim", "Macrocible intermédiaire"
    EXIT = "exit", "Macrocible de sortie"


def _immutable() -> pgtrigger.Trigger:
    return pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)


@tracked("HandoverNoteHistory")
class HandoverNote(ClinicalModel):
    """A transmission of a PEC, immutable once signed: the database refuses to change it.

    A plain one has its `text`; the others leave it empty and have `parts` (`rules.SHAPES`), with the `focus` (cible) of
    a transmission ciblée, the `stage` of a macrocible, and the hour before which a SAED expects its answer.
    `confidential_unit` or `confidential_category` is the one unit, or profession, that may read it where its author
    wants it so. `third_party` is what somebody else confided about the patient, kept apart from what the patient may
    read. `author_words` is the author's name, function and unit as they were that day.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind.choices, default=NoteKind.PLAIN)
    stage = models.CharField(max_length=10, choices=MacroStage.choices, default="", db_default="", blank=True)
    text = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    focus = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    parts = EncryptedJSON(sensitivity=Sensitivity.CLINICAL, null=True)
    third_party = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    is_urgent = models.BooleanField(default=False, db_default=False)
    answer_by = models.DateTimeField(null=True)
    author_id = models.UUIDField()
    author_words = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    confidential_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    confidential_category = models.CharField(max_length=12, default="", db_default="", blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    sensitivity = classify(
        operational="kind stage is_urgent answer_by occurred_at recorded_at",
        plain="encounter author_id care_unit confidential_unit confidential_category",
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "transmission"
        constraints: ClassVar = [
            models.CheckConstraint(name="note_not_in_the_future", condition=Q(occurred_at__lte=F("recorded_at"))),
            models.CheckConstraint(name="note_kind", condition=Q(kind__in=NoteKind.values)),
            models.CheckConstraint(
                name="note_stage",
                condition=Q(kind=NoteKind.MACRO, stage__in=MacroStage.values) | (~Q(kind=NoteKind.MACRO) & Q(stage="")),
            ),
            models.CheckConstraint(name="note_answer", condition=Q(answer_by=None) | Q(kind=NoteKind.SAED)),
            models.CheckConstraint(
                name="note_category", condition=Q(confidential_category__in=["", *(p.value for p in Profession)])
            ),
            models.CheckConstraint(
                name="note_one_secret", condition=Q(confidential_unit=None) | Q(confidential_category="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["encounter", "-occurred_at"], name="note_by_encounter")]
        triggers: ClassVar[list[Any]] = [*ClinicalModel.Meta.triggers, _immutable()]

    def __str__(self) -> str:
        return f"transmission {self.id}"

    @property
    def is_confidential(self) -> bool:
        """Kept for one unit, or one profession: lists that a whole audience reads leave it out."""
        return self.confidential_unit_id is not None or bool(self.confidential_category)

    @property
    def words(self) -> str:
        """The note on one line, whatever its form, without what was confided about others: for lists."""
        if self.kind == NoteKind.PLAIN:
            return self.text
        return said(self.kind, self.focus or "", self.parts)


@tracked("NoteRecipientHistory")
class NoteRecipient(ClinicalModel):
    """A unit or a person to whom a note is addressed, as it was signed. It gives no right to read: grants do.

    `words` is how the unit or the person was named that day.
    """

    note = models.ForeignKey(HandoverNote, on_delete=models.PROTECT, related_name="recipients")
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    user_id = models.UUIDField(null=True)
    words = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)

    sensitivity = classify(plain="note care_unit user_id")

    class Meta(ClinicalModel.Meta):
        verbose_name = "destinataire"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="recipient_unit_or_user",
                condition=Q(care_unit__isnull=False, user_id=None) | Q(care_unit=None, user_id__isnull=False),
            ),
            models.UniqueConstraint(name="recipient_unit_once", fields=["note", "care_unit"]),
            models.UniqueConstraint(name="recipient_user_once", fields=["note", "user_id"]),
        ]
        indexes: ClassVar = [models.Index(fields=["user_id"], name="recipient_by_user")]
        triggers: ClassVar[list[Any]] = [*ClinicalModel.Meta.triggers, _immutable()]

    def __str__(self) -> str:
        return f"destinataire {self.id}"
