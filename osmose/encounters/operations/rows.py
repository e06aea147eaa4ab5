"""The row of a PEC, locked, checked, saved with its version."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from osmose.encounters import lifecycle
from osmose.encounters.models import Encounter
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.crypto.blind import token
from osmose.kernel.crypto.reading import UNREADABLE, readable


@operation
def lock(encounter: Encounter, *, deed: str = "write") -> Encounter:
    """The fresh row, locked until the end of the action, where its state allows the deed and it can be read."""
    row = next(iter(_locked(encounter.pk)), None)
    if row is None:
        raise NotVisible
    lifecycle.require(row.status, deed)
    _require_readable(row)
    return row


@Recipe
def _locked(encounter_id: uuid.UUID) -> QuerySet[Encounter]:
    rows = Encounter.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("patient", "care_unit", "establishment").filter(pk=encounter_id)


def _require_readable(row: Encounter) -> None:
    """Nothing is written on a record whose key is destroyed or whose row was altered."""
    if readable(row, "motif") is UNREADABLE:
        raise Refused(
            "Dossier illisible\u202f: rien n’a été enregistré. Prévenez l’administrateur.",
            code="unreadable",
            status=409,
        )


@operation
def save(encounter: Encounter, *fields: str) -> Encounter:
    """Saves the named fields only, and moves the version."""
    encounter.version += 1
    encounter.save(update_fields=[*fields, "version", "revisions"])
    return encounter


def require_past(at: datetime, now: datetime, *, field: str) -> None:
    """Nothing has happened in the future."""
    if at > now:
        raise Refused("Cette heure est dans le futur\u202f: vérifiez la date et l’heure.", field=field, code="future")


def visit_token(establishment_id: uuid.UUID, visit_number: str | None) -> bytes | None:
    """The blind token of a visit number in its establishment's domain."""
    return token(establishment_id, "visit", visit_number) if visit_number else None


@operation
def touch_open(*, patient_ids: Iterable[uuid.UUID]) -> int:
    """A change to a patient moves the version of that patient's open PECs; returns how many."""
    moved = 0
    open_rows = Encounter.objects.filter(patient_id__in=list(patient_ids), status__in=lifecycle.OPEN)
    for encounter in open_rows.select_for_update().order_by("pk"):
        save(encounter)
        moved += 1
    return moved
