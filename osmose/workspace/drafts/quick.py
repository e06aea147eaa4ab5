"""What the quick note of the board is drawn from: whose it is, and what was already typed."""

from dataclasses import dataclass

from osmose.encounters import lifecycle, queries
from osmose.encounters.models import Encounter
from osmose.handover.actions import QUICK
from osmose.handover.rules.drafts import drafted_words
from osmose.kernel.base.clock import paris
from osmose.kernel.drafts import keeping
from osmose.kernel.drafts.keeping import Text
from osmose.kernel.web.drafts import Ongoing, ongoing
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import IdentityBand, identity, unshared
from osmose.workspace.drafts.asked import Asked
from osmose.workspace.drafts.offered import Offered, offered


@dataclass(frozen=True, repr=False)
class QuickNote:
    """A plain note on one patient, named at its top so that no word lands on another."""

    encounter: Encounter
    who: IdentityBand
    place: str
    unit: str
    reason: str
    draft: Text | Ongoing | None
    others: tuple[Offered, ...]
    text: str
    is_confidential: bool
    problem: str


def build(request: StaffRequest, encounter: Encounter, problem: str = "") -> QuickNote:
    """Of a PEC loaded by `queries.one`; what was just typed and refused comes before any draft."""
    texts = keeping.texts_about(user_id=request.actor.id, subject_id=encounter.pk)
    is_sent = request.method == "POST"
    # What was sent goes on with its own draft, never with another page's.
    kept = None if is_sent else Asked.of(request, QUICK).among(texts)
    is_open = DataCategory.IDENTITY in queries.scope_of(encounter)
    today = paris(request.now).date()
    return QuickNote(
        encounter=encounter,
        who=identity(encounter.patient, today=today) if is_open else unshared(encounter.patient),
        place=queries.place_of(encounter).words,
        unit=request.actor.unit_label,
        reason=lifecycle.availability(encounter.status, "write").reason,
        draft=ongoing(request.POST) if is_sent else kept,
        others=offered(text for text in texts if text is not kept and not is_sent),
        text=request.POST.get("text", "") if is_sent else drafted_words(kept.body) if kept else "",
        is_confidential=bool(request.POST.get("confidential")),
        problem=problem,
    )
