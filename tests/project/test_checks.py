"""Each deployment check on a configuration with that one fault, and none on a sound one."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from osmose.project import checks, environment
from osmose.project.environment import DEMO_PASSPHRASE, DEMO_SECRET

SOUND = environment.read(
    {
        "OSMOSE_MODE": "production",
        "OSMOSE_SECRET_KEY": "k" * 50,
        "OSMOSE_KEYS_PASSPHRASE": "une phrase de passe assez longue",
        "OSMOSE_KEYS_DIR": "/nowhere/keys",
        "OSMOSE_HOSTS": "osmose.exemple.fr",
    }
)


def _ids(settings: Any, **changes: object) -> list[str | None]:
    settings.OSMOSE = dataclasses.replace(SOUND, **changes)  # type: ignore[arg-type]
    return [finding.id for finding in (*checks.secrets(None), *checks.exposure(None))]


def test_a_sound_production_passes(settings: Any) -> None:
    assert _ids(settings) == []


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"secret_key": DEMO_SECRET}, "osmose.E001"),
        ({"secret_key": ""}, "osmose.E001"),
        ({"secret_key": "court"}, "osmose.E001"),
        ({"keys_passphrase": DEMO_PASSPHRASE}, "osmose.E002"),
        ({"keys_passphrase": ""}, "osmose.E002"),
        ({"mode": "demo"}, "osmose.E004"),
        ({"behind_tls": False}, "osmose.E006"),
        ({"hosts": ("*",)}, "osmose.E007"),
        ({"hosts": ("",)}, "osmose.E007"),
        ({"hosts": ("osmose.exemple.fr", "*.exemple.fr")}, "osmose.E007"),
    ],
)
def test_each_fault_has_its_number(settings: Any, changes: dict[str, object], number: str) -> None:
    assert _ids(settings, **changes) == [number]


def test_keys_open_to_other_accounts_are_a_fault(settings: Any, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o755)
    keys.chmod(0o755)
    assert _ids(settings, keys_dir=keys) == ["osmose.E003"]
    keys.chmod(0o700)
    assert _ids(settings, keys_dir=keys) == []


def test_debug_pages_are_a_fault(settings: Any) -> None:
    settings.DEBUG = True
    assert _ids(settings) == ["osmose.E005"]


def test_every_finding_says_how_to_mend_it(settings: Any) -> None:
    settings.OSMOSE = dataclasses.replace(SOUND, mode="demo", secret_key="", keys_passphrase="", hosts=())
    assert all(finding.hint for finding in (*checks.secrets(None), *checks.exposure(None)))


@pytest.mark.django_db
def test_the_embedded_server_and_its_login_pass_the_database_checks() -> None:
    assert checks.database_rights(None, databases=["default"]) == []


def _asked(**answers: object) -> Callable[..., object]:
    """The answers of a server; each check asks by the words of its question."""

    def ask(question: str, *_parameters: object) -> object:
        return next((answer for word, answer in answers.items() if word in question), False)

    return ask


@pytest.mark.parametrize(
    ("check", "answers", "number"),
    [
        (checks._version, {"server_version_num": "150004"}, "osmose.E009"),
        (checks._login, {"rolsuper": True}, "osmose.E010"),
        (checks._login, {"pg_has_role": True}, "osmose.E011"),
        (checks._tables, {"pg_class": 3}, "osmose.E012"),
        (checks._demonstration, {"to_regclass": True, "count": 1}, "osmose.E013"),
        (checks._log, {"log_error_verbosity": "default"}, "osmose.W014"),
    ],
)
def test_each_fault_of_the_database_has_its_number(
    check: Callable[..., object], answers: dict[str, object], number: str
) -> None:
    assert [finding.id for finding in check(_asked(**answers))] == [number]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_an_administrators_login_is_seen_on_the_real_server(owner_connection: object) -> None:
    with owner_connection.cursor() as cursor:  # type: ignore[attr-defined]
        numbers = [finding.id for finding in checks._database_findings(cursor)]
    assert "osmose.E010" in numbers


def test_a_database_that_does_not_answer_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def refuse(*_arguments: object, **_options: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)
    assert [finding.id for finding in checks.database_rights(None, databases=["default"])] == ["osmose.E008"]
