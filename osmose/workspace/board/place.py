"""Where a row stands: a word for all that filters, counts and orders it, and for nothing else."""

import hashlib

from osmose.encounters.queries import Listed


def place_of(row: Listed) -> str:
    """Twelve letters that change when a list could show the row elsewhere, or no more; the same in every process.

    A screen whose row keeps its place has only that row to draw again. `filters`, `chips` and the orders of `found`
    read nothing of a row that isn't here; whether somebody is a minor is the patient's own version.
    """
    teams = sorted({(str(request.unit_id), request.unit) for request in row.requests if request.is_psychiatric})
    said = (
        (row.status, row.arrived_at, row.exited_at, row.closed_at, row.patient_version),
        (row.unit_id, row.unit, row.place, row.place_order),
        (row.is_of_concern, row.is_missing, row.triage, row.has_result_to_see),
        (
            row.waits,
            sorted(row.psychiatry),
            teams,
        ),
        sorted(str(one.user_id) for one in row.in_charge),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]
