"""Tables and registers, as the printed documentation needs them."""

import re
from collections.abc import Iterable, Sequence

from django.urls import get_resolver
from django.utils.module_loading import autodiscover_modules

NOTICE = "*Imprimé depuis le code par `make docs`\u202f: ne pas modifier à la main.*"
NOTICE_EN = "*Printed from the code by `make docs`: don’t edit by hand.*"
NONE = "–"
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_LONELY = re.compile(r" ([:;!?»])(?=[\s*.,)]|$)")


def fill_registers() -> None:
    """Policies, deeds, event kinds and doors register themselves when their module is imported."""
    autodiscover_modules("policies", "events", "actions")
    _ = get_resolver().url_patterns


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar in a cell is escaped."""
    lines = [_line(head), "|" + "---|" * len(head)]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join((cell or NONE).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def code(text: str) -> str:
    return f"`{text}`" if text else NONE


def codes(names: Iterable[str]) -> str:
    return ", ".join(code(name) for name in sorted(names)) or NONE


def french(text: str) -> str:
    """Narrow no-break spaces inside « » and before : ; ! ?, outside of code."""
    pieces = _CODE.split(text)
    for n in range(0, len(pieces), 2):
        pieces[n] = _LONELY.sub("\u202f\\1", pieces[n]).replace("« ", "«\u202f")
    return "".join(pieces)


def document(*blocks: str) -> str:
    """Blocks apart by an empty line, one line break at the end."""
    return "\n\n".join(block.strip("\n") for block in blocks if block) + "\n"
