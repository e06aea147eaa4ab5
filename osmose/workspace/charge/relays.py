"""Relais: those that name me, a new one, an answer."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.models import Relay
from osmose.encounters.queries.charge import charge_of, relay_named, relays_of, sectors_of
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.workspace.charge import page
from osmose.workspace.charge.forms import ACCEPT, AnswerForm, OfferForm, valid
from osmose.workspace.charge.people import receivers


def relay(request: StaffRequest, policy: Policy[Relay], **kwargs: Any) -> Relay | None:  # noqa: ARG001 - the query's own
    """The relais of the address, where it names the actor."""
    return relay_named(kwargs["relay_id"], request.actor, request.now)


def listing(request: StaffRequest, policy: Policy[Relay]) -> Listing:
    """The relais that name the actor: their patients are journaled before they are shown."""
    if not policy.allows(request.actor, None, request.now):
        raise NotVisible
    exchanges, encounters = relays_of(request.actor, request.now)
    return Listing(
        subjects=tuple(encounters),
        persons=tuple(encounter.patient_id for encounter in encounters.values()),
        version=page.version_of(exchanges, encounters, request.now),
        rows=(exchanges, encounters),
    )


def show(request: StaffRequest, listed: Listing) -> HttpResponse:
    """What waits for my answer, what waits for somebody else's, what was settled since some hours."""
    return _drawn(request, listed)


def rows(request: StaffRequest, listed: Listing) -> HttpResponse:
    """The relais again, where something changed."""
    return render(request, "workspace/charge/_relays.html", _context(request, listed))


def _drawn(
    request: StaffRequest, listed: Listing, *, status: int = 200, refusal: Refused | None = None
) -> HttpResponse:
    return render(request, "workspace/charge/relays.html", _context(request, listed, refusal), status=status)


def _context(request: StaffRequest, listed: Listing, refusal: Refused | None = None) -> dict[str, Any]:
    exchanges, encounters = listed.rows
    cards = [page.card(exchange, encounters, request.actor, request.now) for exchange in exchanges]
    return {
        "version": listed.version,
        "mine": [card for card in cards if card.is_mine_to_answer],
        "theirs": [card for card in cards if card.is_pending and not card.is_mine_to_answer],
        "settled": [card for card in cards if not card.is_pending],
        "undoable": next((card for card in cards if card.seconds_to_undo), None),
        "refusal": refusal,
        "typed": request.POST.get("word", "") if refusal else "",
        "at_fault": request.resolver_match.kwargs.get("relay_id") if refusal and request.resolver_match else None,
    }


def offers(request: StaffRequest, policy: Policy[Relay]) -> Listing:
    """The patients that the actor may offer, journaled before they are shown."""
    if not policy.allows(request.actor, None, request.now):
        raise NotVisible
    mine = charge_of(request.actor, request.now)
    persons = {one.encounter.pk: one.encounter.patient_id for one in mine}
    return Listing(subjects=tuple(persons), persons=tuple(persons.values()), rows=mine)


def new(request: StaffRequest, listed: Listing) -> HttpResponse:
    """The form, all of one's patients ticked, or those of a sector or unit."""
    asked = page.Asked(sector=_id(request.GET.get("secteur", "")), unit=_id(request.GET.get("unite", "")))
    return _form(request, listed, asked)


def _form(request: StaffRequest, listed: Listing, asked: page.Asked, **said: Any) -> HttpResponse:
    mine, found = listed.rows, sectors_of(request.actor, request.now)
    built = page.NewRelay(
        patients=page.mine_shown(mine, found, asked, request.now),
        ways=page.ways(mine, found, request.actor, asked),
        sectors=page.held_sectors(found, request.actor, asked),
        units=receivers(request, mine),
        values={name: request.POST.get(name, "") for name in ("taker", "word")},
    )
    return render(request, "workspace/charge/relay_new.html", {"relay": built, **said})


def offer(request: StaffRequest) -> HttpResponse:
    """Sends it; the page of relais shows it waiting."""
    command = OfferForm(request.POST).command()
    actions.offer_relay(
        actor=request.actor,
        taker_id=command.taker_id,
        patients=command.patients,
        duty_ids=command.duty_ids,
        word=command.word,
        now=request.now,
    )
    return to_relays(request)


def offer_refused(request: StaffRequest, refusal: Refused) -> HttpResponse:
    """The form as it was filled, and why not, patient by patient."""
    asked = page.Asked(
        chosen=frozenset(request.POST.getlist("patient")),
        duties=frozenset(request.POST.getlist("sector")),
        reasons=refusal.reasons if isinstance(refusal, actions.CannotReceive) else {},
    )
    request.listed = offers(request, request.door.may)
    return _form(request, request.listed, asked, refusal=refusal)


def answer(request: StaffRequest, relay: Relay) -> HttpResponse:
    """« Accepter », « Refuser »."""
    form = AnswerForm(request.POST)
    valid(form)
    deed = actions.accept_relay if form.cleaned_data["deed"] == ACCEPT else actions.refuse_relay
    deed(actor=request.actor, relay=relay, word=form.cleaned_data["word"], now=request.now)
    return to_relays(request)


def undo(request: StaffRequest, relay: Relay) -> HttpResponse:
    """« Annuler », within ten seconds of accepting it."""
    actions.undo_relay(actor=request.actor, relay=relay, now=request.now)
    return to_relays(request)


def withdraw(request: StaffRequest, relay: Relay) -> HttpResponse:
    """« Retirer »."""
    actions.withdraw_relay(actor=request.actor, relay=relay, now=request.now)
    return to_relays(request)


def answer_refused(request: StaffRequest, relay: Relay, refusal: Refused) -> HttpResponse:  # noqa: ARG001
    """The relais as they are now, the sentence and what was typed on the one that was answered.

    The toast’s « Annuler » has no card of its own: its sentence is a banner.
    """
    if is_htmx(request):
        return render(request, "web/_refusal.html", {"refusal": refusal})
    request.listed = listing(request, request.door.may)
    return _drawn(request, request.listed, refusal=refusal)


def to_relays(request: StaffRequest, relay: Relay | uuid.UUID | None = None) -> HttpResponse:  # noqa: ARG001
    """Back to the relais."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("relays")})
    return HttpResponseRedirect(reverse("relays"))


def _id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
