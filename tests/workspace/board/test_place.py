"""The place of a row: whatever moves it in a list, takes it out of one or counts it otherwise changes its word."""

import uuid
from collections.abc import Hashable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters.lifecycle import EncounterStatus, Meaning, Place
from osmose.encounters.lifecycle.tracking import Ccmu
from osmose.encounters.lifecycle.waiting import Asked
from osmose.encounters.models import Encounter
from osmose.encounters.queries import InCharge, Listed
from osmose.kernel.base import clock
from osmose.workspace.board import chips, filters, found
from osmose.workspace.board.filters import Filters
from osmose.workspace.board.place import place_of
from tests.cast import Character, Hospitals
from tests.encounters.clicks import note
from tests.factories.encounters import encounter, request
from tests.strict import StrictClient
from tests.workspace.board.reading import board

AT = clock.now()
UNIT, TEAM, CLAIRE, HUGO = (uuid.UUID(int=n) for n in (10, 20, 30, 40))
PSYCHIATRY = Asked(Meaning.WAITING, is_psychiatric=True, requested_at=AT, changed_at=AT, unit_id=TEAM, unit="EMP")
IMAGING = Asked(Meaning.ACKNOWLEDGED, is_psychiatric=False, requested_at=AT, changed_at=AT)
ROW = Listed(
    id=uuid.UUID(int=1),
    patient_id=uuid.UUID(int=2),
    establishment_id=uuid.UUID(int=3),
    version=7,
    patient_version=1,
    epoch=1,
    is_readable=True,
    is_protected=False,
    status=EncounterStatus.ACTIVE,
    arrived_at=AT,
    exited_at=None,
    closed_at=None,
    unit_id=UNIT,
    unit="SAU",
    place=Place("1", "AV", "Attente vue", "2", "3", "Box 3"),
    place_order=1,
    is_of_concern=False,
    is_missing=False,
    is_deceased=False,
    triage="3A",
    requests=(PSYCHIATRY, IMAGING),
    in_charge=(InCharge("ide", CLAIRE, "IDE", "Claire", "Morel"),),
    scope=frozenset(),
    is_own_side=True,
    passages=1,
    shares_box=False,
    has_twin=False,
)
LATER = AT + timedelta(minutes=3)
MOVED: list[dict[str, Any]] = [
    {"status": EncounterStatus.EXITED, "exited_at": LATER},
    {"status": EncounterStatus.CLOSED, "closed_at": LATER},
    {"arrived_at": LATER},
    {"unit_id": TEAM, "unit": "UHCD"},
    {"place": Place("9", "SAS", "SAS", "2", "3", "Box 3")},
    {"place": Place("1", "AV", "Attente vue", "8", "4", "Box 4")},
    {"place": Place("1", "AV", "Attente vue")},
    {"is_of_concern": True},
    {"is_missing": True},
    {"triage": "1"},
    {"requests": ()},
    {"requests": (replace(PSYCHIATRY, meaning=Meaning.RUNNING), IMAGING)},
    {"requests": (replace(PSYCHIATRY, meaning=Meaning.PAUSED), IMAGING)},
    {"requests": (replace(PSYCHIATRY, meaning=Meaning.DONE), IMAGING)},
    {"requests": (replace(PSYCHIATRY, requested_at=LATER), IMAGING)},
    {"requests": (replace(PSYCHIATRY, unit_id=HUGO, unit="CAC"), IMAGING)},
    {"requests": (PSYCHIATRY, replace(IMAGING, meaning=Meaning.AVAILABLE))},
    {"requests": (PSYCHIATRY,)},
    {"in_charge": ()},
    {"in_charge": (InCharge("ide", HUGO, "IDE", "Hugo", "Roux"),)},
    {"patient_version": 2},
]
STAYS: list[dict[str, Any]] = [
    {"version": 8},
    {"epoch": 2},
    {"is_readable": False},
    {"passages": 4},
    {"shares_box": True},
    {"has_twin": True},
    {"in_charge": (InCharge("ide", CLAIRE, "IDE", "Claire", "Morel-Puig"),)},
    {"requests": (replace(PSYCHIATRY, changed_at=LATER), IMAGING)},
]


def answers(row: Listed) -> Hashable:
    """All that the board asks a row in order to show it here, there or not at all, and to count it."""
    states = (*filters.STATES, "")
    asked = [Filters(portee=portee, etat=state) for portee in filters.SCOPES for state in states]
    asked += [
        Filters(mes="1"),
        Filters(unite=str(UNIT)),
        Filters(lieu="AV"),
        *(Filters(equipe=str(team)) for team in (TEAM, HUGO)),
    ]
    return (
        *(one.keeps(row, user) for one in asked for user in (CLAIRE, HUGO)),
        *(chips.has_psychiatry(row, psy) for psy in filters.PSYCHIATRY),
        *(repr(order(row)) for order in (*found._ORDERS.values(), found._attention)),
        chips.waiting([row]),
        *(str(options([row], "")) for options in (chips.units, chips.places, chips.teams)),
        row.place.box_label,
        row.patient_version,  # « mineurs », and what a search finds
    )


@pytest.mark.parametrize("change", MOVED, ids=" ".join)
def test_what_moves_a_row_changes_its_place(change: dict[str, Any]) -> None:
    moved = replace(ROW, **change)
    assert answers(moved) != answers(ROW), "a change that no list notices proves nothing"
    assert place_of(moved) != place_of(ROW)


@pytest.mark.parametrize("change", STAYS, ids=" ".join)
def test_what_no_list_reads_leaves_it_where_it_is(change: dict[str, Any]) -> None:
    stayed = replace(ROW, **change)
    assert answers(stayed) == answers(ROW)
    assert place_of(stayed) == place_of(ROW)


@pytest.mark.django_db
@pytest.mark.parametrize("density", ["vue=tableau", "vue=fiches"])
def test_a_row_says_its_place_as_a_list_would_find_it_again(
    browser: StrictClient, claire: Character, hospitals: Hospitals, density: str
) -> None:
    pec = encounter(unit=hospitals.sau)
    before = said(browser, pec, density)
    note(claire, pec, "ccmu", Ccmu.THREE)
    noted = said(browser, pec, density)
    assert noted["version"] != before["version"]
    assert noted["place"] == before["place"]
    request(pec, "psychiatry", unit=hospitals.emp)
    assert said(browser, pec, density)["place"] != before["place"]


def said(browser: StrictClient, pec: Encounter, density: str) -> dict[str, str]:
    head = board(browser, density).row(pec).partition(">")[0]
    return {name: head.partition(f'data-{name}="')[2].partition('"')[0] for name in ("version", "place")}
