"""Rows read as JSON inside another row's query: a list and what hangs on each of its rows cost one query."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models
from django.db.models import F
from django.db.models.functions import JSONObject

from osmose.kernel.crypto.cipher import Cipher
from osmose.kernel.crypto.fields import EncryptedField

_M = TypeVar("_M", bound=models.Model)


def columns(*names: str, **others: Any) -> JSONObject:
    """These columns (foreign keys as `kind_id`) of a subquery's row as one JSON object; `others` are expressions."""
    return JSONObject(**{name: F(name) for name in names}, **others)


def revived(model: type[_M], stored: Mapping[str, Any]) -> _M:
    """The row that `columns` read, its other fields deferred; what is encrypted stays so until it is read."""
    fields = [field for field in model._meta.concrete_fields if field.attname in stored]
    values = [_value(field, stored[field.attname]) for field in fields]
    return model.from_db("default", [field.attname for field in fields], values)


def _value(field: Any, stored: Any) -> Any:
    if isinstance(field, EncryptedField):
        # PostgreSQL writes bytes in JSON as « \x0123 ».
        return None if stored is None else Cipher(bytes.fromhex(stored[2:]))
    return field.to_python(stored)
