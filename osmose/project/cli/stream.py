"""`osmose stream`: the live screens' stream, alone; several may run side by side, behind the same address."""

import argparse
import os

from osmose.project.cli import world


def run(arguments: list[str]) -> int:
    """Push changes until SIGINT or SIGTERM; in production, only after the deployment checks passed."""
    parser = argparse.ArgumentParser(prog="osmose stream")
    parser.add_argument("--address", default=os.environ.get("OSMOSE_STREAM_ADDRESS", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("OSMOSE_STREAM_PORT") or 8001))
    options = parser.parse_args(arguments)
    world.choose_settings()
    world.find_database()
    world.refuse_unsafe_production()
    world.ready_django()
    from osmose.project.cli.serve import drop_destroyed_keys, raise_open_files
    from osmose.stream.app import Stream
    from osmose.stream.server import Server

    drop_destroyed_keys()
    raise_open_files()
    stream = Stream()
    Server(stream, stream, host=options.address, port=options.port).run()
    return 0
