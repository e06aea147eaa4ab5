"""The inbox, its badge and its alerts, the settings, what could not be sent; each view makes one call."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters.actions import undo_event
from osmose.encounters.policies import WRITE
from osmose.encounters.queries import acted_on
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.kernel.web.context import record_url
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.notifications import actions, forms, presenters
from osmose.notifications.models import Notification
from osmose.notifications.policies import ANSWER
from osmose.notifications.queries import inbox as reading
from osmose.notifications.queries import oversight
from osmose.notifications.queries.inbox import State, Told
from osmose.notifications.queries.standing import standing_of
from osmose.notifications.rules import Standing, bundled

# Whoever opens a page just after an alert hears it there.
_JUST_NOW = timedelta(seconds=20)
_MOST_ALERTS = 3
_REFRESH = json.dumps({"refresh": {"target": "#inbox"}, "counts": {"target": "#rail-notifications"}})


@dataclass(frozen=True)
class _Found:
    told: list[Told]
    standing: Standing
    muted: frozenset[uuid.UUID]


def listing(request: StaffRequest, policy: Policy[Any]) -> Listing:  # noqa: ARG001 - the policy is the queries' own
    """The PECs about to be named."""
    found = _Found(
        reading.inbox(request.actor, request.now),
        standing_of(request.actor.id),
        reading.muted_by(request.actor.id),
    )
    return _listing(found, presenters.version_of(found.told, found.standing, found.muted))


def _listing(found: _Found, version: str) -> Listing:
    encounters = {told.encounter.pk: told.encounter for told in found.told}
    return Listing(
        subjects=tuple(encounters),
        persons=tuple(encounter.patient_id for encounter in encounters.values()),
        version=version,
        rows=found,
    )


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The whole page."""
    return render(request, "notifications/page.html", {"inbox": _inbox(request, shown)})


