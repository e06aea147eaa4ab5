"""A stream process on the database of the test that starts it: `python -m tests.stream.run_stream PORT`.

It says that it lives twice a second, for tests not to wait.
"""

import sys
from datetime import timedelta

import django


def main() -> None:
    django.setup()
    from osmose.kernel.audit import displays
    from osmose.stream.app import Stream
    from osmose.stream.server import Server

    displays.SEEN_EVERY = timedelta(seconds=0.5)
    stream = Stream()
    Server(stream, stream, host="127.0.0.1", port=int(sys.argv[1])).run()


if __name__ == "__main__":
    main()
