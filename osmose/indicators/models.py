"""What is measured, without anybody’s name."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.triggers import require_actor
from osmose.organisations.models import CareUnit

LONGEST = 3600  # seconds: beyond, somebody was doing something else


class Way(models.TextChoices):
    """From what to the record on the screen; for `TOLD`, from the alert to the click that opens it."""

    APPLICATION = "application", "Depuis l’ouverture d’Osmose"
    NOTIFICATION = "notification", "Depuis une notification"
    DIRECT = "direct", "Dossier ouvert directement"
    TOLD = "told", "De l’alerte à son ouverture"


# What a page may tell of itself; the wait of a notification is counted as it is opened.
PAGE_WAYS = frozenset({Way.APPLICATION, Way.NOTIFICATION, Way.DIRECT})


class Opening(models.Model):
    """One record that came to the screen: how many seconds after what, for which unit.

    Neither who nor which record, and of the instant only the week and the hour of the day: seven nights look alike,
    even where one person was alone on each. Its number tells no order either. An alert that waited longer than an hour
    counts for an hour.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    week = models.DateField()
    hour = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=12, choices=Way.choices)
    seconds = models.PositiveSmallIntegerField()

    sensitivity = classify(operational="week hour way seconds", plain="id unit")

    class Meta:
        verbose_name = "ouverture de dossier"
        constraints: ClassVar = [
            models.CheckConstraint(name="opening_hour", condition=Q(hour__lt=24)),
            models.CheckConstraint(name="opening_seconds", condition=Q(seconds__lte=LONGEST)),
            models.CheckConstraint(name="opening_monday", condition=Q(week__iso_week_day=1)),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "week"], name="opening_by_unit")]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"{self.way} {self.seconds} s"
