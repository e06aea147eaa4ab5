# ruff: noqa: ARG002 - the signatures are Django's
"""Encrypted model fields: opaque in SQL, decrypted on access under the row's own data key.

The row names its data key (`data_key_id`, a foreign key or a plain UUID) and has its id before it is saved; both and
the field's fixed label bind the ciphertext, so that it can't be read in another row, column or under another key.

Six rules hold together here; without one of them rows become unreadable or history floods:
1. saving writes the ciphertext back in the instance;
2. assigning the value a field already has keeps its ciphertext;
3. `refresh_from_db` and deferred loads copy ciphertext (`raw_copies`), which needs no key;
4. saving verifies a ciphertext that the instance carries;
5. expressions are refused on assignment, in `update()` and in lookups;
6. the associated data hold a label frozen in migrations, never the table's name.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django import forms
from django.core import checks, exceptions, validators
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, Model, lookups
from django.db.models.fields import NOT_PROVIDED
from django.db.models.query_utils import DeferredAttribute
from django.utils.dateparse import parse_date
from psycopg import Binary

from osmose.kernel.base.sensitivity import Sensitivity
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.cipher import Cipher, Refuted, bound, seal, unseal
from osmose.kernel.crypto.errors import KeyMissing, Tampered, Unreadable
from osmose.kernel.crypto.freeze import freeze, thaw

__all__ = ["EncryptedDate", "EncryptedField", "EncryptedJSON", "EncryptedText", "freeze", "raw_copies", "thaw"]

_raw: ContextVar[bool] = ContextVar("osmose_raw_copies", default=False)


@contextmanager
def raw_copies() -> Iterator[None]:
    """Inside, reading an encrypted field gives its `Cipher`: to copy rows as they are, without their keys."""
    token = _raw.set(True)
    try:
        yield
    finally:
        _raw.reset(token)


_ST_contra = TypeVar("_ST_contra", contravariant=True)
_GT_co = TypeVar("_GT_co", covariant=True)

if TYPE_CHECKING:

    class _Base(models.Field[_ST_contra, _GT_co]):
        pass

else:

    class _Base(models.Field, Generic[_ST_contra, _GT_co]):
        pass


class EncryptedAttribute(DeferredAttribute):
    """Holds a `Cipher`, or a value not saved yet, in the instance; decrypts at each reading and keeps no plaintext."""

    field: "EncryptedField[Any, Any]"

    def __get__(self, instance: Model | None, cls: type[Model] | None = None) -> Any:
        if instance is None:
            return self
        values = instance.__dict__
        name = self.field.attname
        if name not in values:
            with raw_copies():
                super().__get__(instance, cls)  # fetches a deferred field
        value = values[name]
        if isinstance(value, Cipher) and not _raw.get():
            return self.field.opened(instance, value)
        return value

    def __set__(self, instance: Model, value: Any) -> None:
        field = self.field
        if hasattr(value, "resolve_expression"):
            raise exceptions.FieldError(f"{field.label}: an encrypted field takes a value, not an expression.")
        values = instance.__dict__
        if value is not None and not isinstance(value, Cipher):
            value = field.settled(value)
            current = values.get(field.attname)
            if isinstance(current, Cipher) and field.holds(instance, current, value):
                return
        values[field.attname] = value


class NoneOnly(lookups.Exact[Any]):
    """`filter(motif=None)` becomes IS NULL; any other value is refused, since no two ciphertexts are equal."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs is not None:
            raise exceptions.FieldError("An encrypted field can only be compared with None: use a blind index.")
        super().__init__(lhs, rhs)


