"""Screens for tests, declared by a manager and paired as they are in a corridor."""

from typing import Any

from django.test import Client
from django.urls import reverse

from osmose.devices import actions
from osmose.devices.actions import Issued
from osmose.devices.models import Screen
from osmose.devices.rules import Room
from osmose.kernel.base import clock
from osmose.organisations.models import CareUnit
from tests.cast import Character


def issued(by: Character, unit: CareUnit, *, name: str = "Couloir", room: Room = Room.CORRIDOR, **more: Any) -> Issued:
    """A screen declared now, and its code."""
    now = more.pop("now", clock.now())
    wanted = {"theme": "auto", **more}
    return actions.issue_screen(actor=by.actor_at(now), unit=unit, name=name, room=room, now=now, **wanted)


def paired(by: Character, unit: CareUnit, **more: Any) -> tuple[Client, Screen]:
    """A screen let in: its browser, and its row."""
    made, browser = issued(by, unit, **more), Client()
    answer = browser.post(reverse("wall_pairing"), {"code": made.code})
    assert answer.status_code == 302, answer.content.decode()
    return browser, made.screen


def opened(by: Character, unit: CareUnit, word: str = "Salle fermée à clé") -> None:
    """The data protection officer opens the staff room."""
    now = clock.now()
    actions.open_staff_room(actor=by.actor_at(now), unit=unit, word=word, now=now)


def closed(by: Character, unit: CareUnit) -> None:
    now = clock.now()
    actions.close_staff_room(actor=by.actor_at(now), unit=unit, now=now)


def wall(unit: CareUnit) -> str:
    return reverse("wall", args=[unit.pk])
