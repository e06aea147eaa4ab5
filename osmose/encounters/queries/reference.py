"""What a PEC may be given: the kinds of request, places, motifs and modes of arrival of its establishment and unit."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.models import ModeOfArrival, Motif, Movement, RequestKind
from osmose.encounters.policies import REGISTER
from osmose.encounters.queries.loading import CLOSED
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe
from osmose.organisations.models import CareUnit, Location


def kinds_of(establishment_id: uuid.UUID) -> list[RequestKind]:
    """The kinds of request in use in an establishment, in order, with their addressees (`teams`): one query."""
    teams = RequestKind.addressees.through.objects.filter(
        requestkind_id=OuterRef("pk"), careunit__ended_on=None
    ).order_by("careunit__name")
    named = teams.values(json=JSONObject(id="careunit_id", short_name="careunit__short_name"))
    kinds = RequestKind.objects.filter(establishment_id=establishment_id, ended_at=None)
    return list(kinds.annotate(teams=ArraySubquery(named)).order_by("order", "label"))


def ended_kinds_of(establishment_id: uuid.UUID) -> list[RequestKind]:
    """The kinds that an establishment offers no more."""
    return list(RequestKind.objects.filter(establishment_id=establishment_id).exclude(ended_at=None).order_by("label"))


def addressees_of(kind: RequestKind) -> list[CareUnit]:
    """The units that a kind of request may be addressed to, closed ones included."""
    return list(kind.addressees.select_related("establishment").order_by("name"))


def places_of(unit_ids: Iterable[uuid.UUID], *, but: uuid.UUID, with_occupancy: bool) -> list[Location]:
    """The open zones and boxes of units, in order; `is_taken` where somebody else is now. One query.

    Also the place where the PEC `but` is, when it has ended since: its label then says « (fermé) ». Without occupancy
    for a partner: a taken box would tell of a patient that is not shared.
    """
    places = _places(but, with_occupancy, *unit_ids)
    for place in places:
        if place.ended_at is not None:
            place.label += CLOSED  # shown, never saved
    return places


@Recipe
def _places(but: uuid.UUID, with_occupancy: bool, *unit_ids: uuid.UUID) -> QuerySet[Location]:
    here = Movement.objects.filter(
        Q(box_id=OuterRef("pk")) | Q(location_id=OuterRef("pk")), encounter_id=but, ends_at=None, cancelled_at=None
    )
    others = Movement.objects.filter(
        box_id=OuterRef("pk"), ends_at=None, cancelled_at=None, encounter__status="active"
    ).exclude(encounter_id=but)
    rows = Location.objects.filter(Q(ended_at=None) | Exists(here), care_unit_id__in=unit_ids)
    taken = Exists(others) if with_occupancy else Value(False)
    return rows.annotate(is_taken=taken).order_by("order", "code")


@dataclass(frozen=True)
class Mode:
    """A way of arriving: the code that a PEC keeps, and its word."""

    code: str
    label: str


FOUNDING_MODES = tuple(Mode(mode.value, mode.label) for mode in ArrivalMode)


def modes_of(establishment_id: uuid.UUID) -> tuple[Mode, ...]:
    """The modes of arrival that an establishment offers, in its order; the founding ones until it has its own.

    One query.
    """
    return tuple(Mode(*row) for row in _modes(establishment_id)) or FOUNDING_MODES


@Recipe
def _modes(establishment_id: uuid.UUID) -> QuerySet[ModeOfArrival, tuple[str, str]]:
    rows = ModeOfArrival.objects.filter(establishment_id=establishment_id, ended_at=None).order_by("order", "label")
    return rows.values_list("code", "label")


def mode_label(code: str, modes: Iterable[Mode]) -> str:
    """The word of a mode, also of one that is offered no more."""
    known = {mode.code: mode.label for mode in (*FOUNDING_MODES, *modes)}
    return known.get(code, code)


def motifs_of(establishment_id: uuid.UUID, unit_id: uuid.UUID) -> list[Motif]:
    """The motifs offered in a unit, favourites first: its own and its establishment's. One query."""
    rows = Motif.objects.filter(Q(care_unit_id=unit_id) | Q(care_unit=None), establishment_id=establishment_id)
    return list(rows.filter(ended_at=None).order_by("-is_favourite", "order", "label"))


def registering_units(actor: Actor, now: datetime) -> list[CareUnit]:
    """The units where the actor may register an arrival, the acting one first."""
    units = list(REGISTER.rows(actor, now).filter(ended_on=None).select_related("establishment").order_by("name"))
    return sorted(units, key=lambda u: (u.pk != actor.acting_unit_id, u.name))
