"""What a unit prepares for its notes: its cibles and its phrases. No patient here: nothing is encrypted."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from osmose.handover.models.notes import FOCUS_MAX
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit

PHRASE_MAX = 500


class Focus(models.Model):
    """A cible that a unit offers in one click: what draws attention, never a diagnosis; free words stay possible."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="focuses", verbose_name="unité")
    label = models.CharField("cible", max_length=FOCUS_MAX)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    ended_at = models.DateTimeField("retirée le", null=True, blank=True)

    sensitivity = classify(operational="order ended_at", plain="id care_unit label")

    class Meta:
        verbose_name = "cible"
        verbose_name_plural = "cibles"
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="focus_label", fields=["care_unit", "label"], condition=Q(ended_at=None)),
            models.CheckConstraint(name="focus_labelled", condition=~Q(label="")),
        ]

    def __str__(self) -> str:
        return self.label

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)


class Phrase(models.Model):
    """Words that a unit writes every day, put into a note in one click under a short name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="phrases", verbose_name="unité")
    label = models.CharField("nom court", max_length=40)
    text = models.CharField("phrase", max_length=PHRASE_MAX)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    ended_at = models.DateTimeField("retirée le", null=True, blank=True)

    sensitivity = classify(operational="order ended_at", plain="id care_unit label text")

    class Meta:
        verbose_name = "phrase"
        verbose_name_plural = "phrases"
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="phrase_label", fields=["care_unit", "label"], condition=Q(ended_at=None)),
            models.CheckConstraint(name="phrase_written", condition=~Q(label="") & ~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.label

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)
