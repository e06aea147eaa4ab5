"""Models of these tests only: their app isn't installed, so no migration and no flush knows them."""

import uuid
from typing import Any

import pghistory
from django.db import models

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import Sensitivity
from osmose.kernel.crypto.fields import EncryptedDate, EncryptedJSON, EncryptedText, raw_copies
from osmose.kernel.crypto.models import DataKey


class Person(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    status = models.CharField(max_length=20, default="waiting")
    name = EncryptedText("nom", sensitivity=Sensitivity.IDENTIFYING)
    given_name = EncryptedText("prénom", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True, max_length=30)
    motif = EncryptedText("motif", sensitivity=Sensitivity.CLINICAL, null=True, blank=True)
    born = EncryptedDate("né le", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True)
    extra = EncryptedJSON("compléments", sensitivity=Sensitivity.CLINICAL, null=True, blank=True)

    class Meta:
        app_label = "crypto_tests"

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        with raw_copies():
            super().refresh_from_db(*args, **kwargs)


class PersonHistory(
    pghistory.create_event_model(
        Person,
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        obj_field=pghistory.ObjForeignKey(db_constraint=False, on_delete=models.DO_NOTHING, related_name="history"),
        context_field=None,
        app_label="crypto",
        model_name="AbstractPersonHistory",
    )
):
    class Meta:
        app_label = "crypto_tests"


class Entry(models.Model):
    """Like an event: numbered by the database, so that its payload binds to a uid known before."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=new_id)
    data_key_id = models.UUIDField()
    payload = EncryptedJSON(sensitivity=Sensitivity.CLINICAL)

    class Meta:
        app_label = "crypto_tests"

    @property
    def encryption_id(self) -> uuid.UUID:
        return self.uid


MODELS = (Person, PersonHistory, Entry)
