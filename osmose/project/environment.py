"""The environment, parsed once into a typed object; nothing else reads os.environ."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Known to everybody: `osmose check --deploy` refuses to start a production with either of them.
DEMO_SECRET = "osmose-demo-secret-not-for-production"  # noqa: S105
DEMO_PASSPHRASE = "osmose-demo-passphrase"  # noqa: S105


@dataclass(frozen=True)
class Environment:
    """Every setting a deployment may give, with the demonstration's defaults."""

    mode: str
    database_url: str
    database_owner_url: str
    database_as_owner: bool
    secret_key: str
    keys_dir: Path
    keys_passphrase: str
    var_dir: Path
    hosts: tuple[str, ...]
    behind_tls: bool
    static_root: Path
    smtp_host: str
    mail_from: str
    openings_weeks: int

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"


def _secret(environ: Mapping[str, str], name: str, default: str) -> str:
    """A secret given as NAME, or as NAME_FILE (a mounted secret)."""
    if path := environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return environ.get(name, default)


def _weeks(environ: Mapping[str, str], name: str, default: int) -> int:
    """How many whole weeks something is kept: one to ten years of them."""
    given = environ.get(name, str(default)).strip()
    if not (given.isascii() and given.isdecimal() and 1 <= int(given) <= 520):
        raise ValueError(f"{name} vaut « {given} » ; attendu : un nombre de semaines, de 1 à 520.")
    return int(given)


def read(environ: Mapping[str, str] = os.environ, *, mode: str | None = None) -> Environment:
    """The typed environment; unknown modes are refused here, unsafe values by the deployment checks."""
    chosen = mode or environ.get("OSMOSE_MODE", "demo")
    if chosen not in ("demo", "test", "production"):
        raise ValueError(f"OSMOSE_MODE vaut « {chosen} » ; attendu : demo, test ou production.")
    var_dir = Path(environ.get("OSMOSE_VAR_DIR", ROOT / "var"))
    is_production = chosen == "production"
    database_url = _secret(environ, "DATABASE_URL", "")
    return Environment(
        mode=chosen,
        database_url=database_url,
        database_owner_url=_secret(environ, "DATABASE_OWNER_URL", database_url),
        database_as_owner=environ.get("OSMOSE_DB_AS") == "owner",
        secret_key=_secret(environ, "OSMOSE_SECRET_KEY", "" if is_production else DEMO_SECRET),
        keys_dir=Path(environ.get("OSMOSE_KEYS_DIR", var_dir / "keys")),
        keys_passphrase=_secret(environ, "OSMOSE_KEYS_PASSPHRASE", "" if is_production else DEMO_PASSPHRASE),
        var_dir=var_dir,
        hosts=tuple(environ.get("OSMOSE_HOSTS", "" if is_production else "*").split(",")),
        behind_tls=environ.get("OSMOSE_TLS", "1" if is_production else "0") == "1",
        static_root=Path(environ.get("OSMOSE_STATIC_ROOT", var_dir / "static")),
        smtp_host=environ.get("OSMOSE_SMTP_HOST", "localhost"),
        mail_from=environ.get("OSMOSE_MAIL_FROM", "osmose@localhost"),
        openings_weeks=_weeks(environ, "OSMOSE_OPENINGS_WEEKS", 104),
    )
