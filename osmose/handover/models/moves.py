"""« Erreur de dossier »: what was written in the wrong record."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models

from osmose.encounters.models import Encounter
from osmose.handover.models.notes import HandoverNote
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.db.triggers import require_actor
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit


@tracked("MisfilingHistory")
class Misfiling(ClinicalModel):
    """A note, or a click (`event_uid`), was of somebody else: withdrawn from `encounter`, sealed there.

    The note was written again in `right_encounter` as `right_note`, under that patient's own key; a click may have been
    done again there. `what` is what the wrong record said, in words. Nobody but those who control reads any of it here.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="misfilings")
    note = models.OneToOneField(HandoverNote, on_delete=models.PROTECT, related_name="misfiling", null=True)
    event_uid = models.UUIDField(unique=True)
    right_encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="+", null=True)
    right_note = models.OneToOneField(HandoverNote, on_delete=models.PROTECT, related_name="+", null=True)
    what = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    author_id = models.UUIDField()
    author_words = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField()

    sensitivity = classify(
        operational="recorded_at", plain="encounter note event_uid right_encounter right_note author_id care_unit"
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "erreur de dossier"
        indexes: ClassVar = [models.Index(fields=["-recorded_at"], name="misfiling_by_time")]
        triggers: ClassVar[list[Any]] = [
            *ClinicalModel.Meta.triggers,
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"erreur de dossier {self.id}"

    def event_subject(self) -> EventSubject:
        """The wrong record: whoever reads what was sealed there is journaled as its reader."""
        return self.encounter.event_subject()


class MisfilingNotice(models.Model):
    """Somebody had read it in the wrong record: they are told, until they say that they know."""

    id = models.BigAutoField(primary_key=True)
    misfiling = models.ForeignKey(Misfiling, on_delete=models.PROTECT, related_name="notices")
    reader_id = models.UUIDField()
    known_at = models.DateTimeField(null=True)

    never_deleted = True
    sensitivity = classify(operational="known_at", plain="id misfiling reader_id")

    class Meta:
        verbose_name = "avis d’erreur de dossier"
        constraints: ClassVar = [models.UniqueConstraint(name="notice_once", fields=["misfiling", "reader_id"])]
        indexes: ClassVar = [
            models.Index(fields=["reader_id"], condition=models.Q(known_at=None), name="notice_to_know")
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"avis {self.id}"
