"""Lines of a table as COPY's text format wants them."""

import json
from collections.abc import Iterable
from datetime import datetime
from os import urandom
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.db.models.fields import NOT_PROVIDED
from psycopg import sql

from osmose.kernel.crypto import keyset
from osmose.kernel.crypto.cipher import FORMAT, bound
from osmose.kernel.crypto.fields import EncryptedField

NULL = r"\N"
BYTEA = r"\\x"
_CIPHER = BYTEA + FORMAT.hex()
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def text(value: Any) -> str:
    """A value in COPY's text format."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return BYTEA + value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value).translate(_ESCAPES)
    if isinstance(value, list | tuple | frozenset):
        return "{" + ",".join(f'"{item}"' for item in value) + "}"
    return str(value).translate(_ESCAPES)


class Sheet:
    """The lines to come of one table: `names` are given line by line, every other column takes the model's default.

    A column added to the model tomorrow fills itself, as long as it has a default.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.table = model._meta.db_table
        self.names = names
        fields = {field.attname: field for field in model._meta.concrete_fields}
        if unknown := set(names) - set(fields):
            raise TypeError(f"{self.table}: no column {sorted(unknown)}")
        rest = [f for name, f in fields.items() if name not in names and _is_filled_by_us(f)]
        self.columns = (*names, *(f.attname for f in rest))
        self._tail = "".join("\t" + text(f.get_default()) for f in rest) + "\n"
        self.lines: list[str] = []

    def add(self, *values: str) -> None:
        """One line, its values already in COPY's format."""
        self.lines.append("\t".join(values) + self._tail)

    def copy(self, connection: psycopg.Connection) -> int:
        """Write the lines, forget them; how many there were."""
        if not self.lines:
            return 0
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.table), sql.SQL(", ").join(map(sql.Identifier, self.columns))
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write("".join(self.lines))
        count, self.lines = len(self.lines), []
        return count


def _is_filled_by_us(field: Any) -> bool:
    """Neither made by the database nor left null."""
    is_by_database = field.db_default is not NOT_PROVIDED or isinstance(field, models.AutoField)
    return not is_by_database and not field.null


class Envelope:
    """A person's data key, and what is sealed under it."""

    __slots__ = ("encrypt", "id", "wrapped", "wrapping_key_id")

    def __init__(self, key_id: str, owner: bytes, secret: bytes) -> None:
        self.id = key_id
        self.encrypt = AESGCM(secret).encrypt
        wrapping = keyset.current().wrapping
        self.wrapped = wrapping.wrap(secret, bound_to=_Bytes(owner))  # type: ignore[arg-type]
        self.wrapping_key_id = wrapping.primary_id


class _Bytes:
    """What wrapping asks of an id, without building a million of them."""

    __slots__ = ("bytes",)

    def __init__(self, raw: bytes) -> None:
        self.bytes = raw


class Sealed:
    """An encrypted column: the label and the form of its values are the model's own."""

    def __init__(self, model: type[models.Model], name: str) -> None:
        field: Any = model._meta.get_field(name)
        if not isinstance(field, EncryptedField) or field.label is None:
            raise TypeError(f"{model.__name__}.{name} is not encrypted")
        self._bound, self.dump = bound(field.label, ""), field.dump

    def text(self, envelope: Envelope, row_id: str, value: Any) -> str:
        """The value (or the bytes that `dump` gave for it) sealed for that row, in COPY's format.

        What `cipher.seal` makes, written out: fifteen million times, its calls would count.
        """
        if value is None:
            return NULL
        plaintext = value if isinstance(value, bytes) else self.dump(value)
        nonce = urandom(12)
        sealed = envelope.encrypt(nonce, plaintext, self._bound + row_id.encode())
        return _CIPHER + nonce.hex() + sealed.hex()


def copy_all(sheets: Iterable[Sheet], connection: psycopg.Connection) -> int:
    """Write every sheet; how many lines."""
    return sum(sheet.copy(connection) for sheet in sheets)
