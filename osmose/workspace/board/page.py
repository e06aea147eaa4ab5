"""The board: the open PECs of my units, the longest present first."""

from dataclasses import dataclass

from osmose.encounters import queries
from osmose.encounters.models import Encounter
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import paris
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.workspace.board.row import BoardRow, board_row


@dataclass(frozen=True)
class Board:
    """What the page shows: its rows, and the version that the next refresh compares."""

    rows: tuple[BoardRow, ...]
    version: str

    @property
    def waiting_for_psychiatry(self) -> int:
        return sum(1 for row in self.rows if any(b.icon == "hourglass" for b in row.psychiatry))


def listing(request: StaffRequest, policy: Policy[Encounter]) -> Listing:  # noqa: ARG001 - the policy is the queries' own
    """The ids about to be shown; the guard journals them before anything is drawn."""
    rows = queries.open_of(request.actor, request.now)
    return Listing(
        subjects=tuple(r.id for r in rows),
        persons=tuple(r.patient_id for r in rows),
        version=queries.version_of(rows),
    )


def build(request: StaffRequest, shown: Listing) -> Board:
    """The rows of the journaled ids, and of no other."""
    courses = queries.courses(shown.subjects, request.actor, request.now)
    today = paris(request.now).date()
    rows = tuple(board_row(c, queries.scope_of(c.encounter), today) for c in courses)
    return Board(rows=rows, version=shown.version)
