"""Statuses of activity in the administration: a unit's own words, in use at once, kept by who said the old ones."""

import pytest

from osmose.accounts.models import PresenceStatus
from osmose.accounts.operations.presence import create_founding_statuses
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.administration import HOME, Desk, cells, text

pytestmark = pytest.mark.django_db
STATUSES = f"{HOME}statuts/"


@pytest.fixture
def desk(paul: Character, hospitals: Hospitals) -> Desk:
    return Desk(paul)


def test_the_first_status_of_a_unit_comes_beside_those_it_begins_with(
    desk: Desk, martin: Character, hospitals: Hospitals
) -> None:
    wanted = {"care_unit": str(hospitals.emp.pk), "label": "Visite à domicile", "meaning": "moving"}
    assert desk.type(f"{STATUSES}nouveau/", **wanted, usual_minutes="90", order="5").status_code == 302
    added = PresenceStatus.objects.get(label="Visite à domicile")
    assert PresenceStatus.objects.filter(care_unit=hospitals.emp).count() == 8
    told = [entry.sentence for entry in timeline.of(added.pk)]
    assert told == ["Statut d’activité ajouté\u202f: Visite à domicile (Équipe mobile)"]
    menu = text(martin.client().get("/equipe/statut/"))
    assert "Visite à domicile" in menu
    assert "Entretien de crise" in menu


def test_two_statuses_of_a_unit_have_two_names(desk: Desk, hospitals: Hospitals) -> None:
    wanted = {"care_unit": str(hospitals.emp.pk), "label": "Pause", "meaning": "pause", "order": "5"}
    assert "porte déjà ce nom" in cells(text(desk.type(f"{STATUSES}nouveau/", **wanted), 409))


def test_a_length_that_makes_no_sense_is_refused(desk: Desk, hospitals: Hospitals) -> None:
    create_founding_statuses([hospitals.emp])
    pause = PresenceStatus.objects.get(care_unit=hospitals.emp, meaning="pause")
    assert "De 1 à 720" in cells(text(desk.type(f"{STATUSES}{pause.pk}/", usual_minutes="0"), 422))


def test_who_said_a_word_keeps_it_when_it_changes_or_ends(desk: Desk, martin: Character, hospitals: Hospitals) -> None:
    create_founding_statuses([hospitals.emp])
    pause = PresenceStatus.objects.get(care_unit=hospitals.emp, meaning="pause")
    client = martin.client()
    client.post("/equipe/statut/", {"status": str(pause.pk)})
    assert desk.type(f"{STATUSES}{pause.pk}/", label="Repas").status_code == 302
    assert desk.ends(f"{STATUSES}{pause.pk}/").status_code == 302
    menu = text(client.get("/equipe/statut/"))
    assert "<b>Pause</b>" in menu
    assert "Repas" not in menu
    assert desk.restores(f"{STATUSES}{pause.pk}/").status_code == 302
    assert "Repas" in text(client.get("/equipe/statut/"))


def test_the_last_status_of_a_unit_stays(desk: Desk, hospitals: Hospitals) -> None:
    create_founding_statuses([hospitals.emp])
    first, *others = PresenceStatus.objects.filter(care_unit=hospitals.emp).order_by("order")
    for status in others:
        assert desk.ends(f"{STATUSES}{status.pk}/").status_code == 302
    assert desk.ends(f"{STATUSES}{first.pk}/").status_code == 422


def test_another_hospitals_statuses_are_not_theirs(desk: Desk, hospitals: Hospitals) -> None:
    create_founding_statuses([hospitals.narbonne_sau])
    abroad = PresenceStatus.objects.filter(care_unit=hospitals.narbonne_sau).first()
    assert abroad is not None
    assert str(abroad.pk) not in desk.get(STATUSES)
    assert desk.client.get(f"{STATUSES}{abroad.pk}/").status_code == 404
