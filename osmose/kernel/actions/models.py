"""Deeds already done, so that a double click or a repeated request does them once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from osmose.kernel.base.sensitivity import classify


class IdempotencyKey(models.Model):
    """One submission of one actor: inserted first, in the deed's own transaction."""

    pk = models.CompositePrimaryKey("actor_id", "token")
    actor_id = models.UUIDField()
    token = models.CharField(max_length=64)
    door = models.CharField(max_length=80)
    body_digest = models.BinaryField(max_length=32)
    event_uids = ArrayField(models.UUIDField(), default=list)
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    sensitivity = classify(operational="door at", plain="actor_id token body_digest event_uids subject_id pk")

    class Meta:
        indexes = [models.Index(fields=["at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.door} {self.token}"
