"""Logs without clinical or identifying text: what PostgreSQL quotes of a row never reaches them."""

import logging
import re

# « DETAIL: Failing row contains (…) » and « Key (email)=(…) already exists » quote the row in clear.
_DETAIL = re.compile(r"(DETAIL|CONTEXT|HINT|LINE \d+):[^\n]*")
_PATH_QUERY = re.compile(r"\?\S+")


def scrubbed(text: str) -> str:
    """The text without database details nor query strings."""
    return _PATH_QUERY.sub("?…", _DETAIL.sub("[…]", text))


class Scrub(logging.Filter):
    """Cuts what may quote a row out of every record, its exception included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = scrubbed(record.getMessage())
        record.args = ()
        if record.exc_info:
            kind = record.exc_info[0]
            record.exc_text = scrubbed(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
            record.msg = f"{record.msg} [{kind.__name__ if kind else 'exception'}]"
        return True


class Line(logging.Formatter):
    """One line a record: instant, level, logger, message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
