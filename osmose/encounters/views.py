"""The administrator's page of the request kinds. No patient is ever shown here."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.actions.kinds import change_request_kind, end_request_kind, restore_request_kind
from osmose.encounters.forms import ICONS, RequestKindForm
from osmose.encounters.models import RequestKind
from osmose.encounters.presenters import KindSample, kind_sample
from osmose.encounters.queries import kinds_of
from osmose.encounters.queries.reference import addressees_of, ended_kinds_of
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import Role
from osmose.kernel.actions.reference import Overtaken, read_marks, touched, written_marks
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.administration.reference import SEEN
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import CareUnit
from osmose.organisations.queries import partner_units, units_of

# What two administrators may change at once.
MARKED = ("label", "short_label", "icon", "order", "is_psychiatric", "statuses", "transitions", "addressees")


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


def _units(establishment_id: uuid.UUID, now: datetime, also: Iterable[CareUnit] = ()) -> list[CareUnit]:
    """Whom a request may be addressed to: the establishment's own units, and its partners' under an agreement.

    And those that it already names, whatever became of them: saving another field must not take them away.
    """
    offered = [*units_of(establishment_id, now), *partner_units(establishment_id, now)]
    return [*offered, *(unit for unit in also if unit not in offered)]


def _name(units: list[CareUnit]) -> str:
    """The establishment's name, on the page of one who administers several."""
    return units[0].establishment.name if units else ""


def _team_names(kind: RequestKind) -> list[str]:
    return [team["short_name"] for team in getattr(kind, "teams", None) or ()]


def kinds(request: StaffRequest) -> HttpResponse:
    """The kinds in use in the establishment, as they look."""
    establishment_id = _administered(request.actor)
    samples = [kind_sample(k, teams=_team_names(k), now=request.now) for k in kinds_of(establishment_id)]
    context = {
        "kinds": samples,
        "ended": ended_kinds_of(establishment_id),
        "establishment": _name(units_of(establishment_id, request.now)),
    }
    return render(request, "encounters/kinds.html", context)


def new_kind(request: StaffRequest) -> HttpResponse:
    """A kind to describe, prefilled with what most requests need."""
    return _described(request, _form(request))


def define_kind(request: StaffRequest) -> HttpResponse:
    """Adds the kind, or shows how it will look when only a preview is asked."""
    form = _form(request, request.POST)
    if not form.is_valid():
        return _described(request, form, status=422)
    establishment_id = _administered(request.actor)
    order = max((known.order for known in kinds_of(establishment_id)), default=-10) + 10
    kind = form.kind(establishment_id=establishment_id, order=order)
    if "preview" in request.POST:
        return _described(request, form, sample=_sample(kind, form.teams(), request))
    actions.define_request_kind(actor=request.actor, kind=kind, addressees=form.teams(), now=request.now)
    return defined(request)


def defined(request: StaffRequest, kind: object = None) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The list, with the kind in it."""
    return HttpResponseRedirect(reverse("request_kinds"))


def kind_refused(request: StaffRequest, refusal: Refused) -> HttpResponse:
    """What is wrong, on its field; all that was typed kept."""
    form = _form(request, request.POST)
    form.is_valid()
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return _described(request, form)


def show_kind(request: StaffRequest, kind: RequestKind) -> HttpResponse:
    """A kind that exists, to be changed, as it looks."""
    return _described(request, _form(request, kind=kind), sample=_sample(kind, addressees_of(kind), request))


def change_kind(request: StaffRequest, kind: RequestKind) -> HttpResponse:
    """Writes what was changed of a kind, or shows how it will look when only a preview is asked."""
    form = _form(request, request.POST, kind=kind)
    if not form.is_valid():
        return _described(request, form, status=422)
    if "preview" in request.POST:
        drawn = form.kind(establishment_id=kind.establishment_id, order=kind.order)
        return _described(request, form, sample=_sample(drawn, form.teams(), request))
    wanted = form.wanted(read_marks(request.POST.get(SEEN, "")))
    change_request_kind(actor=request.actor, kind=kind, wanted=wanted, now=request.now)
    return defined(request)


def offer_kind(request: StaffRequest, kind: RequestKind) -> HttpResponse:
    """Takes a kind out of use, or back into it: the button says which."""
    deed = restore_request_kind if request.POST.get("offer") == "1" else end_request_kind
    deed(actor=request.actor, kind=kind, now=request.now)
    return defined(request)


def change_refused(request: StaffRequest, kind: RequestKind, refusal: Refused) -> HttpResponse:
    """What is wrong, all that was typed kept; after a conflict, both values."""
    if SEEN not in request.POST:
        return _described(request, _form(request, kind=kind), refusal=refusal)
    form = _form(request, request.POST, kind=kind)
    form.is_valid()
    if not isinstance(refusal, Overtaken):
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _described(request, form)
    mine = form.typed(touched(form.wanted(read_marks(request.POST[SEEN]))))
    fresh: Any = refusal.row
    return _described(request, _form(request, kind=fresh, typed=mine), refusal=refusal)


def _form(
    request: StaffRequest,
    data: Mapping[str, Any] | None = None,
    *,
    kind: RequestKind | None = None,
    typed: Mapping[str, Any] | None = None,
) -> RequestKindForm:
    if kind is None:
        return RequestKindForm(data, units=_units(_administered(request.actor), request.now))
    asked = addressees_of(kind)
    units = _units(kind.establishment_id, request.now, asked)
    initial = {"addressees": [str(unit.pk) for unit in asked], **(typed or {})}
    return RequestKindForm(data, units=units, kind=kind, initial=initial)


def _sample(kind: RequestKind, teams: Iterable[CareUnit], request: StaffRequest) -> KindSample:
    return kind_sample(kind, teams=[unit.short_name for unit in teams], now=request.now)


def _described(
    request: StaffRequest,
    form: RequestKindForm,
    *,
    sample: KindSample | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    kind, ticked = form.known, set(form["passages"].value() or ())
    rows = [
        StateRow(
            number=n + 1,
            word=form[f"word_{n}"],
            meaning=form[f"meaning_{n}"],
            passages=tuple((m + 1, f"{n}-{m}", f"{n}-{m}" in ticked) for m in range(form.states)),
        )
        for n in range(form.states)
    ]
    seen = request.POST.get(SEEN, "") if form.is_bound else ""
    context = {
        "form": form,
        "kind": kind,
        "rows": rows,
        "icons": ICONS if not kind or kind.icon in dict(ICONS) else (*ICONS, (kind.icon, "Actuelle")),
        "sample": sample,
        "is_preview": form.is_bound,
        "refusal": refusal,
        "theirs": refusal.told() if isinstance(refusal, Overtaken) else (),
        "seen": (seen or written_marks(kind, MARKED)) if kind else "",
        "establishment": _name(list(form.units.values())),
        "addressed": set(form["addressees"].value() or ()),
    }
    return render(request, "encounters/kind_new.html", context, status=status)
