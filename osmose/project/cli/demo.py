"""`osmose demo`: the whole demonstration in one process tree, from an empty folder to a page."""

import argparse
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg

from osmose.project.cli import embedded, preparation, world
from osmose.project.cli.children import Children
from osmose.project.cli.refusal import Refusal
from osmose.project.environment import ROOT, read

_DEFAULT_PORT = 8000


def run(arguments: list[str]) -> int:
    """Prepare, seed, serve; Ctrl-C stops everything. The second run finds its data again."""
    parser = argparse.ArgumentParser(prog="osmose demo", description="La démonstration complète, sur ce poste.")
    parser.add_argument("--reset", action="store_true", help="repart d’une base vide")
    parser.add_argument("--light", action="store_true", help="quelques patients seulement, pour un essai rapide")
    parser.add_argument("--linked", action="store_true", help="s’arrête avec le programme qui l’a lancée")
    options = parser.parse_args(arguments)
    if options.linked:
        embedded.die_with_parent()()
    if os.environ.get("OSMOSE_MODE", "demo") != "demo":
        raise Refusal("la démonstration et ses comptes connus de tous sont refusés hors du mode demo (OSMOSE_MODE).")
    started = time.monotonic()
    address, port = os.environ.get("OSMOSE_ADDRESS", "127.0.0.1"), _port()
    _require_free(address, port)
    world.choose_settings()
    if options.reset:
        _forget()
    children = Children()
    children.stop_on_signals()
    try:
        children.server = world.find_database(linked=True, examined=False)
        _step("base de données", world.prepare)
        _step("fichiers statiques", _collect_static)
        _step("hôpital de démonstration", lambda: _seed(is_light=options.light))
        children.start("serve", "--live", "--address", address, "--port", str(port))
        children.start("worker")
        children.wait_until_ready(f"http://{address}:{port}/readyz")
        _welcome(address, port, time.monotonic() - started)
        return children.watch()
    except KeyboardInterrupt:  # the ordinary way to stop a demonstration
        print("\nOsmose s’arrête.", flush=True)
        return os.EX_OK
    finally:
        children.stop()


def _step(name: str, deed: Callable[[], bool]) -> None:
    began = time.monotonic()
    if deed():
        print(f"  {name} : {_seconds(time.monotonic() - began)}", flush=True)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s".replace(".", ",")


def _port() -> int:
    wanted = os.environ.get("PORT") or str(_DEFAULT_PORT)
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise Refusal(f"PORT vaut « {wanted} » ; attendu : un nombre de 1 à 65535.")
    return int(wanted)


def _require_free(address: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as error:
            raise Refusal(f"le port {port} est réservé au système ; essayez « make demo PORT=8001 ».") from error
        except OSError as error:
            raise Refusal(f"le port {port} est déjà utilisé ; essayez « make demo PORT={port + 1} ».") from error


def _forget() -> None:
    """RESET=1: the embedded database and its keys, gone; never a database that somebody else keeps."""
    env = read(mode="demo")
    if env.database_url:
        raise Refusal("RESET=1 n’efface que la base embarquée : videz vous-même celle de DATABASE_URL.")
    server = embedded.Server(embedded.folder_of("", embedded.chosen_version()), embedded.chosen_version())
    server.erase()
    shutil.rmtree(env.keys_dir, ignore_errors=True)


def _collect_static() -> bool:
    """Compressed and named by content; only when a source file changed."""
    stamp = read(mode="demo").static_root / ".sources"
    digest = _static_digest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return False
    _python("-m", "django", "collectstatic", "--no-input", "--clear", "--verbosity=0")
    stamp.write_text(digest, encoding="utf-8")
    return True


def _static_digest() -> str:
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted(p for p in (ROOT / "osmose").glob("**/static/**/*") if p.is_file()):
        state = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _seed(*, is_light: bool) -> bool:
    """The demonstration hospital, once, in an empty database; never in somebody's data."""
    with preparation.connect(world.owner_url()) as connection:
        if preparation.noted(connection, preparation.SEEDED):
            return False
        is_empty = connection.execute("SELECT NOT EXISTS (SELECT 1 FROM accounts_user)").fetchone() == (True,)
        if not is_empty:
            raise Refusal(
                "la base contient des données, mais pas la démonstration complète : "
                + ("relancez avec « make demo RESET=1 »." if world.is_embedded() else "donnez une base vide.")
            )
        if not (ROOT / "osmose" / "demo" / "seed.py").exists():
            return False
        _python("-m", "osmose.project.cli.seeding", *(["--light"] if is_light else []))
        preparation.note(connection, preparation.SEEDED, "demo")
    return True


def _python(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, check=False, capture_output=True, text=True,
        preexec_fn=embedded.die_with_parent(),
    )  # fmt: skip
    if done.returncode != 0:
        raise Refusal(f"« {' '.join(words)} » a échoué :\n{(done.stderr or done.stdout).strip()}")


def _welcome(address: str, port: int, seconds: float) -> None:
    name = "localhost" if address in ("127.0.0.1", "0.0.0.0", "::") else address
    print(f"\nOsmose est prêt en {_seconds(seconds)} : http://{name}:{port}\n")
    if accounts := _accounts():
        print("Comptes de démonstration (mot de passe : osmose)")
        width = max(len(email) for email, _ in accounts)
        for email, who in accounts:
            print(f"  {email:<{width}}  {who}")
    print("\nCtrl-C arrête tout.", flush=True)


def _accounts() -> list[tuple[str, str]]:
    try:
        with preparation.connect(world.owner_url()) as connection:
            rows = connection.execute(
                """
                SELECT u.email, concat_ws(' ', u.function, u.given_name, u.family_name),
                       string_agg(DISTINCT concat_ws(' · ', h.short_name, c.short_name), ', ')
                FROM accounts_user u
                LEFT JOIN accounts_membership m ON m.user_id = u.id AND m.ends_at IS NULL
                LEFT JOIN organisations_careunit c ON c.id = m.care_unit_id
                LEFT JOIN organisations_establishment h ON h.id = c.establishment_id
                WHERE u.is_active GROUP BY u.id ORDER BY min(u.id::text)
                """
            ).fetchall()
    except psycopg.Error:
        return []
    return [(email, f"{who} — {units}" if units else who) for email, who, units in rows]
