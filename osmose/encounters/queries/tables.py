"""The rows that stand beside the one an administrator edits, for its preview; what may be chosen in its form."""

import uuid
from datetime import datetime

from django.db.models import QuerySet

from osmose.encounters.models import ModeOfArrival, Motif
from osmose.encounters.queries.reference import motifs_of
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import Role
from osmose.organisations.models import CareUnit, Establishment, Location
from osmose.organisations.policies import SET_UP_UNITS


def administered_units(actor: Actor, now: datetime) -> QuerySet[CareUnit]:
    """The open units that the actor sets up."""
    rows = SET_UP_UNITS.rows(actor, now).filter(ended_on=None).select_related("establishment")
    return rows.order_by("establishment__short_name", "name")


def administered_establishments(actor: Actor) -> QuerySet[Establishment]:
    """The establishments that the actor administers."""
    return Establishment.objects.filter(pk__in=actor.establishment_ids(Role.ADMINISTRATOR)).order_by("short_name")


def places_administered(actor: Actor, now: datetime) -> QuerySet[Location]:
    """The open places of the units that the actor sets up, unit by unit in their order."""
    rows = Location.objects.filter(care_unit__in=administered_units(actor, now).values("pk"), ended_at=None)
    return rows.select_related("care_unit").order_by("care_unit__name", "order", "code")


def places_beside(location: Location) -> list[Location]:
    """The open places of its unit with this one, saved or not, in their order."""
    others = Location.objects.filter(care_unit_id=location.care_unit_id, ended_at=None).exclude(pk=location.pk)
    return sorted([*others, location], key=lambda place: (place.order, place.code))


def motifs_beside(motif: Motif) -> list[Motif]:
    """The motifs offered where this one is, with it, in their order."""
    if motif.care_unit_id is not None:
        others = motifs_of(motif.establishment_id, motif.care_unit_id)
    else:
        everywhere = Motif.objects.filter(establishment_id=motif.establishment_id, care_unit=None, ended_at=None)
        others = list(everywhere)
    rows = [*(row for row in others if row.pk != motif.pk), motif]
    return sorted(rows, key=lambda row: (not row.is_favourite, row.order, row.label))


def modes_beside(mode: ModeOfArrival) -> list[ModeOfArrival]:
    """The modes offered in its establishment with this one, in their order."""
    rows = ModeOfArrival.objects.filter(establishment_id=mode.establishment_id, ended_at=None).exclude(pk=mode.pk)
    return sorted([*rows, mode], key=lambda row: (row.order, row.label))


def next_order(model: type[Motif | ModeOfArrival], establishment_id: uuid.UUID) -> int:
    """Ten after the last one in use."""
    last = model._default_manager.filter(establishment_id=establishment_id, ended_at=None).order_by("-order").first()
    return last.order + 10 if last else 0
