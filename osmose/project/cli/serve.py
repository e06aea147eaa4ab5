"""`osmose serve`: the pages, by Granian (WSGI), until stopped; with `--live`, pages and stream in one process."""

import argparse
import os
import resource
import threading
from collections.abc import Callable
from typing import Any

from osmose.project.cli import world
from osmose.project.cli.embedded import die_with_parent


def run(arguments: list[str]) -> int:
    """Serve until SIGINT or SIGTERM; in production, only after the deployment checks passed."""
    parser = argparse.ArgumentParser(prog="osmose serve")
    parser.add_argument("--address", default=os.environ.get("OSMOSE_ADDRESS", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument("--workers", type=int, default=int(os.environ.get("OSMOSE_WEB_WORKERS") or 1))
    parser.add_argument("--live", action="store_true", help="sert aussi le flux, sous la même adresse")
    options = parser.parse_args(arguments)
    world.choose_settings()
    world.find_database()
    world.refuse_unsafe_production()
    return _one_origin(options) if options.live else _pages(options)


def _one_origin(options: argparse.Namespace) -> int:
    """Uvicorn: the stream, and Django in threads beside it."""
    world.ready_django()
    from osmose.project.asgi import one_origin
    from osmose.stream.server import Server

    drop_destroyed_keys()
    raise_open_files()
    origin = one_origin()
    Server(origin, origin.stream, host=options.address, port=options.port).run()
    return 0


def _pages(options: argparse.Namespace) -> int:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "osmose.project.wsgi:application",
        address=options.address,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=4,
        backpressure=64,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,  # an address may say whose page was read: the access journal has it, encrypted
        log_level="warning",  # type: ignore[arg-type]
    ).serve(target_loader=_load, wrap_loader=False)
    return 0


def _load() -> Callable[..., Any]:
    """In each of Granian's own processes, which must not outlive the one that started it."""
    die_with_parent()()
    from osmose.project.wsgi import application

    drop_destroyed_keys()
    return application


def raise_open_files() -> None:
    """Each screen is a socket: as many as the system allows this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def drop_destroyed_keys() -> None:
    """Hear of each patient's key that another process destroys, and forget it here too."""
    from osmose.kernel.crypto import keys

    threading.Thread(target=keys.listen_for_destruction, name="keys", daemon=True).start()
