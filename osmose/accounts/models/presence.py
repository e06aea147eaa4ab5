"""Who is available for what, since when and until about when; who is on call when nobody is there.

About the staff, never about a patient: nothing here names one, and what a person did on another day is kept nowhere.
"""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from osmose.accounts.models.people import User
from osmose.accounts.rules.presence import OnCallKind, PresenceMeaning, Status
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.ranges import no_overlap
from osmose.kernel.db.triggers import require_actor
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit

PLACE_MAX, ON_CALL_WORDS = 40, 60
USUAL_LONGEST = 720
# « 7 21 40 », « 06 12 34 56 78 », « 72140 ».
NUMBER = r"^[0-9+][0-9 .]{1,18}$"
_MEANINGS = [(meaning.value, meaning.label) for meaning in PresenceMeaning]


class PresenceStatus(models.Model):
    """A status that the people of a unit may say, in the unit's own word; what it means decides icon and alerts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, related_name="presence_statuses", verbose_name="unité"
    )
    label = models.CharField("libellé", max_length=30)
    meaning = models.CharField("sens", max_length=12, choices=_MEANINGS)
    usual_minutes = models.PositiveSmallIntegerField(
        "durée habituelle (min)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(USUAL_LONGEST)],
    )
    order = models.PositiveSmallIntegerField("ordre", default=0)
    ended_at = models.DateTimeField("retiré le", null=True, blank=True)

    sensitivity = classify(operational="meaning usual_minutes order ended_at", plain="id care_unit label")

    class Meta:
        verbose_name = "statut d’activité"
        verbose_name_plural = "statuts d’activité"
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="presencestatus_label", fields=["care_unit", "label"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="presencestatus_labelled", condition=~Q(label="")),
            models.CheckConstraint(
                name="presencestatus_meaning", condition=Q(meaning__in=[m.value for m in PresenceMeaning])
            ),
            models.CheckConstraint(
                name="presencestatus_usual",
                condition=Q(usual_minutes=None) | Q(usual_minutes__range=(1, USUAL_LONGEST)),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)

    @property
    def status(self) -> Status:
        return Status(str(self.pk), self.label, PresenceMeaning(self.meaning), self.usual_minutes)


class PresencePeriod(models.Model):
    """What somebody said that they are doing, from and to; at most one is open for each person.

    `label` is the word as it was said. `cause_id` is the interview that set it by itself, empty when the person did;
    it is never shown. Closed periods live until the next day, then only `PresenceHour` remains.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=30)
    meaning = models.CharField(max_length=12, choices=_MEANINGS)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=PLACE_MAX, blank=True)
    cause_id = models.UUIDField(null=True)

    sensitivity = classify(
        operational="label meaning starts_at ends_at expected_at place", plain="id user care_unit cause_id"
    )

    class Meta:
        verbose_name = "statut en cours"
        constraints: ClassVar = [
            models.UniqueConstraint(name="presenceperiod_one_open", fields=["user"], condition=Q(ends_at=None)),
            no_overlap("presenceperiod_no_overlap", "user_id", starts="starts_at", ends="ends_at"),
            models.CheckConstraint(
                name="presenceperiod_period", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))
            ),
            models.CheckConstraint(
                name="presenceperiod_expected", condition=Q(expected_at=None) | Q(expected_at__gte=F("starts_at"))
            ),
            models.CheckConstraint(
                name="presenceperiod_meaning", condition=Q(meaning__in=[m.value for m in PresenceMeaning])
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["care_unit"], name="presenceperiod_open", condition=Q(ends_at=None)),
            models.Index(fields=["ends_at"], name="presenceperiod_ended"),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"statut {self.id}"


class PresenceHour(models.Model):
    """How many statuses of that meaning a unit had during a clock hour, and for how many seconds in all.

    All that is kept of a day that is over: no name, no person's hours.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    meaning = models.CharField(max_length=12, choices=_MEANINGS)
    hour_at = models.DateTimeField()
    periods = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()

    sensitivity = classify(operational="meaning hour_at periods seconds", plain="id care_unit")

    class Meta:
        verbose_name = "heure de présence"
        constraints: ClassVar = [
            models.UniqueConstraint(name="presencehour_once", fields=["care_unit", "hour_at", "meaning"]),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"{self.meaning} {self.hour_at}"


class OnCall(models.Model):
    """Who is called for a unit from one hour to another, and at which number: a person, or a function.

    Taken off, never deleted: the journal speaks of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", verbose_name="unité")
    kind = models.CharField("nature", max_length=8, choices=[(kind.value, kind.label) for kind in OnCallKind])
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="professionnel"
    )
    words = models.CharField("fonction", max_length=ON_CALL_WORDS, blank=True)
    number = models.CharField("numéro", max_length=20, validators=[RegexValidator(NUMBER)])
    starts_at = models.DateTimeField("de")
    ends_at = models.DateTimeField("à")
    cancelled_at = models.DateTimeField("retirée le", null=True, blank=True)

    never_deleted = True
    sensitivity = classify(operational="kind words number starts_at ends_at cancelled_at", plain="id care_unit user")

    class Meta:
        verbose_name = "garde ou astreinte"
        verbose_name_plural = "gardes et astreintes"
        constraints: ClassVar = [
            models.CheckConstraint(name="oncall_period", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="oncall_who", condition=~Q(user=None) | ~Q(words="")),
            models.CheckConstraint(name="oncall_number", condition=Q(number__regex=NUMBER)),
            models.CheckConstraint(name="oncall_kind", condition=Q(kind__in=[kind.value for kind in OnCallKind])),
            no_overlap(
                "oncall_person_once",
                "care_unit_id",
                "user_id",
                starts="starts_at",
                ends="ends_at",
                condition=Q(cancelled_at=None) & ~Q(user=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["care_unit", "ends_at"], name="oncall_by_unit", condition=Q(cancelled_at=None)),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return str(self.user) if self.user_id else self.words

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.care_unit_id)
