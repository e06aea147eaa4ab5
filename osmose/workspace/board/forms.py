"""What is typed to keep a view: a name, and the filters of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from osmose.workspace.board.filters import Filters


@dataclass(frozen=True)
class WantedView:
    """A view to keep; `query` holds nothing but filters that the board knows."""

    name: str
    query: str
    is_default: bool


class ViewForm:
    """Never invalid: what the address said without sense is left out, and the deed judges the name."""

    def __init__(self, typed: Mapping[str, Any]) -> None:
        self.typed = typed

    def command(self) -> WantedView:
        asked, _ = Filters.read(QueryDict(str(self.typed.get("query", ""))))
        return WantedView(
            name=str(self.typed.get("name", "")), query=asked.query(), is_default=bool(self.typed.get("is_default"))
        )
