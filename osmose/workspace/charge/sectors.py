"""Sectors: who holds each, in a dialog of the board or as a page of its own; taken, given back, undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.accounts.queries import known_user
from osmose.encounters import actions
from osmose.encounters.lifecycle.sectors import likely_role
from osmose.encounters.models import SectorDuty
from osmose.encounters.queries.charge import HeldSector, Holding, sectors_of
from osmose.kernel.access.actor import Actor
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.organisations.models import Sector
from osmose.workspace.charge.forms import SectorForm, UndoSectorForm, valid


@dataclass(frozen=True)
class Place:
    """One role of a sector: who holds it, what this reader may do about it, and the question asked before taking it."""

    role: str
    label: str
    who: str
    since: datetime | None
    is_mine: bool
    is_likely: bool
    question: str = ""

    @property
    def is_first(self) -> bool:
        """What is most likely wanted: one's own role, where nobody holds it."""
        return self.is_likely and not self.who


@dataclass(frozen=True)
class Row:
    """One sector."""

    id: str
    name: str
    places: str
    patients: int
    roles: tuple[Place, ...]


@dataclass(frozen=True)
class Group:
    """The sectors of one unit."""

    unit: str
    rows: tuple[Row, ...]


def groups(
    found: Iterable[HeldSector], actor: Actor, function: str, *, asked: tuple[str, str] = ("", ""), question: str = ""
) -> tuple[Group, ...]:
    """The sectors by unit, the role of this reader first; `question` on the (sector, role) that was asked for."""

    def row(held: HeldSector) -> Row:
        likely = likely_role(function, held.sector.care_unit.kind)
        sector_id = str(held.sector.pk)
        ordered = sorted(held.holdings, key=lambda one: one.role is not likely)
        return Row(
            id=sector_id,
            name=held.sector.name,
            places=", ".join(held.places),
            patients=held.patients,
            roles=tuple(
                _place(
                    one,
                    actor,
                    is_likely=one.role is likely,
                    question=question if asked == (sector_id, one.role.value) else "",
                )
                for one in ordered
            ),
        )

    return tuple(
        Group(unit, tuple(row(held) for held in rows))
        for unit, rows in groupby(found, key=lambda held: held.sector.care_unit.label)
    )


def _place(one: Holding, actor: Actor, *, is_likely: bool, question: str) -> Place:
    duty = one.duty
    return Place(
        role=one.role.value,
        label=one.role.label,
        who=str(duty.user) if duty else "",
        since=duty.starts_at if duty else None,
        is_mine=duty is not None and duty.user_id == actor.id,
        is_likely=is_likely,
        question=question,
    )


def show(request: StaffRequest) -> HttpResponse:
    """Every sector of one's units."""
    return _drawn(request)


def _drawn(request: StaffRequest, *, status: int = 200, **said: object) -> HttpResponse:
    user = known_user(request.actor.id)
    refusal = said.get("refusal")
    is_question = isinstance(refusal, Refused) and refusal.code == "sector-held"
    context = {
        **said,
        "groups": groups(
            sectors_of(request.actor, request.now),
            request.actor,
            user.function if user else "",
            asked=(refusal.field or "", request.POST.get("role", "")) if isinstance(refusal, Refused) else ("", ""),
            question=refusal.sentence if isinstance(refusal, Refused) and is_question else "",
        ),
        "problem": refusal.sentence if isinstance(refusal, Refused) and not is_question else "",
    }
    name = "_sectors" if is_htmx(request) else "sectors"
    return render(request, f"workspace/charge/{name}.html", context, status=status)


def take(request: StaffRequest, sector: Sector) -> HttpResponse:
    """« Prendre », and « Prendre quand même »."""
    form = SectorForm(request.POST)
    role = form.asked_role()
    duty = actions.take_sector(
        actor=request.actor, sector=sector, role=role, is_confirmed=form.cleaned_data["confirm"], now=request.now
    )
    return after(request, sector, duty=duty)


def leave(request: StaffRequest, sector: Sector) -> HttpResponse:
    """« Rendre »."""
    role = SectorForm(request.POST).asked_role()
    duty = actions.leave_sector(actor=request.actor, sector=sector, role=role, now=request.now)
    return after(request, sector, left=duty)


def undo(request: StaffRequest, sector: Sector) -> HttpResponse:
    """« Annuler », within ten seconds of taking it."""
    form = UndoSectorForm(request.POST)
    valid(form)
    actions.undo_sector(actor=request.actor, sector=sector, duty_id=form.cleaned_data["duty"], now=request.now)
    return after(request, sector)


def ask(request: StaffRequest, sector: Sector) -> HttpResponse:
    """« Demander le relais » to who holds it."""
    form = SectorForm(request.POST)
    role = form.asked_role()
    relay = actions.ask_relay(
        actor=request.actor, sector=sector, role=role, word=form.cleaned_data["word"], now=request.now
    )
    return after(request, sector, asked_of=str(relay.giver))


def after(
    request: StaffRequest,
    sector: Sector,
    *,
    duty: SectorDuty | None = None,
    left: SectorDuty | None = None,
    asked_of: str = "",
) -> HttpResponse:
    """The sectors as they are then, and what was just done; a redirection to them without scripts."""
    if not is_htmx(request):
        return HttpResponseRedirect(reverse("sectors"))
    return _drawn(request, sector=sector, taken=duty, left=left, asked_of=asked_of, is_after=True)


def refused(request: StaffRequest, sector: Sector, refusal: Refused) -> HttpResponse:
    """The question on its line, or why not at the top."""
    return _drawn(request, status=refusal.status, sector=sector, refusal=refusal)