def rows(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The list again, where something changed."""
    return render(request, "notifications/_list.html", {"inbox": _inbox(request, shown)})


def _inbox(request: StaffRequest, shown: Listing) -> presenters.Inbox:
    found: _Found = shown.rows
    return presenters.inbox_page(found.told, found.standing, found.muted, request.now)


def count(request: StaffRequest) -> HttpResponse:
    """The badge of every page; nothing where it has not changed. Says too whether an alert is to be shown."""
    state = reading.state_of(request.actor, request.now)
    said = _said(state)
    before = request.GET.get("vu", "")
    if before == said:
        return HttpResponse(status=204)
    return render(
        request, "notifications/_count.html", {"state": state, "said": said, "announce": _announce(request, state)}
    )


def _said(state: State) -> str:
    """The state in one word: « 3-1790000000000000-crise »."""
    return f"{state.count}-{state.latest}-{_mode(state.standing)}-{int(state.has_line)}"


def _mode(standing: Standing) -> str:
    if standing.is_in_crisis:
        return "crise"
    return "absent" if standing.is_off else "libre"


def _announce(request: StaffRequest, state: State) -> str:
    """The address of what is to be shown: new alerts, the silent line (or that it is gone), a summary; or nothing."""
    before = request.GET.get("vu", "").split("-")
    is_known = len(before) == 4 and before[1].isascii() and before[1].isdigit()
    since = int(before[1]) if is_known else reading.cursor_of(request.now - _JUST_NOW)
    was_in_crisis = is_known and before[2] == "crise"
    summary = was_in_crisis and not state.standing.is_in_crisis and state.held > 0
    line_moved = state.has_line or (is_known and before[3] == "1")
    # The inbox shows by itself what an alert would say.
    is_there = urlsplit(request.headers.get("HX-Current-URL", "")).path == reverse("notifications")
    is_ringing = not (state.standing.is_in_crisis or is_there) and state.has_alert_since(since)
    if not ((summary and not is_there) or line_moved or is_ringing):
        return ""
    return f"{reverse('notifications_announced')}?apres={since}&bilan={int(summary)}"


def announced_listing(request: StaffRequest, policy: Policy[Any]) -> Listing:  # noqa: ARG001 - the queries' own
    """The PECs of the alerts about to be shown."""
    standing = standing_of(request.actor.id)
    since = reading.instant_of(forms.cursor(request.GET, "apres"))
    told = reading.announced(request.actor, request.now, since=since, standing=standing)
    return _listing(_Found(told, standing, frozenset()), "")


def announced(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The discreet toast, or the one silent line of a crisis interview, or the summary after it."""
    found: _Found = shown.rows
    items = [presenters.item(bundle, found.standing, found.muted, request.now) for bundle in bundled(found.told)]
    state = reading.state_of(request.actor, request.now) if request.GET.get("bilan") == "1" else None
    context = {
        "line": items[0] if items and found.standing.is_in_crisis else None,
        "alerts": [] if found.standing.is_in_crisis else items[:_MOST_ALERTS],
        "more": 0 if found.standing.is_in_crisis else max(0, len(items) - _MOST_ALERTS),
        "held": state.held if state is not None else 0,
        "by_browser": bool(items) and reading.channels_of(request.actor.id).by_browser,
    }
    return render(request, "notifications/_announced.html", context)


def open_record(request: StaffRequest, notification: Notification) -> HttpResponse:
    """One click to the record; its page says by itself what its reader may see."""
    encounter_id = actions.open_notification(actor=request.actor, notification=notification, now=request.now)
    return HttpResponseRedirect(record_url(encounter_id))


def answer(request: StaffRequest, notification: Notification) -> HttpResponse:
    """« Vu, j’arrive vers 14:40 »."""
    encounter = acted_on(notification.subject_id, ANSWER, request.actor, request.now)
    if encounter is None:
        raise NotVisible
    told = actions.answer_alert(
        actor=request.actor,
        encounter=encounter,
        notification=notification,
        arriving_at=forms.arriving(request.POST, now=request.now),
        now=request.now,
    )
    return _said_so(request, notification, told)


def answered(request: StaffRequest, _notification: Notification) -> HttpResponse:
    """The same click again: it is done."""
    return _fallen(request)


def take_back(request: StaffRequest, notification: Notification) -> HttpResponse:
    """« Annuler »: one does not come after all."""
    encounter = acted_on(notification.subject_id, WRITE, request.actor, request.now)
    if encounter is None:
        raise NotVisible
    undo_event(actor=request.actor, encounter=encounter, event_uid=forms.event_of(request.POST), now=request.now)
    return _said_so(request, notification, None)


def _said_so(request: StaffRequest, notification: Notification, told: Event | None) -> HttpResponse:
    """Where one is: the answer with ten seconds to undo it; None, it is undone."""
    if not is_htmx(request):
        return _fallen(request)
    sentence = timeline.read(told).sentence if told else ""
    context = {"notification": notification, "event": told, "sentence": sentence}
    response = render(request, "notifications/_answered.html", context)
    response["HX-Trigger"] = _REFRESH
    return response


def mute(request: StaffRequest, notification: Notification) -> HttpResponse:
    """No alert of this patient any more, or again."""
    wanted = request.POST.get("wanted") == "on"
    actions.mute_patient(actor=request.actor, notification=notification, wanted=wanted, now=request.now)
    return _fallen(request)


def mark(request: StaffRequest) -> HttpResponse:
    """« Lu »."""
    actions.mark_read(actor=request.actor, ids=forms.ids_of(request.POST), now=request.now)
    return _fallen(request)


def mark_all(request: StaffRequest) -> HttpResponse:
    """« Tout marquer comme lu »: what was shown, and not what came meanwhile."""
    until = reading.instant_of(forms.cursor(request.POST, "until"))
    actions.mark_all_read(actor=request.actor, until=until, now=request.now)
    return _fallen(request)


def _fallen(request: StaffRequest) -> HttpResponse:
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": _REFRESH})
    return HttpResponseRedirect(reverse("notifications"))


def settings(request: StaffRequest) -> HttpResponse:
    """What I want of each notice, and by which channels."""
    user_id = request.actor.id
    page = presenters.settings_page(
        reading.chosen_by(user_id),
        reading.channels_of(user_id),
        len(reading.muted_by(user_id)),
        {membership.role for membership in request.actor.memberships},
    )
    return render(request, "notifications/settings.html", {"settings": page, "is_saved": "fait" in request.GET})


def choose(request: StaffRequest) -> HttpResponse:
    """Keeps the settings, or (« unmute ») hears of every patient again."""
    if request.POST.get("unmute"):
        actions.unmute_all(actor=request.actor, now=request.now)
        return HttpResponseRedirect(f"{reverse('notifications_settings')}?fait")
    wanted = forms.chosen(request.POST)
    actions.choose_notices(
        actor=request.actor,
        wanted=wanted.wanted,
        by_browser=wanted.by_browser,
        by_mail=wanted.by_mail,
        now=request.now,
    )
    return HttpResponseRedirect(f"{reverse('notifications_settings')}?fait")


def deliveries(request: StaffRequest) -> HttpResponse:
    """For administrators: messages that could not leave, rules that are too wide."""
    context = {
        "deliveries": oversight.deliveries(request.actor, request.now),
        "too_wide": oversight.too_wide(request.now),
    }
    return render(request, "notifications/deliveries.html", context)
