"""Reference data of treatments: the public list of French medicines, and what each unit gives most."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from osmose.handover.rules.doses import ROUTES, UNITS
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit, moves_reference_epoch

CIS = r"^[0-9]{8}$"


class Medicine(models.Model):
    """One speciality of the public medicines files (BDPM), by its CIS code; one that is no longer sold is ended.

    `search` is its name and substances without accents, in capitals.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cis = models.CharField("code CIS", max_length=8, unique=True)
    label = models.CharField("dénomination", max_length=300)
    form = models.CharField("forme", max_length=200, blank=True)
    routes = ArrayField(models.CharField(max_length=60), verbose_name="voies", default=list, blank=True)
    substances = models.CharField("substances", max_length=600, blank=True)
    search = models.CharField(max_length=1000)
    ended_at = models.DateTimeField("retirée le", null=True, blank=True)

    sensitivity = classify(operational="ended_at", plain="id cis label form routes substances search")

    class Meta:
        verbose_name = "médicament"
        verbose_name_plural = "médicaments"
        constraints: ClassVar = [
            models.CheckConstraint(name="medicine_cis", condition=Q(cis__regex=CIS)),
            models.CheckConstraint(name="medicine_named", condition=~Q(label="")),
        ]

    def __str__(self) -> str:
        return self.label


class FavouriteMedicine(models.Model):
    """What a unit gives often: offered first, in one click, with its usual dose and way."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", verbose_name="unité")
    label = models.CharField("médicament", max_length=80)
    usual_dose = models.DecimalField("dose habituelle", max_digits=11, decimal_places=4, null=True, blank=True)
    dose_unit = models.CharField("unité de dose", max_length=10, choices=list(UNITS.items()), blank=True)
    route = models.CharField("voie", max_length=10, choices=list(ROUTES.items()), blank=True)
    is_sedation = models.BooleanField("sédation", default=False)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    ended_at = models.DateTimeField("retiré le", null=True, blank=True)

    sensitivity = classify(
        operational="usual_dose dose_unit route is_sedation order ended_at", plain="id care_unit label"
    )

    class Meta:
        verbose_name = "médicament favori"
        verbose_name_plural = "médicaments favoris"
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["care_unit", "label", "route"], condition=Q(ended_at=None), name="favouritemedicine_once"
            ),
            models.CheckConstraint(name="favouritemedicine_named", condition=~Q(label="")),
            models.CheckConstraint(
                name="favouritemedicine_dose", condition=Q(usual_dose=None) | (Q(usual_dose__gt=0) & ~Q(dose_unit=""))
            ),
        ]
        triggers: ClassVar = [moves_reference_epoch()]

    def __str__(self) -> str:
        return self.label

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)