class EncryptedField(_Base[_ST_contra, _GT_co]):
    """What the three kinds share; they only say how a value becomes bytes and which form field asks for it."""

    descriptor_class = EncryptedAttribute
    empty_strings_allowed = False

    def __init__(
        self,
        verbose_name: Any = None,
        *,
        sensitivity: Sensitivity,
        label: str | None = None,
        null: bool = False,
        blank: bool = False,
        default: Any = NOT_PROVIDED,
        editable: bool = True,
        help_text: Any = "",
        max_length: int | None = None,
        choices: Any = None,
        **options: Any,
    ) -> None:
        for refused in ("primary_key", "unique", "db_index", "db_default", "db_collation", "unique_for_date"):
            if options.pop(refused, None) not in (None, False, NOT_PROVIDED):
                raise TypeError(f"An encrypted field can't have {refused}: no two ciphertexts are equal.")
        self.sensitivity = sensitivity
        self.label = label
        super().__init__(
            verbose_name,
            null=null,
            blank=blank,
            default=default,
            editable=editable,
            help_text=help_text,
            max_length=max_length,
            choices=choices,
            **options,
        )
        if max_length is not None:
            self.validators.append(validators.MaxLengthValidator(max_length))

    # --- what a kind defines

    def dump(self, value: Any) -> bytes:
        """The canonical bytes of a value; `TypeError` or `ValueError`, without the value, for another type."""
        raise NotImplementedError

    def parsed(self, plaintext: bytes) -> Any:
        """The value of the bytes that `dump` gave."""
        raise NotImplementedError

    def settled(self, value: Any) -> Any:
        """What the instance holds of an assigned value until it is saved."""
        return value

    # --- encryption

    def opened(self, instance: Model, cipher: Cipher) -> Any:
        """The value; an `Unreadable` with label and row id otherwise."""
        return self.parsed(self._plaintext(instance, cipher))

    def holds(self, instance: Model, cipher: Cipher, value: Any) -> bool:
        """Whether the ciphertext already is that value's, so that assigning it changes nothing."""
        try:
            return self.dump(value) == self._plaintext(instance, cipher)
        except (Unreadable, TypeError, ValueError, exceptions.ValidationError):
            return False

    def sealed(self, instance: Model, value: Any) -> Cipher:
        return seal(self._key(instance), self.dump(value), self._associated(instance))

    def _plaintext(self, instance: Model, cipher: Cipher) -> bytes:
        key = self._key(instance)
        try:
            return unseal(key, cipher, self._associated(instance))
        except Refuted:
            raise Tampered(self.label or "", instance.pk) from None

    def _key(self, instance: Model) -> AESGCM:
        key_id = getattr(instance, "data_key_id", None)
        if key_id is None:
            raise KeyMissing(self.label or "", instance.pk)
        if not isinstance(key_id, uuid.UUID):
            key_id = uuid.UUID(str(key_id))
        return keys.primitive(key_id, label=self.label or "", pk=instance.pk)

    def _associated(self, instance: Model) -> bytes:
        """Label and row id: a history row reads as the row it tells of, an event under its `encryption_id`."""
        if hasattr(type(instance), "pgh_obj_id"):
            row_id = instance.pgh_obj_id  # type: ignore[attr-defined]
        else:
            row_id = getattr(instance, "encryption_id", None) or instance._meta.pk.to_python(instance.pk)
        if row_id is None:
            raise exceptions.FieldError(f"{self.label}: the row needs its id before an encrypted value is saved.")
        return bound(self.label or "", str(row_id))

    # --- Django: the model

    def contribute_to_class(self, cls: type[Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if self.label is None and not cls._meta.abstract:
            self.label = f"{cls._meta.app_label}.{cls._meta.model_name}.{name}"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        options["sensitivity"] = self.sensitivity
        if self.label is not None:
            options["label"] = self.label
        return name, path, args, options

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        found = super().check(**options)
        siblings = self.model._meta.concrete_fields
        if all(field.attname != "data_key_id" for field in siblings):
            hint = "Add `data_key` (or `data_key_id`)."
            found.append(checks.Error("An encrypted field needs a data key.", hint, self, "crypto.E001"))
        if self.label is None or "\x00" in self.label:
            found.append(checks.Error("An encrypted field needs a label without NUL.", "", self, "crypto.E002"))
        if any(isinstance(f, EncryptedField) and f is not self and f.label == self.label for f in siblings):
            hint = "One label a field, or columns can be swapped."
            found.append(checks.Error("Another field has the same label.", hint, self, "crypto.E003"))
        return found

    def pre_save(self, model_instance: Model, add: bool) -> Any:
        with raw_copies():
            value = getattr(model_instance, self.attname)
        if value is None:
            return None
        if isinstance(value, Cipher):
            self._plaintext(model_instance, value)  # a copy under another id must fail here, not at its first reading
            return value
        cipher = self.sealed(model_instance, value)
        model_instance.__dict__[self.attname] = cipher
        return cipher

    # --- Django: the database

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bytea"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Cipher | None:
        return None if value is None else Cipher(bytes(value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        if not isinstance(value, Cipher):
            raise exceptions.FieldError(
                f"{self.label}: only saving a row writes an encrypted field, never a value or expression in a query."
            )
        return Binary(value.raw)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return self.get_db_prep_value(value, connection)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name == "exact":
            return NoneOnly
        return lookups.IsNull if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        return None

    def value_to_string(self, obj: Model) -> str:
        raise exceptions.FieldError(f"{self.label}: encrypted rows aren't serialized; export them through a document.")


class EncryptedText(EncryptedField[_ST_contra, _GT_co]):
    """A text."""

    _pyi_private_set_type: str
    _pyi_private_get_type: str
    description = "Encrypted text"
    empty_strings_allowed = True

    def dump(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"{self.label}: expected a text, got {type(value).__name__}.")
        try:
            return str(value).encode()
        except UnicodeEncodeError:
            raise ValueError(f"{self.label}: the text holds half a character (a lone surrogate).") from None

    def parsed(self, plaintext: bytes) -> str:
        return plaintext.decode()

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else str(value)

    def formfield(self, **options: Any) -> Any:
        defaults: dict[str, Any] = {"max_length": self.max_length}
        if self.choices is None:
            if self.max_length is None:
                defaults["widget"] = forms.Textarea
            if self.null:
                defaults["empty_value"] = None  # an absent text stays absent, not an encrypted ''
        return super().formfield(**{"form_class": forms.CharField, **defaults, **options})


class EncryptedDate(EncryptedField[_ST_contra, _GT_co]):
    """A date without hour."""

    _pyi_private_set_type: date | str
    _pyi_private_get_type: date
    description = "Encrypted date"

    def dump(self, value: Any) -> bytes:
        if isinstance(value, str):
            value = self.to_python(value)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError(f"{self.label}: expected a date without hour, got {type(value).__name__}.")
        return value.isoformat().encode("ascii")

    def parsed(self, plaintext: bytes) -> date:
        return date.fromisoformat(plaintext.decode("ascii"))

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            found = parse_date(value)
        except ValueError:
            found = None
        if found is None:
            raise exceptions.ValidationError("Cette date n’existe pas\u202f: écrivez-la AAAA-MM-JJ.", code="invalid")
        return found

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": forms.DateField, **options})


class EncryptedJSON(EncryptedField[_ST_contra, _GT_co]):
    """A JSON value, read-only once assigned: `thaw` it, change the copy, assign it back."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    description = "Encrypted JSON"

    def settled(self, value: Any) -> Any:
        return freeze(value)

    def dump(self, value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        try:
            return text.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{self.label}: a text holds half a character (a lone surrogate).") from None

    def parsed(self, plaintext: bytes) -> Any:
        return freeze(json.loads(plaintext))

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": forms.JSONField, **options})
