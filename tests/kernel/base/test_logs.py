"""What goes wrong is logged with where and which kind, never with what was typed."""

import logging
import sys

from osmose.kernel.base.logs import Scrub


def logged(message: str, *arguments: object) -> str:
    record = logging.LogRecord("osmose", logging.ERROR, __file__, 1, message, arguments, sys.exc_info())
    assert Scrub().filter(record)
    return f"{record.getMessage()}\n{record.exc_text}"


def test_the_message_of_an_exception_is_not_logged_its_chain_and_place_are() -> None:
    motif, name = "Idées noires", "DUPONT Jean"
    try:
        try:
            raise ValueError(motif)  # noqa: TRY301
        except ValueError as error:
            raise KeyError(name) from error
    except KeyError:
        said = logged("Internal Server Error: %s", "/pec/")
    assert "Idées" not in said
    assert "DUPONT" not in said
    assert all(word in said for word in ("ValueError", "KeyError", "test_logs.py", "/pec/"))


def test_a_mistake_of_code_says_which() -> None:
    try:
        logging.no_such_thing  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError:
        assert "no_such_thing" in logged("x")


def test_neither_rows_quoted_by_the_database_nor_query_strings_are_logged() -> None:
    said = logged("duplicate key\nDETAIL:  Key (email)=(jean@dupont.fr) already exists.\n%s", "/pec/?q=DUPONT")
    assert "dupont" not in said.lower()
