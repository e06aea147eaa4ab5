"""The one append-only timeline."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedJSON
from osmose.kernel.db.triggers import append_only, notify, require_actor


class TransactionId(models.Func):
    """The current transaction, as a number that survives in a row (order of commit is decided by snapshots)."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Event(models.Model):
    """One fact: written with the state it tells, in the same transaction, or neither.

    No foreign key: an event outlives the rows it speaks of. `uid` is known before the insert, so that the encrypted
    payload is bound to it; `id` gives the order of insertion, `xid` the transaction. Partitioned by month of
    `recorded_at`.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=new_id, editable=False)
    xid = models.BigIntegerField(db_default=TransactionId(), editable=False)
    kind = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    actor_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    changed = ArrayField(models.CharField(max_length=60), default=list)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    undoes = models.UUIDField(null=True)
    data_key_id = models.UUIDField()
    payload = EncryptedJSON(sensitivity=Sensitivity.CLINICAL)

    append_only = True
    sensitivity = classify(
        operational="kind changed occurred_at recorded_at",
        plain="id uid xid subject_id person_id actor_id unit_id undoes data_key_id",
    )

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "-occurred_at", "-id"], name="event_timeline"),
            models.Index(fields=["uid"], name="event_uid"),
            models.Index(fields=["kind", "occurred_at"], name="event_kind"),
        ]
        triggers = [require_actor(), *append_only(), notify("osmose_events")]

    @property
    def encryption_id(self) -> uuid.UUID:
        return self.uid

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"
