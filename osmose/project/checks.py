"""What must be true before real patients' data: each finding has a number, says what is wrong and how to mend it."""

import stat
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from osmose.kernel.db.roles import APP, OWNER
from osmose.project.cli.preparation import SEEDED
from osmose.project.environment import DEMO_PASSPHRASE, DEMO_SECRET, Environment

_MINIMUM_VERSION = 160000
_SECRET_LENGTH = 50
_PASSPHRASE_LENGTH = 20


def _environment() -> Environment:
    env: Environment = settings.OSMOSE  # type: ignore[misc]  # the settings are built, not listed
    return env


@register(Tags.security, deploy=True)
def secrets(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """The two secrets of a deployment: its own, and long enough."""
    env = _environment()
    found: list[CheckMessage] = []
    if env.secret_key == DEMO_SECRET or len(env.secret_key) < _SECRET_LENGTH:
        found.append(
            Error(
                "La clé secrète des sessions est absente, trop courte ou celle de la démonstration.",
                hint=f"Donnez {_SECRET_LENGTH} caractères au hasard dans OSMOSE_SECRET_KEY ou OSMOSE_SECRET_KEY_FILE.",
                id="osmose.E001",
            )
        )
    if env.keys_passphrase == DEMO_PASSPHRASE or len(env.keys_passphrase) < _PASSPHRASE_LENGTH:
        found.append(
            Error(
                "La phrase de passe des clés de chiffrement est absente, trop courte ou celle de la démonstration.",
                hint=f"Donnez dans OSMOSE_KEYS_PASSPHRASE_FILE un fichier d’au moins {_PASSPHRASE_LENGTH} caractères.",
                id="osmose.E002",
            )
        )
    if env.keys_dir.exists() and env.keys_dir.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        found.append(
            Error(
                f"Le dossier des clés ({env.keys_dir}) est accessible à d’autres comptes.",
                hint="Réservez-le au compte d’Osmose : chmod 700.",
                id="osmose.E003",
            )
        )
    return found


@register(Tags.security, deploy=True)
def exposure(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """What the outside sees: mode, debug pages, TLS, host names."""
    env = _environment()
    found: list[CheckMessage] = []
    if env.mode != "production":
        found.append(
            Error(
                f"Osmose est en mode « {env.mode} », dont les secrets et les comptes sont connus de tous.",
                hint="OSMOSE_MODE=production.",
                id="osmose.E004",
            )
        )
    if settings.DEBUG:
        found.append(
            Error(
                "Les pages d’erreur montreraient le code et les données (DEBUG).",
                hint="Retirez DEBUG des réglages.",
                id="osmose.E005",
            )
        )
    if not env.behind_tls:
        found.append(
            Error(
                "Les pages passeraient en clair (TLS coupé par OSMOSE_TLS=0).",
                hint="Placez Osmose derrière un serveur TLS et retirez OSMOSE_TLS.",
                id="osmose.E006",
            )
        )
    hosts = [host for host in env.hosts if host]
    if not hosts or any("*" in host for host in hosts):
        found.append(
            Error(
                "Les noms du serveur ne sont pas déclarés : n’importe quel nom serait accepté, ou aucun.",
                hint="OSMOSE_HOSTS=osmose.mon-hopital.fr (plusieurs noms séparés par des virgules).",
                id="osmose.E007",
            )
        )
    return found


@register(Tags.database, deploy=True)
def database_rights(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """The application's login may do what the application does, and nothing more."""
    if not databases or "default" not in databases:
        return []
    try:
        with connections["default"].cursor() as cursor:
            return list(_database_findings(cursor))
    except DatabaseError as error:
        return [
            Error(
                f"La base de données ne répond pas ({type(error).__name__}).",
                hint="Vérifiez DATABASE_URL, puis « osmose prepare ».",
                id="osmose.E008",
            )
        ]


def _database_findings(cursor: Any) -> Iterator[CheckMessage]:
    def ask(question: str, *parameters: object) -> Any:
        cursor.execute(question, parameters)
        return cursor.fetchone()[0]

    yield from (finding for question in (_version, _login, _tables, _demonstration, _log) for finding in question(ask))


Ask = Callable[..., Any]


def _version(ask: Ask) -> Iterator[CheckMessage]:
    if int(ask("SELECT current_setting('server_version_num')")) < _MINIMUM_VERSION:
        yield Error(
            "Le serveur PostgreSQL est trop ancien.",
            hint="Osmose demande PostgreSQL 16 ou plus récent.",
            id="osmose.E009",
        )


def _login(ask: Ask) -> Iterator[CheckMessage]:
    if ask("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"):
        yield Error(
            "L’application se connecte à la base avec un compte administrateur.",
            hint=f"Dans DATABASE_URL, un compte membre de {APP} seulement ; l’administrateur dans DATABASE_OWNER_URL.",
            id="osmose.E010",
        )
    elif ask("SELECT pg_has_role(session_user, %s, 'MEMBER')", OWNER):
        yield Error(
            f"Le compte de l’application peut devenir {OWNER}, qui possède les tables et désactive leurs gardes.",
            hint=f"REVOKE {OWNER} FROM ce compte ; l’administrateur va dans DATABASE_OWNER_URL.",
            id="osmose.E011",
        )


def _tables(ask: Ask) -> Iterator[CheckMessage]:
    owned = ask(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_get_userbyid(c.relowner) <> %s",
        OWNER,
    )
    if owned:
        yield Error(
            f"{owned} table(s) n’appartiennent pas à {OWNER} : leurs gardes peuvent être désactivées.",
            hint="Faites les migrations par « osmose prepare » seulement ; ALTER TABLE … OWNER TO osmose_owner.",
            id="osmose.E012",
        )


def _demonstration(ask: Ask) -> Iterator[CheckMessage]:
    is_prepared = ask("SELECT to_regclass('public.project_preparation') IS NOT NULL")
    if is_prepared and ask("SELECT count(*) FROM project_preparation WHERE name = %s", SEEDED):
        yield Error(
            "Cette base contient la démonstration, dont les mots de passe sont connus de tous.",
            hint="Partez d’une base vide.",
            id="osmose.E013",
        )


def _log(ask: Ask) -> Iterator[CheckMessage]:
    quotes_rows = (
        ask("SELECT current_setting('log_error_verbosity')") != "terse"
        or ask("SELECT current_setting('log_min_error_statement')") not in ("fatal", "panic")
        or ask("SELECT current_setting('log_statement')") != "none"
    )
    if quotes_rows:
        yield checks.Warning(
            "Le journal de PostgreSQL peut citer des lignes et des requêtes en clair.",
            hint="log_error_verbosity = terse, log_min_error_statement = panic, log_statement = none.",
            id="osmose.W014",
        )
