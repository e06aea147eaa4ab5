"""Screens declared, paired anew, changed and withdrawn by a manager; staff rooms opened by the DPO."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.devices import actions, queries
from osmose.devices.models import Screen
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import CareUnit
from osmose.workspace.wall import managing
from osmose.workspace.wall.forms import NewScreenForm, ScreenForm, WordForm
from osmose.workspace.wall.managing import Typed


def unit(request: StaffRequest, policy: Policy[CareUnit], *, unit_id: uuid.UUID) -> CareUnit | None:
    """The unit of the address, where the policy gives it."""
    return queries.unit_of(unit_id, policy, request.actor, request.now)


def screen(request: StaffRequest, policy: Policy[Screen], *, screen_id: uuid.UUID) -> Screen | None:
    """The screen of the address, where the policy gives it."""
    return queries.screen_of(screen_id, policy, request.actor, request.now)


def show(request: StaffRequest) -> HttpResponse:
    """The screens of my units."""
    return _screens(request)


def issue(request: StaffRequest, unit: CareUnit) -> HttpResponse:
    """A screen more, and its code, shown in this answer and never again."""
    form = NewScreenForm(request.POST)
    if not form.is_valid():
        return _screens(request, typed=_typed(unit, form), status=422)
    issued = actions.issue_screen(actor=request.actor, unit=unit, now=request.now, **form.wanted)
    return _screens(request, issued=issued)


def issue_refused(request: StaffRequest, unit: CareUnit, refusal: Refused) -> HttpResponse:
    """A rule said no: on its field, what was typed kept."""
    return _screens(request, typed=_typed(unit, NewScreenForm(request.POST), refusal))


def renew(request: StaffRequest, screen: Screen) -> HttpResponse:
    """Another code for this screen."""
    return _screens(request, issued=actions.renew_code(actor=request.actor, screen=screen, now=request.now))


def change(request: StaffRequest, screen: Screen) -> HttpResponse:
    """Its name and its look."""
    form = ScreenForm(request.POST)
    if not form.is_valid():
        return _screens(request, typed=_typed(screen, form), status=422)
    name, theme = form.cleaned_data["name"], form.cleaned_data["theme"]
    actions.change_screen(actor=request.actor, screen=screen, name=name, theme=theme, now=request.now)
    return HttpResponseRedirect(reverse("wall_screens"))


def change_refused(request: StaffRequest, screen: Screen, refusal: Refused) -> HttpResponse:
    return _screens(request, typed=_typed(screen, ScreenForm(request.POST), refusal))


def revoke(request: StaffRequest, screen: Screen) -> HttpResponse:
    """It shows nothing more."""
    actions.revoke_screen(actor=request.actor, screen=screen, now=request.now)
    return HttpResponseRedirect(reverse("wall_screens"))


def again(request: StaffRequest, *_: Any) -> HttpResponse:
    """Sent twice, done once: the code of the first time is not known any more."""
    return _screens(request, was_replayed=True)


def done(*_: Any) -> HttpResponse:
    """What was wanted is so."""
    return HttpResponseRedirect(reverse("wall_screens"))


def _screens(request: StaffRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    page = managing.screens(request.actor, request.now, **shown)
    return render(request, "workspace/wall/screens.html", {"screens": page}, status=status)


def _typed(about: CareUnit | Screen, form: forms.Form, refusal: Refused | None = None) -> Typed:
    """What a form holds, with the first problem of each field, its own or the rule's."""
    form.is_valid()
    problems = {name: str(errors[0]) for name, errors in form.errors.items()}
    if refusal is not None:
        problems[refusal.field or "name"] = refusal.sentence
    return Typed(about=about, values={name: str(form.data.get(name, "")) for name in form.fields}, problems=problems)


def staff_rooms(request: StaffRequest) -> HttpResponse:
    """Which staff rooms may show initials."""
    return _staff_rooms(request)


def open_staff_room(request: StaffRequest, unit: CareUnit) -> HttpResponse:
    """Opened, with a word."""
    form = WordForm(request.POST)
    if not form.is_valid():
        return _staff_rooms(request, typed=_typed(unit, form), status=422)
    actions.open_staff_room(actor=request.actor, unit=unit, word=form.cleaned_data["word"], now=request.now)
    return HttpResponseRedirect(reverse("wall_rooms"))


def open_refused(request: StaffRequest, unit: CareUnit, refusal: Refused) -> HttpResponse:
    return _staff_rooms(request, typed=_typed(unit, WordForm(request.POST), refusal))


def close_staff_room(request: StaffRequest, unit: CareUnit) -> HttpResponse:
    """Closed, at once."""
    actions.close_staff_room(actor=request.actor, unit=unit, now=request.now)
    return HttpResponseRedirect(reverse("wall_rooms"))


def rooms_done(*_: Any) -> HttpResponse:
    """What was wanted is so."""
    return HttpResponseRedirect(reverse("wall_rooms"))


def _staff_rooms(request: StaffRequest, *, status: int = 200, typed: Typed | None = None) -> HttpResponse:
    lines = managing.staff_rooms(request.actor, request.now, typed=typed)
    return render(request, "workspace/wall/rooms.html", {"lines": lines}, status=status)
