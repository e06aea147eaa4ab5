"""Logs without clinical or identifying text: what PostgreSQL quotes of a row never reaches them."""

import logging
import re
import traceback

# « DETAIL: Failing row contains (…) » and « Key (email)=(…) already exists » quote the row in clear.
_DETAIL = re.compile(r"(DETAIL|CONTEXT|HINT|LINE \d+):[^\n]*")
_PATH_QUERY = re.compile(r"\?\S+")


def scrubbed(text: str) -> str:
    """The text without database details nor query strings."""
    return _PATH_QUERY.sub("?…", _DETAIL.sub("[…]", text))


# Their messages name code, not what was typed.
_ABOUT_CODE = (AttributeError, ImportError, NameError)


def trace(error: BaseException | None) -> str:
    """Where the chain of exceptions was raised, and their types: a message may quote what was typed or read."""
    parts: list[str] = []
    while error is not None and len(parts) < 10:
        state = getattr(error, "sqlstate", None)
        said = f": {error}" if isinstance(error, _ABOUT_CODE) else f" [{state}]" if state else ""
        parts.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__ + said)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nfrom:\n".join(parts)


class Scrub(logging.Filter):
    """Cuts what may quote a row or a typed text out of every record, its exception included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = scrubbed(record.getMessage())
        record.args = ()
        if record.exc_info:
            kind, error, _ = record.exc_info
            record.exc_text = trace(error)
            record.exc_info = None
            record.msg = f"{record.msg} [{kind.__name__ if kind else 'exception'}]"
        return True


class Line(logging.Formatter):
    """One line a record: instant, level, logger, message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
