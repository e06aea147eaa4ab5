"""The base of every clinical table."""

import uuid
from typing import Any, TypeVar

from django.db import models

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.fields import raw_copies
from osmose.kernel.crypto.models import DataKey
from osmose.kernel.db.triggers import require_actor

_M = TypeVar("_M", bound=models.Model)


def _key_ids(rows: list[Any]) -> set[uuid.UUID]:
    """The data keys that these rows, and what was joined to them, name."""
    found: set[uuid.UUID] = set()
    for row in rows:
        if not isinstance(row, models.Model):
            continue
        if key_id := row.__dict__.get("data_key_id"):
            found.add(key_id)
        for joined in row._state.fields_cache.values():
            if isinstance(joined, models.Model) and (key_id := joined.__dict__.get("data_key_id")):
                found.add(key_id)
    return found


class ClinicalQuerySet(models.QuerySet[_M]):
    """A list loads the data keys it lacks in one query, however many patients it shows."""

    def _fetch_all(self) -> None:
        is_fresh = self._result_cache is None
        super()._fetch_all()  # type: ignore[misc]
        if is_fresh and self._result_cache and (key_ids := _key_ids(self._result_cache)):
            keys.load(key_ids)


class ClinicalModel(models.Model):
    """A row about a patient: named by a UUIDv7, encrypted under the patient's data key, never written anonymously."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = ClinicalQuerySet.as_manager()
    sensitivity = classify(plain="id data_key")

    class Meta:
        abstract = True
        triggers = [require_actor()]

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Copies ciphertext as it is: refreshing needs no key."""
        with raw_copies():
            super().refresh_from_db(*args, **kwargs)
