"""The one table that says who may see."""

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.ranges import in_force
from osmose.kernel.db.triggers import require_actor, tell_changes
from osmose.kernel.events import CHANNEL


class Source(models.TextChoices):
    """Why a grant exists."""

    OWNER = "owner", "Unité responsable"
    GUEST = "guest", "Unité associée"
    BREAK_GLASS = "break-glass", "Accès exceptionnel"
    DELEGATION = "delegation", "Délégation"


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, at: datetime) -> "GrantQuerySet":
        return self.filter(in_force(at))

    def of(self, subject_id: uuid.UUID) -> "GrantQuerySet":
        return self.filter(subject_id=subject_id)


class Grant(models.Model):
    """A unit (or one user) may see one subject, for a scope, from and until.

    There is no second list of participations to fall out of step. Ended, never deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField()
    person_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    scope = ArrayField(models.CharField(max_length=40))
    source = models.CharField(max_length=20, choices=Source.choices)
    agreement_id = models.UUIDField(null=True)
    cause_id = models.UUIDField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()
    never_deleted = True
    sensitivity = classify(
        operational="scope source starts_at ends_at",
        plain="id subject_id person_id unit_id user_id agreement_id cause_id",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"],
                condition=Q(source="owner", ends_at__isnull=True),
                name="grant_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(unit_id__isnull=False, user_id__isnull=True)
                | Q(unit_id__isnull=True, user_id__isnull=False),
                name="grant_unit_or_user",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=models.F("starts_at")), name="grant_period"
            ),
        ]
        indexes = [
            models.Index(fields=["unit_id", "subject_id"], name="grant_by_unit"),
            models.Index(fields=["subject_id"], name="grant_by_subject"),
            models.Index(fields=["person_id"], name="grant_by_person"),
            models.Index(fields=["agreement_id"], name="grant_by_agreement"),
            models.Index(fields=["user_id"], condition=Q(user_id__isnull=False), name="grant_by_user"),
        ]
        triggers = [require_actor(), *tell_changes(CHANNEL, "access", "subject_id")]

    def __str__(self) -> str:
        return f"{self.source} {self.id}"
