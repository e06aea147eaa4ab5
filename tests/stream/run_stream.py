"""A stream process on the database of the test that starts it: `python -m tests.stream.run_stream PORT`."""

import sys

import django


def main() -> None:
    django.setup()
    from osmose.stream.app import Stream
    from osmose.stream.server import Server

    stream = Stream()
    Server(stream, stream, host="127.0.0.1", port=int(sys.argv[1])).run()


if __name__ == "__main__":
    main()
