"""Reference data of an establishment that belong to PECs: request kinds, motifs, modes of arrival. No patient here."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from osmose.encounters.lifecycle import RequestTable
from osmose.encounters.lifecycle.arrivals import CODE as MODE_CODE
from osmose.encounters.lifecycle.arrivals import TRANSPORTS
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit, Establishment, moves_reference_epoch


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
        verbose_name_plural = "types de demande"
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["establishment", "code"], name="requestkind_code")]
        triggers: ClassVar = [moves_reference_epoch()]

    def __str__(self) -> str:
        return self.label

    @property
    def table(self) -> RequestTable:
        return RequestTable.from_json(self.statuses, self.transitions)

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)


class Motif(models.Model):
    """A reason for coming that an establishment, or one of its units, offers in one click; free text stays possible."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="motifs", verbose_name="établissement"
    )
    care_unit = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="unité"
    )
    label = models.CharField("libellé", max_length=80)
    is_favourite = models.BooleanField("favori", default=False)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    ended_at = models.DateTimeField("retiré le", null=True, blank=True)

    sensitivity = classify(operational="is_favourite order ended_at", plain="id establishment care_unit label")

    class Meta:
        verbose_name = "motif"
        verbose_name_plural = "motifs"
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["establishment", "care_unit", "label"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="motif_label",
            ),
            models.CheckConstraint(name="motif_not_empty", condition=~Q(label="")),
        ]
        triggers: ClassVar = [moves_reference_epoch()]

    def __str__(self) -> str:
        return self.label

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)


class ModeOfArrival(models.Model):
    """A way of arriving that an establishment offers, and the RPU's word for it; the code is what a PEC keeps."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="modes_of_arrival", verbose_name="établissement"
    )
    code = models.CharField("code", max_length=20, validators=[RegexValidator(MODE_CODE)])
    label = models.CharField("libellé", max_length=40)
    transport = models.CharField("transport (RPU)", max_length=5, blank=True, choices=list(TRANSPORTS.items()))
    order = models.PositiveSmallIntegerField("ordre", default=0)
    ended_at = models.DateTimeField("retiré le", null=True, blank=True)

    sensitivity = classify(operational="transport order ended_at", plain="id establishment code label")

    class Meta:
        verbose_name = "mode d’arrivée"
        verbose_name_plural = "modes d’arrivée"
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["establishment", "code"], name="modeofarrival_code"),
            models.CheckConstraint(name="modeofarrival_code_form", condition=Q(code__regex=MODE_CODE)),
            models.CheckConstraint(name="modeofarrival_label", condition=~Q(label="")),
        ]
        triggers: ClassVar = [moves_reference_epoch()]

    def __str__(self) -> str:
        return self.label

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)
