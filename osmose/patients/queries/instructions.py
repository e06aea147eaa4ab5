"""Reading standing instructions through their policy, and inside the query of whatever they stand beside."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.db import embedded
from osmose.patients.models import StandingInstruction
from osmose.patients.policies import READ_INSTRUCTIONS

_READ = (
    "id", "data_key_id", "patient_id", "kind", "parts", "valid_from", "valid_until", "review_on", "written_by",
    "written_at", "ended_at", "version",
)  # fmt: skip
# A patient has a handful; a page stays readable, and no loop can fill it.
MOST = 40


def instructions_of(patient_id: uuid.UUID, actor: Actor, now: datetime) -> list[StandingInstruction]:
    """All of them, those that ended included, the last written first: one query."""
    rows = READ_INSTRUCTIONS.rows(actor, now).filter(patient_id=patient_id)
    return list(rows.select_related("data_key").order_by("-written_at", "-id"))


def instruction(
    instruction_id: uuid.UUID, patient_id: uuid.UUID, actor: Actor, now: datetime
) -> StandingInstruction | None:
    """One of the patient's, where the actor may read it."""
    rows = READ_INSTRUCTIONS.rows(actor, now).filter(pk=instruction_id, patient_id=patient_id)
    return rows.select_related("data_key").first()


def current_among(
    patient_ids: Iterable[uuid.UUID], actor: Actor, now: datetime
) -> dict[uuid.UUID, list[StandingInstruction]]:
    """By patient, those that nobody ended and that the actor may read: one query, for a list of patients."""
    found: defaultdict[uuid.UUID, list[StandingInstruction]] = defaultdict(list)
    if wanted := set(patient_ids):
        rows = READ_INSTRUCTIONS.rows(actor, now).filter(patient_id__in=wanted, ended_at=None)
        for row in rows.select_related("data_key").order_by("-written_at", "-id"):
            found[row.patient_id].append(row)
    return dict(found)


@Recipe
def current_of(patient_id: uuid.UUID, actor: Actor, now: datetime) -> QuerySet[StandingInstruction]:
    """Those of one patient that nobody ended, where the actor may read them: one query."""
    rows = READ_INSTRUCTIONS.rows(actor, now).filter(patient_id=patient_id, ended_at=None)
    return rows.select_related("data_key").order_by("-written_at", "-id")[:MOST]


def current_instructions(patient: str) -> ArraySubquery:
    """Those that nobody ended as JSON inside another row's query, whose column `patient` is (`revived` reads them).

    For rows that were read through their policy, where whoever shows them asks what its grant opens.
    """
    rows = StandingInstruction.objects.filter(patient_id=OuterRef(patient), ended_at=None)
    return ArraySubquery(rows.order_by("-written_at", "-id").values(json=embedded.columns(*_READ))[:MOST])


def revived(stored: Iterable[Any]) -> list[StandingInstruction]:
    """The instructions that `current_instructions` read."""
    return [embedded.revived(StandingInstruction, row) for row in stored]


def versions_of(row: StandingInstruction) -> list[Any]:
    """Each version as it was written, the last one first: rows of the history, which a merge repeats."""
    history: Any = row
    kept: dict[int, Any] = {}
    for version in history.history.order_by("pgh_id"):
        kept.setdefault(version.version, version)
    return [kept[number] for number in sorted(kept, reverse=True)]


def version_of(row: StandingInstruction, number: int) -> Any | None:
    """One version as it was written; None where there was none."""
    history: Any = row
    return history.history.filter(version=number).order_by("pgh_id").first()
