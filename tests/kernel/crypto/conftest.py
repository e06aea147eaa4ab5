import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pgtrigger
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keys, keyset
from tests.database import as_owner
from tests.kernel.crypto.models import MODELS, Person

PASSPHRASE = "une phrase de passe pour les tests"


@pytest.fixture(scope="session")
def shared_keysets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("keys")
    keyset.ensure(directory, PASSPHRASE)
    return directory


def use_keysets(settings, directory: Path, passphrase: str = PASSPHRASE, mode: str = "test") -> None:
    settings.OSMOSE = dataclasses.replace(settings.OSMOSE, keys_dir=directory, keys_passphrase=passphrase, mode=mode)
    keys.forget_all()


@pytest.fixture(autouse=True)
def keysets(settings, shared_keysets: Path) -> Iterator[Path]:
    use_keysets(settings, shared_keysets)
    yield shared_keysets
    keys.forget_all()


@pytest.fixture
def own_keysets(settings, tmp_path: Path) -> Path:
    """Keysets that a test may rotate or spoil."""
    keyset.ensure(tmp_path, PASSPHRASE)
    use_keysets(settings, tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def test_tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tables and history triggers of the test models, made by the owner as migrations would."""
    with django_db_blocker.unblock(), as_owner() as owner:
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            for model in MODELS:
                editor.create_model(model)
        for statement in editor.collected_sql:
            owner.execute(statement)
        for model, trigger in pgtrigger.registered():
            if model in MODELS:
                owner.execute(str(trigger.compile(model).install_sql))


@pytest.fixture
def tables(test_tables: None, db: None) -> None:
    """The test tables, in a test that is rolled back."""


@pytest.fixture
def person(tables: None) -> Person:
    return Person.objects.create(
        data_key=keys.create(new_id()), name="Lefèvre", given_name="Élodie", motif="Idées noires", extra={"a": [1]}
    )
