"""`osmose worker`: background jobs, until stopped."""

from osmose.project.cli import world


def run(arguments: list[str]) -> int:
    """Work until SIGINT or SIGTERM; `--once` stops when the queue is empty."""
    world.choose_settings()
    world.find_database()
    world.refuse_unsafe_production()
    world.ready_django()
    from osmose.kernel.tasks import worker
    from osmose.project.cli.serve import drop_destroyed_keys

    drop_destroyed_keys()
    worker.run(wait="--once" not in arguments)
    return 0
