"""What every table of the house must have; the database is asked too."""

from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import models

from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedField
from osmose.kernel.db import grants
from osmose.kernel.db.models import ClinicalModel
from tests.architecture.guards import tables
from tests.architecture.verdict import none


def _all() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model.__module__.startswith("osmose.")]


def _histories() -> list[Any]:
    return [model for model in _all() if hasattr(model, "pgh_tracked_model")]


def _house() -> list[type[models.Model]]:
    """The tables that people declare: neither versions nor the tables of many-to-many links."""
    return [model for model in _all() if not hasattr(model, "pgh_tracked_model") and not model._meta.auto_created]


def _model(fields: list[Any], **known: Any) -> Any:
    """A model as the guards see one, without a table."""
    meta = SimpleNamespace(
        label="planted.Table",
        fields=fields,
        local_fields=fields,
        local_many_to_many=[],
        triggers=known.pop("triggers", []),
    )
    return type("Table", known.pop("bases", ()), {"_meta": meta, **known})


def _named(field: Any, name: str) -> Any:
    field.name = name
    return field


def test_every_field_says_how_sensitive_it_is() -> None:
    none(tables.unclassified_fields(_house()))


def test_a_silent_field_and_a_stale_name_are_seen() -> None:
    planted = _model([_named(models.TextField(), "text")], sensitivity=classify(plain="gone"))
    assert len(tables.unclassified_fields([planted])) == 2


def test_identifying_and_clinical_fields_are_encrypted() -> None:
    none(tables.clear_secrets(_house(), EncryptedField))


@pytest.mark.parametrize("kind", [Sensitivity.IDENTIFYING, Sensitivity.CLINICAL])
def test_a_secret_in_clear_is_seen(kind: Sensitivity) -> None:
    planted = _model([_named(models.TextField(), "text")], sensitivity={"text": kind})
    assert tables.clear_secrets([planted], EncryptedField)


def test_every_clinical_table_asks_for_an_author() -> None:
    assert any(issubclass(model, ClinicalModel) for model in _house())
    none(tables.unattributed_tables(_house(), ClinicalModel))


def test_every_clinical_table_keeps_its_versions() -> None:
    none(tables.forgetful_tables(_house(), _histories(), ClinicalModel))


def test_a_table_without_author_or_versions_is_seen() -> None:
    class Clinical:
        pass

    planted = _model([], bases=(Clinical,))
    assert tables.unattributed_tables([planted], Clinical)
    assert tables.forgetful_tables([planted], [], Clinical)
    told = _model([], bases=(Clinical,), untracked="Kept by the events of the encounter, row by row.")
    assert not tables.forgetful_tables([told], [], Clinical)


def test_versions_are_sealed_as_their_rows() -> None:
    assert _histories()
    none(tables.leaking_histories(_histories(), EncryptedField))


def test_a_version_in_clear_is_seen() -> None:
    from osmose.patients.models import Patient

    planted = _model([_named(models.TextField(), "birth_name")], pgh_tracked_model=Patient)
    assert tables.leaking_histories([planted], EncryptedField)


def test_every_ledger_refuses_to_be_rewritten() -> None:
    none(tables.unprotected_ledgers(_all()))


def test_an_unprotected_ledger_is_seen() -> None:
    assert tables.unprotected_ledgers([_model([], append_only=True)])


@pytest.mark.django_db
def test_the_application_may_only_add_to_ledgers(app_connection: psycopg.Connection) -> None:
    """Asked of the engine, in the application's own role: rights, and who owns the tables."""
    ledgers = grants.append_only_tables()
    assert {"events_event", "audit_accessentry"} <= set(ledgers)
    faults = []
    for table in ledgers:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            row = app_connection.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, right]).fetchone()
            if row != (False,):
                faults.append(f"{table}: the application may {right}.")
    none(faults)


@pytest.mark.django_db
def test_every_trigger_declared_is_in_the_database(app_connection: psycopg.Connection) -> None:
    """Migrations that were not regenerated leave a table without its guard."""
    installed = {
        (table, name)
        for table, name in app_connection.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        ).fetchall()
    }
    faults = []
    for model in _house():
        for trigger in getattr(model._meta, "triggers", ()):
            if (model._meta.db_table, trigger.get_pgid(model)) not in installed:
                faults.append(f"{model._meta.label}: the trigger {trigger.name} is not installed.")
    none(faults)
