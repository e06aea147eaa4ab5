"""How many patients stand in the way of an administrator: a number, never who."""

import uuid
from collections.abc import Iterable

from django.apps import apps
from django.db.models import Q

from osmose.encounters.lifecycle import OPEN, EncounterStatus
from osmose.encounters.models import Encounter, Movement, ServiceRequest

_HERE = Q(ends_at=None, cancelled_at=None, encounter__status=EncounterStatus.ACTIVE.value)


def patients_at(location_id: uuid.UUID) -> int:
    """The patients who are in this box or zone now."""
    return Movement.objects.filter(_HERE, Q(box_id=location_id) | Q(location_id=location_id)).count()


def patients_of_unit(unit_id: uuid.UUID) -> int:
    """The PECs that need this unit open: its own that aren't closed, those in its places, those it was asked for."""
    places = Q(location__care_unit_id=unit_id) | Q(box__care_unit_id=unit_id)
    asked = ServiceRequest.objects.filter(
        addressed_unit_id=unit_id, is_current=True, requested_at__isnull=False, done_at=None
    )
    needing = (
        Q(care_unit_id=unit_id)
        | Q(pk__in=Movement.objects.filter(_HERE, places).values("encounter_id"))
        | Q(pk__in=asked.values("encounter_id"))
    )
    return Encounter.objects.filter(needing, status__in=OPEN).count()


def states_used(kind_id: uuid.UUID, codes: Iterable[str]) -> set[str]:
    """Those of these states that a request of this kind has, or had in one of its versions."""
    versions = apps.get_model("encounters", "ServiceRequestHistory")._default_manager
    return {
        code
        for code in codes
        if ServiceRequest.objects.filter(kind_id=kind_id, status=code).exists()
        or versions.filter(kind_id=kind_id, status=code).exists()
    }
