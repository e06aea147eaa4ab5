"""One deed that changes several patients: the journal names each of them, beside the deed's own line."""

from collections.abc import Collection
from typing import Any

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.actions.deeds import operation
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Verb


@operation
def journal_touched(*, actor: Actor, deed: str, policy: Policy[Any], encounters: Collection[Encounter]) -> None:
    """One line for all of them; none where nobody was changed."""
    if encounters:
        journal.append(
            actor=actor,
            verb=Verb.CHANGE,
            door=f"encounters.{deed}",
            policy=policy.name,
            subjects=[encounter.pk for encounter in encounters],
            persons=[encounter.patient_id for encounter in encounters],
        )
