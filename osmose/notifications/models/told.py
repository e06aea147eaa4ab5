"""Notifications and escalations. Nothing that tells of anybody: sentences are drawn from the event when it is read."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from osmose.accounts.models import User
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.triggers import require_actor
from osmose.notifications.rules import Manner


class Notification(models.Model):
    """One event told to one person, once: `event_uid` is the first event where a click was put at another hour since.

    `event_id` and `recorded_at` find the event to read. `unit_id` is the unit for which they are told. `step` counts
    the escalations that reached them. `cleared_at`: somebody else took it, or the event was undone.
    `away_ids` and `passed_ids`, for the author: who could not be disturbed, and who was told in their place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    notice = models.CharField(max_length=60)
    event_id = models.BigIntegerField()
    event_uid = models.UUIDField()
    recorded_at = models.DateTimeField()
    subject_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    manner = models.CharField(max_length=8)
    step = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.UUIDField(null=True)
    away_ids = ArrayField(models.UUIDField(), default=list)
    passed_ids = ArrayField(models.UUIDField(), default=list)

    sensitivity = classify(
        operational="notice manner step told_at read_at cleared_at recorded_at",
        plain="id user event_id event_uid subject_id unit_id cleared_by away_ids passed_ids",
    )

    class Meta:
        verbose_name = "notification"
        constraints: ClassVar = [
            models.UniqueConstraint(name="notification_once", fields=["user", "event_uid"]),
            models.UniqueConstraint(
                name="notification_one_line",
                fields=["user"],
                condition=Q(manner=Manner.LINE.value, read_at=None, cleared_at=None),
            ),
            models.CheckConstraint(name="notification_manner", condition=Q(manner__in=[m.value for m in Manner])),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-told_at"], name="notification_inbox"),
            models.Index(fields=["user"], condition=Q(read_at=None, cleared_at=None), name="notification_unread"),
            models.Index(fields=["event_uid"], name="notification_by_event"),
            models.Index(fields=["told_at"], name="notification_age"),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"notification {self.id}"


class Escalation(models.Model):
    """An urgent note that nobody reads, or a SAED without answer: who comes next, and when, until somebody takes it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.CharField(max_length=60)
    event_id = models.BigIntegerField()
    event_uid = models.UUIDField()
    recorded_at = models.DateTimeField()
    subject_id = models.UUIDField()
    note_id = models.UUIDField()
    step = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    sensitivity = classify(
        operational="notice recorded_at step due_at settled_at",
        plain="id event_id event_uid subject_id note_id settled_by",
    )

    class Meta:
        verbose_name = "escalade"
        constraints: ClassVar = [models.UniqueConstraint(name="escalation_once", fields=["event_uid", "notice"])]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(settled_at=None), name="escalation_due"),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"escalade {self.id}"
