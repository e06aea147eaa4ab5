"""Each screen is a socket on both sides."""

import resource


def open_files() -> None:
    """As many as the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
