"""The access journal."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.triggers import append_only
from osmose.kernel.events.models import TransactionId


class Verb(models.TextChoices):
    """What was done."""

    READ = "read", "Consultation"
    LIST = "list", "Liste affichée"
    SEARCH = "search", "Recherche"
    CREATE = "create", "Création"
    CHANGE = "change", "Modification"
    DELETE = "delete", "Suppression"
    PRINT = "print", "Impression"
    EXPORT = "export", "Export"
    LOGIN = "login", "Connexion"


class Outcome(models.TextChoices):
    """Whether it was allowed."""

    ALLOWED = "allowed", "Autorisé"
    REFUSED = "refused", "Refusé"


class AccessEntry(models.Model):
    """Who read or changed what, from where, in which role; append-only, partitioned by month.

    No foreign key: the journal outlives what it speaks of. Subjects and persons are indexed one by one. `parent` is
    the entry of the page whose later refreshes showed more. `known_until`, where a display was lost, is until when it
    is known to have gone on; it was over when the line was written.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=new_id, editable=False)
    xid = models.BigIntegerField(db_default=TransactionId(), editable=False)
    recorded_at = models.DateTimeField(db_default=Now())
    actor_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    role = models.CharField(max_length=20, blank=True)
    unit_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=10, choices=Verb.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    door = models.CharField(max_length=80)
    policy = models.CharField(max_length=80)
    subjects = ArrayField(models.UUIDField(), default=list)
    persons = ArrayField(models.UUIDField(), default=list)
    parent = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    workstation = models.CharField(max_length=40, blank=True)
    data_key_id = models.UUIDField(null=True)
    purpose = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    known_until = models.DateTimeField(null=True)

    append_only = True
    sensitivity = classify(
        operational="recorded_at role verb outcome door policy address workstation known_until",
        plain="id uid xid actor_id actor_kind unit_id subjects persons parent request_id data_key_id",
    )

    class Meta:
        indexes = [
            GinIndex(fields=["subjects"], name="access_subjects"),
            GinIndex(fields=["persons"], name="access_persons"),
            models.Index(fields=["actor_id", "-recorded_at"], name="access_actor"),
            models.Index(fields=["uid"], name="access_uid"),
            models.Index(fields=["parent"], name="access_parent"),
        ]
        triggers = append_only()

    @property
    def encryption_id(self) -> uuid.UUID:
        return self.uid

    def __str__(self) -> str:
        return f"{self.verb} {self.uid}"


class OpenDisplay(models.Model):
    """A live display that goes on: which process shows it, and when that one last said so.

    `uid` is that of the line of the journal that opened it. Deleted when the display ends, or is found to be lost.
    """

    uid = models.UUIDField(primary_key=True)
    process = models.UUIDField()
    seen_at = models.DateTimeField()

    sensitivity = classify(operational="seen_at", plain="uid process")

    def __str__(self) -> str:
        return f"display {self.uid}"
