"""The administration as a way in: who doesn't administer that hospital finds nothing, and no patient is there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from osmose.encounters.models import ModeOfArrival, Motif
from osmose.encounters.operations.founding_lists import create_founding_modes, create_founding_motifs
from osmose.kernel.access.roles import Role
from osmose.kernel.audit.models import AccessEntry, Outcome
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.events.models import Event
from osmose.kernel.web.administration.reference import ReferenceAdmin
from osmose.kernel.web.administration.site import AdministrationSite, administration
from osmose.kernel.web.doors import doors
from osmose.organisations.models import CareUnit, Location
from tests.cast import Character, Hospitals
from tests.encounters.administration import HOME, KINDS, LOCATIONS, MODES, MOTIFS, UNITS, Desk, text
from tests.factories import encounters
from tests.strict import StrictClient

STRANGERS = ("claire", "samia", "martin", "denis", "zoe")


@pytest.fixture
def rows(hospitals: Hospitals) -> list[str]:
    """One row of each table, of Perpignan: its address."""
    motif = create_founding_motifs(hospitals.perpignan)[0]
    mode = create_founding_modes(hospitals.perpignan)[0]
    kind = encounters.kinds(hospitals.perpignan)["imaging"]
    return [
        f"{UNITS}{hospitals.sau.pk}/",
        f"{LOCATIONS}{hospitals.place('BOX-3').pk}/",
        f"{MOTIFS}{motif.pk}/",
        f"{MODES}{mode.pk}/",
        f"{KINDS}{kind.pk}/",
    ]


def state() -> list[Any]:
    """Everything that an administrator can change, as it is."""
    return [list(model.objects.order_by("pk").values()) for model in (CareUnit, Location, Motif, ModeOfArrival)]  # type: ignore[attr-defined]


def knock(client: Client, path: str) -> list[tuple[str, int]]:
    """The answers to a read and to a post of everything one might try."""
    tried = {"label": "Piraté", "name": "Piraté", "short_name": "P", "order": "1", "confirm": "1", "offer": "0"}
    return [(path, client.get(path).status_code), (path, client.post(path, tried).status_code)]


@pytest.mark.django_db
@pytest.mark.parametrize("who", STRANGERS)
def test_who_is_no_administrator_finds_nothing(
    who: str, rows: list[str], request: pytest.FixtureRequest, hospitals: Hospitals
) -> None:
    client, before = request.getfixturevalue(who).client(), state()
    lists = [HOME, UNITS, LOCATIONS, MOTIFS, MODES, KINDS]
    news = [f"{path}nouveau/" for path in lists[1:]]
    ends = [f"{path}{end}" for path in rows[:4] for end in ("retirer/", "remettre/")]
    for path in (*lists, *news, *rows, *ends, f"{rows[4]}offre/"):
        answers = {status for _, status in knock(client, path)}
        assert answers <= {404, 405}, (path, answers)
    assert state() == before
    assert AccessEntry.objects.filter(outcome=Outcome.REFUSED).count() >= len(rows) + len(news)


@pytest.mark.django_db
def test_the_administrator_of_another_hospital_finds_only_theirs(
    zoe: Character, rows: list[str], hospitals: Hospitals
) -> None:
    zoe.joins(hospitals.narbonne_sau, Role.ADMINISTRATOR)
    desk, before = Desk(zoe), state()
    for path in rows:
        assert {status for _, status in knock(desk.client, path)} == {404}
        for end in ("retirer/", "remettre/", "offre/"):
            assert desk.client.post(f"{path}{end}", {"confirm": "1"}).status_code == 404
    assert state() == before
    for path in (UNITS, LOCATIONS, MOTIFS, MODES):
        for asked in ({}, {"etat": "tout"}, {"unite": str(hospitals.sau.pk)}):
            page = desk.client.get(path, asked).content.decode()
            assert "Perpignan" not in page
            assert "Déchocage" not in page


@pytest.mark.django_db
def test_nothing_is_added_to_another_hospital(zoe: Character, hospitals: Hospitals) -> None:
    zoe.joins(hospitals.narbonne_sau, Role.ADMINISTRATOR)
    desk = Desk(zoe)
    theirs = {"establishment": str(hospitals.perpignan.pk), "care_unit": str(hospitals.sau.pk)}
    for path in (UNITS, LOCATIONS, MOTIFS, MODES):
        answer = desk.type(f"{path}nouveau/", **theirs, code="pirate", label="Piraté", name="Piraté", order="1")
        assert answer.status_code == 422, path
    assert not Location.objects.filter(label="Piraté").exists()
    assert not Motif.objects.filter(label="Piraté").exists()


@pytest.mark.django_db
def test_fields_that_the_form_does_not_show_are_not_written(paul: Character, hospitals: Hospitals) -> None:
    box = hospitals.place("BOX-3")
    more = {"ended_at": "2020-01-01", "id": str(hospitals.sau.pk), "care_unit": str(hospitals.narbonne_sau.pk)}
    Desk(paul).type(f"{LOCATIONS}{box.pk}/", label="Box trois", **more)
    fresh = Location.objects.get(pk=box.pk)
    assert (fresh.label, fresh.ended_at, fresh.care_unit_id) == ("Box trois", None, hospitals.sau.pk)


@pytest.mark.django_db
def test_a_post_without_its_csrf_token_is_refused(paul: Character, hospitals: Hospitals) -> None:
    client = StrictClient(enforce_csrf_checks=True)
    client.force_login(paul.user)
    for path in (f"{UNITS}{hospitals.sau.pk}/", f"{LOCATIONS}nouveau/", f"{UNITS}{hospitals.sau.pk}/retirer/"):
        assert client.post(path, {"name": "Piraté"}).status_code == 403
    assert not CareUnit.objects.filter(name="Piraté").exists()


@pytest.mark.django_db
def test_nobody_logged_in_goes_to_the_login_of_the_house(rows: list[str]) -> None:
    for path in (HOME, UNITS, *rows):
        assert Client().get(path)["Location"].startswith("/login")
    for path in ("/administration/login/", "/administration/logout/", "/admin/", "/administration/r/1/1/"):
        assert Client().get(path).status_code == 404, path


def test_no_clinical_table_is_there_nor_can_be() -> None:
    shown = {table.model for table in administration.tables()}
    assert shown
    assert not [model for model in shown if issubclass(model, ClinicalModel | Event | AccessEntry)]
    assert not admin.site._registry


def test_a_table_without_a_guard_is_refused() -> None:
    with pytest.raises(TypeError, match="ReferenceAdmin"):
        AdministrationSite("essai").register(Motif, admin.ModelAdmin)
    with pytest.raises(TypeError, match="ReferenceAdmin"):
        AdministrationSite("essai").register(Motif)


def test_every_address_of_the_administration_is_a_door_with_the_policy_of_its_table() -> None:
    declared = doors()
    for table in administration.tables():
        names = [table.stem, *(f"{table.stem}_{part}" for part in ("new", "row", "end", "restore"))]
        assert {declared[name].may for name in names} == {table.may}
        assert all(declared[name].subject is not None for name in names[2:])
    for name in ("add", "revise", "end", "restore"):
        own: Callable[..., Any] = getattr(ReferenceAdmin, name)
        assert all(getattr(type(table), name) is not own for table in administration.tables())


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["unites/", "localisations/", "motifs/", "modes-arrivee/"])
def test_what_is_shown_holds_no_patient(paul: Character, hospitals: Hospitals, path: str) -> None:
    encounters.encounter(
        unit=hospitals.sau, birth_name="ABELLANOSA", motif="Motif planté", box=hospitals.place("BOX-3")
    )
    create_founding_motifs(hospitals.perpignan)
    page = text(paul.client().get(f"{HOME}{path}"))
    assert "ABELLANOSA" not in page
    assert "planté" not in page
