"""What the arrival screen shows at each of its steps."""

from dataclasses import dataclass
from typing import Any

from osmose.kernel.base.clock import paris
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import CareUnit
from osmose.patients.forms import SearchForm
from osmose.patients.queries.search import SHOWN
from osmose.workspace.arrival.forms import NewPatientForm, PecForm, UnknownForm
from osmose.workspace.arrival.search import Hit, choices_of, units_of

SEARCH_ID = "search-%s"


@dataclass(frozen=True)
class Arrival:
    """One step: the search, what it found, the identity to create, the unknown patient.

    `hits` is None before the first search; `seen` are the likely duplicates about to be set aside.
    """

    units: tuple[CareUnit, ...]
    search: SearchForm
    patient: NewPatientForm
    pec: PecForm
    unknown: UnknownForm
    hits: tuple[Hit, ...] | None = None
    is_creating: bool = False
    is_doubtful: bool = False
    has_searched: bool = False
    problem: str = ""

    @property
    def is_cut(self) -> bool:
        return self.hits is not None and len(self.hits) >= SHOWN

    @property
    def seen(self) -> str:
        """The ids of the duplicates shown, as the form sends them back."""
        return ",".join(hit.who.patient_id for hit in self.hits or ()) if self.is_doubtful else ""

    @property
    def unit_options(self) -> list[tuple[str, str]]:
        return self.pec.unit_options


def build(request: StaffRequest, **step: Any) -> Arrival:
    """The screen at a step; every form that the step doesn't bring is blank."""
    today = paris(request.now).date()
    units = units_of(request.actor, request.now)
    blank: dict[str, Any] = {
        "units": tuple(units),
        "search": SearchForm(today=today, auto_id=SEARCH_ID),
        "patient": NewPatientForm(today=today),
        "pec": step.get("pec") or PecForm(units=units, choices=choices_of(units)),
        "unknown": UnknownForm(units=units),
    }
    return Arrival(**{**blank, **step})


def typed_search(request: StaffRequest) -> SearchForm:
    """The search as it was typed."""
    return SearchForm(request.POST, today=paris(request.now).date(), auto_id=SEARCH_ID)


def found(request: StaffRequest, hits: tuple[Hit, ...]) -> Arrival:
    """What a search found, and the form to create somebody with what was typed."""
    today = paris(request.now).date()
    form = typed_search(request)
    prefilled = {
        "birth_date": request.POST.get("birth_date", ""),
        "birth_name": request.POST.get("letters", ""),
    }
    return build(
        request,
        search=form,
        hits=hits,
        patient=NewPatientForm(today=today, initial=prefilled),
        is_creating=not hits,
        has_searched=True,
    )
