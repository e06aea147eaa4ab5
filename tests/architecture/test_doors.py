"""The doors test: knock on every door, GET and POST, as each of those who must not enter, and as one who may."""

import importlib
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import AccessEntry, Outcome
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.web.doors import Door, doors
from osmose.patients.rules import Sex
from tests.architecture.guards import addresses, answers
from tests.architecture.guards.answers import Knock
from tests.architecture.verdict import none
from tests.cast import Character, Hospitals

MOTIF = "Tentative de noyade (motif planté)"
SIGNS = "cicatrice en étoile (signe planté)"
STRANGERS = ("zoe", "paul", "denis")


@pytest.fixture
def encounter(hospitals: Hospitals, claire: Character) -> Encounter:
    """A PEC of Claire's unit, that nobody else was asked to join."""
    return actions.open_for_unknown(
        actor=claire.actor,
        care_unit=hospitals.sau,
        sex=Sex.FEMALE,
        estimated_age=40,
        signs=SIGNS,
        motif=MOTIF,
        now=clock.now(),
    )


def _secrets(encounter: Encounter) -> list[str]:
    return [MOTIF, SIGNS, str(encounter.pk)]


def _mounted() -> dict[str, tuple[Door, URLPattern]]:
    entries = importlib.import_module(settings.ROOT_URLCONF).urlpatterns
    found = {}
    for _, pattern in addresses.patterns(entries):
        declared = getattr(pattern.callback, "door", None)
        if isinstance(declared, Door):
            found[declared.name] = (declared, pattern)
    return found


def _sample(name: str, converter: Any, encounter: Encounter) -> Any:
    """A value for one parameter of an address: a real patient's wherever it can be."""
    kind = type(converter).__name__
    if kind == "UUIDConverter":
        return {"encounter_id": encounter.pk, "patient_id": encounter.patient_id}.get(name, new_id())
    return 1 if kind == "IntConverter" else "x"


def _kwargs(pattern: URLPattern, encounter: Encounter) -> dict[str, Any]:
    return {name: _sample(name, kind, encounter) for name, kind in pattern.pattern.converters.items()}


_OF_ONE_PATIENT = ("encounter_id", "patient_id")


def _knock(client: Client, door: Door, method: str, path: str) -> Knock:
    response = client.generic(method, path, content_type="application/x-www-form-urlencoded")
    return Knock(
        door=door.name,
        method=method,
        who="",
        status=response.status_code,
        body=response.content.decode(response.charset or "utf-8", "replace"),
        location=response.get("Location", ""),
        has_view=(door.get if method == "GET" else door.post) is not None,
        # A list about one patient is as closed to a stranger as the patient's page.
        has_subject=door.subject is not None or any(f"<uuid:{name}>" in door.route for name in _OF_ONE_PATIENT),
    )


def _knock_everywhere(client: Client, encounter: Encounter) -> list[Knock]:
    return [
        _knock(client, door, method, reverse(name, kwargs=_kwargs(pattern, encounter)))
        for name, (door, pattern) in _mounted().items()
        for method in ("GET", "POST")
    ]


def _as(character: Character, knocks: list[Knock], who: str) -> list[Knock]:
    """What is known of the knocker, from the policies: the test of the policies themselves is elsewhere."""
    known = []
    for knock in knocks:
        door = doors()[knock.door]
        has_role = door.subject is not None or character.actor.has_role(*door.may.roles)
        is_nobody = door.visitors is not None  # a session of the staff is nobody there
        is_listing = door.listing is not None
        known.append(replace(knock, who=who, has_role=has_role, is_listing=is_listing, is_anonymous=is_nobody))
    return known


@pytest.mark.django_db
def test_nobody_enters_without_logging_in(encounter: Encounter) -> None:
    knocks = _knock_everywhere(Client(), encounter)
    assert knocks
    none(answers.wrong_answers([replace(k, who="nobody", is_anonymous=True) for k in knocks], _secrets(encounter)))


@pytest.mark.django_db
@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_to_the_patient_gets_404_and_a_line_in_the_journal(
    who: str, encounter: Encounter, request: pytest.FixtureRequest
) -> None:
    character: Character = request.getfixturevalue(who)
    knocks = _as(character, _knock_everywhere(character.client(), encounter), who)
    none(answers.wrong_answers(knocks, _secrets(encounter)))
    refusals = AccessEntry.objects.filter(actor_id=character.id, outcome=Outcome.REFUSED)
    none(answers.unjournaled(knocks, [(who, door) for door in refusals.values_list("door", flat=True)]))


@pytest.mark.django_db
def test_those_who_take_part_enter(encounter: Encounter, claire: Character) -> None:
    """Or the other tests would knock on dead doors: everything answers, an empty POST is refused in words."""
    knocks = [
        replace(k, is_theirs=True)
        for k in _as(claire, _knock_everywhere(claire.client(), encounter), "claire")
        if _is_about(k.door)
    ]
    assert knocks
    none(answers.wrong_answers(knocks, []))


def _is_about(name: str) -> bool:
    """Doors whose subject is the sample encounter (others may answer 404 to an id that names nothing)."""
    door, pattern = _mounted()[name]
    return door.subject is None or set(pattern.pattern.converters) == {"encounter_id"}


_READ = Knock(door="pec", method="GET", who="zoe", status=200, has_subject=True)


@pytest.mark.parametrize(
    "knock",
    [
        _READ,
        replace(_READ, status=403),
        replace(_READ, status=500),
        replace(_READ, status=404, body=MOTIF),
        replace(_READ, has_subject=False, body=MOTIF),
        replace(_READ, has_subject=False, has_role=False),
        replace(_READ, has_subject=False, has_role=False, is_listing=True, body=MOTIF),
        replace(_READ, is_anonymous=True),
        replace(_READ, is_anonymous=True, status=302, location="/pec/"),
        replace(_READ, has_view=False),
        replace(_READ, is_theirs=True, status=404),
        replace(_READ, is_theirs=True, status=422),
    ],
)
def test_a_wrong_answer_is_seen(knock: Knock) -> None:
    assert answers.wrong_answers([knock], [MOTIF])


def test_a_refusal_without_a_line_is_seen() -> None:
    hidden = replace(_READ, status=404)
    assert answers.unjournaled([hidden, hidden], [("zoe", "pec")])
    assert not answers.unjournaled([hidden], [("zoe", "pec")])
