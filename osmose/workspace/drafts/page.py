"""« Mes brouillons »: one's own texts wherever they were begun, journaled before any is shown."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from osmose.encounters import lifecycle, queries
from osmose.encounters.models import Encounter
from osmose.handover.policies import SIGN
from osmose.handover.rules.drafts import drafted_words
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import paris
from osmose.kernel.drafts import keeping
from osmose.kernel.drafts.keeping import Text
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import IdentityBand, identity, unshared
from osmose.workspace.drafts.offered import Offered, offered


@dataclass(frozen=True, repr=False)
class Row:
    """One draft, and whose PEC it is about; of a PEC that is no longer one's own, neither its text nor the patient."""

    draft: Offered
    text: str
    encounter_id: uuid.UUID
    who: IdentityBand | None
    place: str
    reason: str

    @property
    def may_be_read(self) -> bool:
        return self.who is not None


@dataclass(frozen=True)
class Found:
    """The actor's drafts, and those of their PECs where they may still write notes."""

    texts: tuple[Text, ...]
    encounters: Mapping[uuid.UUID, Encounter]


def listing(request: StaffRequest, policy: Policy[Any]) -> Listing:  # noqa: ARG001 - one's own, whatever the policy
    """The PECs that the drafts are about, through the policy of notes."""
    texts = keeping.texts_of(request.actor.id)
    found = queries.among({text.subject_id for text in texts}, SIGN, request.actor, request.now)
    return Listing(
        subjects=tuple(found),
        persons=tuple(encounter.patient_id for encounter in found.values()),
        rows=Found(texts, found),
    )


def build(request: StaffRequest, shown: Listing) -> tuple[Row, ...]:
    """Newest first."""
    found: Found = shown.rows
    return tuple(_row(text, found.encounters.get(text.subject_id), request) for text in found.texts)


def _row(text: Text, encounter: Encounter | None, request: StaffRequest) -> Row:
    (draft,) = offered([text])
    if encounter is None:
        return Row(draft, "", text.subject_id, None, "", "")
    is_open = DataCategory.IDENTITY in queries.scope_of(encounter)
    today = paris(request.now).date()
    who = identity(encounter.patient, today=today) if is_open else unshared(encounter.patient)
    place = queries.place_of(encounter).words
    reason = lifecycle.availability(encounter.status, "write").reason
    return Row(draft, drafted_words(text.body), encounter.pk, who, place, reason)
