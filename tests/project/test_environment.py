"""The environment, read once into a typed object."""

from pathlib import Path

import pytest

from osmose.project import environment
from osmose.project.settings import base


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("tiré du fichier\n", encoding="utf-8")
    env = environment.read({"OSMOSE_MODE": "production", "OSMOSE_SECRET_KEY_FILE": str(secret)})
    assert env.secret_key == "tiré du fichier"


def test_production_has_no_default_secret_nor_host() -> None:
    env = environment.read({"OSMOSE_MODE": "production"})
    assert (env.secret_key, env.keys_passphrase, env.hosts, env.behind_tls) == ("", "", ("",), True)


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="attendu : demo, test ou production"):
        environment.read({"OSMOSE_MODE": "prod"})


def test_the_role_is_part_of_the_connection() -> None:
    given = {
        "DATABASE_URL": "postgresql://web:s@h:5433/o?sslmode=require",
        "DATABASE_OWNER_URL": "postgresql://dba@h/o",
    }
    web = base.database(environment.read(given))
    assert (web["USER"], web["HOST"], web["PORT"], web["NAME"]) == ("web", "h", "5433", "o")
    assert web["OPTIONS"]["options"] == f"-c role=osmose_app {base.SHORT} {base.PATIENCE}"
    assert web["OPTIONS"]["sslmode"] == "require"
    owner = base.database(environment.read({**given, "OSMOSE_DB_AS": "owner"}))
    assert (owner["USER"], owner["OPTIONS"]["options"]) == ("dba", f"-c role=osmose_owner {base.SHORT}")
