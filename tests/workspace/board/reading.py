"""A board as a test reads it: which patients, in which order, what each row and chip says."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

from django.test import Client

from osmose.encounters.models import Encounter

_ROW = re.compile(r'<(tr|li) id="pec-([0-9a-f-]{36})".*?</\1>', re.DOTALL)
_CHIP = re.compile(r'class="chip"[^>]*>([^<]+) <b>([^<]+)</b>')
_TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Seen:
    """One answer of the board."""

    html: str

    @property
    def rows(self) -> dict[UUID, str]:
        return {UUID(found[2]): found[0] for found in _ROW.finditer(self.html)}

    @property
    def order(self) -> list[UUID]:
        return list(self.rows)

    @property
    def counts(self) -> dict[str, str]:
        return {unescape(label): unescape(count) for label, count in _CHIP.findall(self.html)}

    @property
    def words(self) -> str:
        """What is read, without markup, one space between words."""
        return " ".join(unescape(_TAGS.sub(" ", self.html)).split())

    def row(self, pec: Encounter) -> str:
        return self.rows[pec.pk]

    def words_of(self, pec: Encounter) -> str:
        return " ".join(unescape(_TAGS.sub(" ", self.row(pec))).split())

    def __contains__(self, pec: Encounter) -> bool:
        return pec.pk in self.rows

    @property
    def poll(self) -> str:
        """The address of the next refresh."""
        found = re.search(r'id="board"[^>]*hx-(?:get|post)="([^"]+)"', self.html)
        assert found
        return unescape(found[1])


def board(client: Client, query: str = "", **headers: Any) -> Seen:
    answer = client.get(f"/pec/?{query}" if query else "/pec/", headers=headers)
    assert answer.status_code == 200, answer.status_code
    return Seen(answer.content.decode())


def sought(client: Client, typed: str, query: str = "portee=actives") -> Seen:
    """What an instant search shows."""
    answer = client.post(f"/pec/recherche/?{query}", {"q": typed}, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.status_code
    return Seen(answer.content.decode())
