"""The administrator's page of the request kinds. No patient is ever shown here."""

import uuid
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.forms import ICONS, STATES, RequestKindForm
from osmose.encounters.models import RequestKind
from osmose.encounters.presenters import KindSample, kind_sample
from osmose.encounters.queries import kinds_of
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import Role
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import CareUnit
from osmose.organisations.queries import partner_units, units_of


@dataclass(frozen=True)
class StateRow:
    """One line of the table of states, as it is typed."""

    number: int
    word: object
    meaning: object
    passages: tuple[tuple[int, str, bool], ...]


def _administered(actor: Actor) -> uuid.UUID:
    """The establishment of the acting unit, where the actor administers it; else the first administered."""
    acting, held = actor.acting, actor.establishment_ids(Role.ADMINISTRATOR)
    return acting.establishment_id if acting and acting.establishment_id in held else min(held)


def _units(request: StaffRequest) -> list[CareUnit]:
    """Whom a request may be addressed to: the establishment's own units, and its partners' under an agreement."""
    establishment_id = _administered(request.actor)
    return [*units_of(establishment_id, request.now), *partner_units(establishment_id, request.now)]


def _name(units: list[CareUnit]) -> str:
    """The establishment's name, on the page of one who administers several."""
    return units[0].establishment.name if units else ""


def _team_names(kind: RequestKind) -> list[str]:
    return [team["short_name"] for team in getattr(kind, "teams", None) or ()]


def kinds(request: StaffRequest) -> HttpResponse:
    """The kinds in use in the establishment, as they look."""
    establishment_id = _administered(request.actor)
    samples = [kind_sample(k, teams=_team_names(k), now=request.now) for k in kinds_of(establishment_id)]
    context = {"kinds": samples, "establishment": _name(units_of(establishment_id, request.now))}
    return render(request, "encounters/kinds.html", context)


def new_kind(request: StaffRequest) -> HttpResponse:
    """A kind to describe, prefilled with what most requests need."""
    return _described(request, RequestKindForm(units=_units(request)))


def define_kind(request: StaffRequest) -> HttpResponse:
    """Adds the kind, or shows how it will look when only a preview is asked."""
    form = RequestKindForm(request.POST, units=_units(request))
    if not form.is_valid():
        return _described(request, form, status=422)
    establishment_id = _administered(request.actor)
    order = max((known.order for known in kinds_of(establishment_id)), default=-10) + 10
    kind = form.kind(establishment_id=establishment_id, order=order)
    if "preview" in request.POST:
        names = [unit.short_name for unit in form.teams()]
        return _described(request, form, sample=kind_sample(kind, teams=names, now=request.now))
    actions.define_request_kind(actor=request.actor, kind=kind, addressees=form.teams(), now=request.now)
    return defined(request)


def defined(request: StaffRequest, kind_id: uuid.UUID | None = None) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The list, with the new kind in it."""
    return HttpResponseRedirect(reverse("request_kinds"))


def kind_refused(request: StaffRequest, refusal: Refused) -> HttpResponse:
    """What is wrong, on its field; all that was typed kept."""
    form = RequestKindForm(request.POST, units=_units(request))
    form.is_valid()
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return _described(request, form)


def _described(
    request: StaffRequest, form: RequestKindForm, *, sample: KindSample | None = None, status: int = 200
) -> HttpResponse:
    ticked = set(form["passages"].value() or ())
    rows = [
        StateRow(
            number=n + 1,
            word=form[f"word_{n}"],
            meaning=form[f"meaning_{n}"],
            passages=tuple((m + 1, f"{n}-{m}", f"{n}-{m}" in ticked) for m in range(STATES)),
        )
        for n in range(STATES)
    ]
    context = {
        "form": form,
        "rows": rows,
        "icons": ICONS,
        "sample": sample,
        "establishment": _name(list(form.units.values())),
        "addressed": set(form["addressees"].value() or ()),
    }
    return render(request, "encounters/kind_new.html", context, status=status)
