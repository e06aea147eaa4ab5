"""Who is there, on the wall of a staff room and on no corridor's: in numbers, and whom to call where nobody is."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from osmose.accounts.actions.on_call import plan_on_call
from osmose.accounts.actions.presence import Wanted, leave_duty, say_status
from osmose.accounts.operations.on_call import Line
from osmose.accounts.rules.presence import OnCallKind
from osmose.devices.rules import Room
from osmose.kernel.base import clock, french
from tests.cast import Character, Hospitals
from tests.factories.screens import opened, paired, wall

pytestmark = pytest.mark.django_db


def test_a_staff_room_counts_who_is_there_and_says_whom_to_call(
    hospitals: Hospitals, samia: Character, denis: Character, martin: Character, claire: Character, nadia: Character
) -> None:
    opened(denis, hospitals.sau)
    staff_room, _ = paired(samia, hospitals.sau, name="Salle de soins", room=Room.STAFF_ROOM)
    corridor, _ = paired(samia, hospitals.sau)
    now = clock.now()
    said = _team(staff_room, hospitals)
    assert (said[hospitals.emp.short_name], said["SAU"]) == ("personne sur place", "personne sur place")
    at = (now + timedelta(minutes=40)).replace(second=0, microsecond=0)
    say_status(actor=martin.actor, wanted=Wanted(code="crisis", is_usual=False, until=at, place="Box 3"), now=now)
    say_status(actor=claire.actor, wanted=Wanted(code="available"), now=now)
    said = _team(staff_room, hospitals)
    assert said[hospitals.emp.short_name] == f"1 en entretien de crise jusqu’à&nbsp;~{french.time(at)}"
    assert said["SAU"] == "1 disponible"
    page = _page(staff_room, hospitals)
    assert martin.user.family_name not in page
    assert "Box 3" not in page  # where somebody holds an interview names the patient
    assert "disponible" not in _page(corridor, hospitals)
    leave_duty(actor=martin.actor, now=now)
    line = Line(OnCallKind.ON_CALL, "7 21 40", now - timedelta(hours=1), now + timedelta(hours=8), words="Psychiatre")
    plan_on_call(actor=nadia.actor, unit=hospitals.emp, lines=(line,), now=now)
    assert _team(staff_room, hospitals)[hospitals.emp.short_name] == "Astreinte\u202f: Psychiatre 7 21 40"


def _team(browser: Client, hospitals: Hospitals) -> dict[str, str]:
    """What is said of each unit, by its name."""
    listed = _page(browser, hospitals).partition('class="wall-team"')[2].partition("</ul>")[0]
    found = {}
    for line in listed.split("<li>")[1:]:
        name, _, rest = line.partition("</b>")
        found[re.sub(r"<[^>]+>", "", name)] = " ".join(re.sub(r"<[^>]+>", " ", rest).split(" ")).strip(" \n")
    return {name: re.sub(" +", " ", words) for name, words in found.items()}


def _page(browser: Client, hospitals: Hospitals) -> str:
    return browser.get(wall(hospitals.sau)).content.decode()
