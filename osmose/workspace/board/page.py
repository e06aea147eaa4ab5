"""The board: what is about to be shown, journaled first; then its rows."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse

from osmose.encounters.models import Encounter
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import paris
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.workspace.board import drawing
from osmose.workspace.board import filters as asking
from osmose.workspace.board.chips import Chip, Option
from osmose.workspace.board.filters import Filters
from osmose.workspace.board.found import Found, Question, find


@dataclass(frozen=True)
class Choice:
    """One list of choices: its name, what is chosen, and the word for « everything »."""

    label: str
    name: str
    value: str
    options: tuple[Option, ...]
    everything: str

    @property
    def is_chosen(self) -> bool:
        return bool(self.value and self.everything)


@dataclass(frozen=True, kw_only=True)
class Board:
    """What the page shows: what was found, its rows drawn, and the version that the next refresh compares."""

    found: Found
    body: bytes
    count: int
    version: str
    path: str = field(default_factory=lambda: reverse("board"))
    rows_path: str = field(default_factory=lambda: reverse("board_rows"))
    search_path: str = field(default_factory=lambda: reverse("board_search"))

    @property
    def question(self) -> Question:
        return self.found.question

    @property
    def asked(self) -> Filters:
        return self.question.asked

    @property
    def chips(self) -> tuple[Chip, ...]:
        return (*self.found.scopes, *self.found.psychiatry)

    @property
    def filters(self) -> tuple["Choice", ...]:
        """The lists of choices, in order."""
        asked, found = self.asked, self.found
        return (
            Choice("Unité", "unite", asked.unite, found.units, "Toutes"),
            Choice("Lieu", "lieu", asked.lieu, found.places, "Tous"),
            Choice("Équipe", "equipe", asked.equipe, found.teams, "Toutes"),
            Choice("État", "etat", asked.etat, tuple(asking.STATES.items()), "Tous"),
            Choice("Ordre", "ordre", asked.ordre, tuple(asking.ORDERS.items()), ""),
        )

    @cached_property
    def query(self) -> str:
        """The address of what is shown, page of the archive included."""
        return self.asked.query(apres=self.asked.apres)

    @property
    def next_query(self) -> str:
        return self.asked.query(apres=self.found.next) if self.found.next else ""

    @cached_property
    def is_searched(self) -> bool:
        sought = self.question.sought
        return not sought.is_empty and not sought.is_too_short

    @property
    def is_cards(self) -> bool:
        return self.asked.vue == asking.CARDS

    @property
    def densities(self) -> tuple[tuple[str, str, str, bool], ...]:
        """Word, icon and address of each density, and whether it is this one."""
        icons = {asking.CARDS: "layout-dashboard", asking.TABLE: "clipboard-list"}
        return tuple(
            (asking.DENSITIES[vue], icons[vue], self.asked.query(vue=vue), self.asked.vue == vue) for vue in icons
        )

    @property
    def said(self) -> str:
        """In words, when others than current patients are shown."""
        return _SAID.get(self.asked.portee, "")

    @property
    def clear_query(self) -> str:
        """The same scope, order and density, nothing else asked."""
        return self.asked.query(psy="", unite="", lieu="", equipe="", etat="", mes="")


_SAID = {
    asking.OPEN: "Vous regardez aussi les patients sortis dont la prise en charge n’est pas clôturée.",
    asking.CLOSED: "Vous regardez les PEC clôturées des 30 derniers jours.",
    asking.ALL: "Vous regardez toutes les PEC, clôturées des 30 derniers jours comprises.",
}


def listing(request: StaffRequest, policy: Policy[Encounter]) -> Listing:  # noqa: ARG001 - the policy is the queries' own
    """The ids about to be shown; the guard journals them before anything is drawn."""
    found = find(request)
    return Listing(
        subjects=tuple(row.id for row in found.rows),
        persons=tuple(row.patient_id for row in found.rows),
        version=_version(found, request),
        rows=found,
    )


def build(request: StaffRequest, shown: Listing) -> Board:
    """The rows of the journaled ids, and of no other."""
    found: Found = shown.rows
    drawn = drawing.draw(found.rows, request.actor, request.now, found.question.asked.vue)
    body = drawing.beside(b"".join(drawn), found.unread)
    return Board(found=found, body=body, count=len(drawn), version=shown.version)


def _version(found: Found, request: StaffRequest) -> str:
    """A word that changes when anything shown does: a row, a count, the order, the day."""
    said = [row.fingerprint for row in found.rows]
    counted = (
        found.scopes,
        found.psychiatry,
        found.waiting,
        found.total,
        found.next,
        found.relays,
        found.expected,
        found.unread,
    )
    density, today = found.question.asked.vue, paris(request.now).date()
    return hashlib.sha256(repr((said, counted, density, today)).encode()).hexdigest()[:16]
