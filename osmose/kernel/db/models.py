"""The base of every clinical table."""

import uuid
from typing import Any, ClassVar, TypeVar

from django.db import models

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.fields import raw_copies
from osmose.kernel.crypto.models import DataKey
from osmose.kernel.db.triggers import require_actor

_M = TypeVar("_M", bound=models.Model)


def _warm(rows: list[Any]) -> None:
    """Unwraps the data keys that these rows, and what was joined to them, need: those joined too cost no query."""
    missing: set[uuid.UUID] = set()
    joined: list[DataKey] = []
    for row in rows:
        if not isinstance(row, models.Model):
            continue
        related = [r for r in row._state.fields_cache.values() if isinstance(r, models.Model)]
        joined += [r for r in related if isinstance(r, DataKey)]
        missing |= {k for r in (row, *related) if (k := r.__dict__.get("data_key_id"))}
    keys.adopt(joined)
    keys.load(missing)


class ClinicalQuerySet(models.QuerySet[_M]):
    """A list loads the data keys it lacks in one query, however many patients it shows."""

    def _fetch_all(self) -> None:
        is_fresh = self._result_cache is None
        super()._fetch_all()
        if is_fresh and self._result_cache:
            _warm(self._result_cache)


class ClinicalManager(models.Manager[_M]):
    """Every reading of a clinical table, those through relations included."""

    def get_queryset(self) -> ClinicalQuerySet[_M]:
        return ClinicalQuerySet(self.model, using=self._db)


class ClinicalModel(models.Model):
    """A row about a patient: named by a UUIDv7, encrypted under the patient's data key, never written anonymously."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = ClinicalManager()
    sensitivity = classify(plain="id data_key")

    class Meta:
        abstract = True
        triggers: ClassVar[list[Any]] = [require_actor()]

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Copies ciphertext as it is: refreshing needs no key."""
        with raw_copies():
            super().refresh_from_db(*args, **kwargs)
