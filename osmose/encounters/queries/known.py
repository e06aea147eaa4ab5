"""What is known of the patient of a PEC before this visit, read in the PEC's own query."""

from django.db.models import QuerySet

from osmose.encounters.models import Encounter
from osmose.patients.models import StandingInstruction
from osmose.patients.queries import current_instructions, revived


def with_instructions(rows: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """The PECs with the standing instructions of their patient, in the same query.

    Asking the policy once more would double the query's cost: whoever shows them checks that this PEC's own grant
    opens instructions (`scope_of`), which is what the policy asks of one of the patient's PECs.
    """
    return rows.annotate(instructions_json=current_instructions("patient_id"))


def instructions_in(encounter: Encounter) -> list[StandingInstruction]:
    """The instructions of a PEC loaded `with_instructions`, the last written first."""
    return revived(getattr(encounter, "instructions_json", ()))
