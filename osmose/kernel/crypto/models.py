"""Data keys, and the ledger of those destroyed."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify


class KeyKind(models.TextChoices):
    PERSON = "person", "personne"
    SYSTEM = "system", "système"


class DataKey(models.Model):
    """A random AES-256 key, wrapped by the key-encryption keyset: one per person, one for what belongs to nobody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.UUIDField(null=True, db_index=True)
    kind = models.CharField(max_length=10, choices=KeyKind.choices)
    wrapped = models.BinaryField(null=True)
    wrapping_key_id = models.BigIntegerField(db_index=True)
    created_at = models.DateTimeField(default=clock.now)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_by = models.UUIDField(null=True)
    pk: uuid.UUID

    sensitivity = classify(
        operational="wrapped wrapping_key_id created_at destroyed_at destroyed_by",
        plain="id owner_id kind",
    )

    class Meta:
        verbose_name = "clé de données"
        verbose_name_plural = "clés de données"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="system"), name="crypto_one_system_key"),
            models.CheckConstraint(
                condition=Q(kind="person", owner_id__isnull=False)
                | Q(kind="system", owner_id__isnull=True, destroyed_at__isnull=True),
                name="crypto_key_owner",
            ),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=False, destroyed_at__isnull=True, destroyed_by__isnull=True)
                | Q(wrapped__isnull=True, destroyed_at__isnull=False, destroyed_by__isnull=False),
                name="crypto_key_destroyed_whole",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="destroyed_for_ever",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.destroyed_at IS NOT NULL"),
                func="RAISE EXCEPTION 'a destroyed data key stays destroyed' USING ERRCODE = '23514';",
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class KeyDestruction(models.Model):
    """One line of the ledger of purges; a restored copy replays it before it serves anybody."""

    id = models.BigAutoField(primary_key=True)
    key_id = models.UUIDField(unique=True)
    owner_id = models.UUIDField(db_index=True)
    destroyed_at = models.DateTimeField()
    destroyed_by = models.UUIDField()
    append_only = True

    sensitivity = classify(operational="destroyed_at destroyed_by", plain="id key_id owner_id")

    class Meta:
        verbose_name = "destruction de clé"
        verbose_name_plural = "destructions de clés"
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.key_id)
