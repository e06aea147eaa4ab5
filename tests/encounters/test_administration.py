"""The reference tables: what an administrator sets up is journaled, previewed, and at once what the staff see."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters.models import ModeOfArrival, Motif
from osmose.encounters.operations.founding_lists import create_founding_modes, create_founding_motifs
from osmose.encounters.queries import modes_of, motifs_of
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.events import timeline
from osmose.organisations.models import CareUnit, Location, ReferenceEpoch
from tests.cast import Character, Hospitals
from tests.encounters.administration import HOME, KINDS, LOCATIONS, MODES, MOTIFS, UNITS, Desk, cells, text
from tests.factories import encounters

pytestmark = pytest.mark.django_db
_WAITS = {"waiting_watch_minutes": "30", "waiting_over_minutes": "60"}


@pytest.fixture
def desk(paul: Character, hospitals: Hospitals) -> Desk:
    create_founding_motifs(hospitals.perpignan)
    create_founding_modes(hospitals.perpignan)
    encounters.kinds(hospitals.perpignan)
    return Desk(paul)


def epoch() -> int:
    row = ReferenceEpoch.objects.first()
    return row.number if row else 0


def told(row: Any) -> list[str]:
    return [f"{entry.sentence} | {entry.detail}" for entry in timeline.of(row.pk)]


def test_the_first_page_tells_what_can_be_set_and_nothing_of_patients(desk: Desk) -> None:
    page = desk.get(HOME)
    for address in (UNITS, LOCATIONS, MOTIFS, MODES, KINDS):
        assert f'href="{address}"' in page
    assert "Aucun dossier de patient" in page


def test_an_administrator_without_a_clinical_role_lands_there(desk: Desk, claire: Character) -> None:
    assert desk.client.get("/")["Location"] == HOME
    assert claire.client().get("/")["Location"] == "/pec/"
    assert HOME not in text(claire.client().get("/pec/"))


def test_thresholds_are_previewed_then_saved_and_told(desk: Desk, hospitals: Hospitals) -> None:
    path = f"{UNITS}{hospitals.sau.pk}/"
    before = epoch()
    shown = cells(text(desk.type(path, preview="1", **_WAITS)))
    assert "à surveiller" in shown
    assert "rien n’est encore enregistré" in shown
    assert CareUnit.objects.get(pk=hospitals.sau.pk).waiting_over_minutes == 240
    assert epoch() == before
    assert desk.type(path, **_WAITS)["Location"] == f"{UNITS}?fait={hospitals.sau.pk}"
    assert CareUnit.objects.get(pk=hospitals.sau.pk).waiting_over_minutes == 60
    assert epoch() > before
    sentence = told(hospitals.sau)[0]
    assert "Unité modifiée\u202f: Service d’accueil des urgences" in sentence
    assert "attente dépassée (min)\u202f: 240 → 60" in sentence
    assert "nom court" not in sentence
    assert "déjà visible des soignants" in desk.get(UNITS, fait=str(hospitals.sau.pk))


def test_the_preview_of_thresholds_gives_each_wait_its_band(desk: Desk, hospitals: Hospitals) -> None:
    page = text(desk.type(f"{UNITS}{hospitals.sau.pk}/", preview="1", **_WAITS))
    lines = [cells(line.partition("</tr>")[0]) for line in page.partition("<caption")[2].split('<th scope="row">')[1:]]
    bands = [re.findall("dans les délais|à surveiller|dépassé", line) for line in lines]
    assert [(line[:6], said[0]) for line, said in zip(lines, bands, strict=True)] == [
        ("10 min", "dans les délais"),
        ("45 min", "à surveiller"),
        ("2 h 00", "dépassé"),
        ("5 h 00", "dépassé"),
    ]
    assert page.count('data-soon="30" data-late="60"') == 4


def test_a_unit_is_added_and_its_hours_are_read(desk: Desk, hospitals: Hospitals) -> None:
    answer = desk.type(
        f"{UNITS}nouveau/",
        establishment=str(hospitals.perpignan.pk),
        code="UMP",
        name="Unité médico-psychologique",
        short_name="UMP",
        kind="psychiatry",
        shift_starts="21:00, 7h, 14 h 30",
    )
    made = CareUnit.objects.get(code="UMP")
    assert answer["Location"].endswith(str(made.pk))
    assert [f"{hour:%H:%M}" for hour in made.shift_starts] == ["07:00", "14:30", "21:00"]
    assert told(made)[0].startswith("Unité ajoutée")
    assert 'value="07:00, 14:30, 21:00"' in desk.get(f"{UNITS}{made.pk}/")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"waiting_over_minutes": "120"}, "plus de 120 min"),
        ({"waiting_watch_minutes": "0"}, "De 1 à 10080 minutes"),
        ({"psychiatry_over_minutes": "abc"}, "Saisissez un nombre entier"),
        ({"request_over_minutes": "99999"}, "De 1 à 10080 minutes"),
        ({"closure_hours": "721"}, "De 1 à 720 heures"),
        ({"lock_minutes": "0"}, "De 1 à 60 minutes"),
        ({"name": ""}, "Remplissez ce champ"),
        ({"name": "x" * 121}, "120 caractères au plus"),
        ({"shift_starts": "25:00"}, "07:00, 14:00, 21:00"),
    ],
)
def test_what_is_wrong_in_a_unit_is_said_on_its_field(
    desk: Desk, hospitals: Hospitals, typed: dict[str, str], sentence: str
) -> None:
    page = text(desk.type(f"{UNITS}{hospitals.sau.pk}/", **typed), 422)
    assert sentence in page
    assert "Rien n’est encore enregistré" in page
    value = next(iter(typed.values()))
    assert not value or f'value="{value}"' in page
    assert told(hospitals.sau) == []


def test_saving_without_a_change_writes_nothing(desk: Desk, hospitals: Hospitals) -> None:
    before = epoch()
    assert desk.type(f"{UNITS}{hospitals.sau.pk}/").status_code == 302
    assert told(hospitals.sau) == []
    assert epoch() == before


def test_a_place_is_added_previewed_and_offered_at_once(desk: Desk, claire: Character, hospitals: Hospitals) -> None:
    new = {"care_unit": str(hospitals.sau.pk), "code": "BOX-99", "label": "Box 99", "is_box": "on", "order": "99"}
    page = text(desk.type(f"{LOCATIONS}nouveau/", preview="1", **new))
    assert 'aria-current="true">Box 99</li>' in page
    assert "Box 8" in page
    assert not Location.objects.filter(code="BOX-99").exists()
    assert desk.type(f"{LOCATIONS}nouveau/", **new).status_code == 302
    made = Location.objects.get(code="BOX-99")
    assert told(made) == ["Localisation ajoutée\u202f: Box 99 (SAU) | "]
    pec = encounters.encounter(unit=hospitals.sau)
    assert f"|{made.pk}" in text(claire.client().get(f"/pec/{pec.pk}/"))
    assert "porte déjà ce code" in text(desk.type(f"{LOCATIONS}nouveau/", **new), 409)


def test_motifs_favourites_first_and_one_taken_away(desk: Desk, hospitals: Hospitals) -> None:
    new = {"establishment": str(hospitals.perpignan.pk), "label": "Crise suicidaire", "is_favourite": "on"}
    page = text(desk.type(f"{MOTIFS}nouveau/", preview="1", order="5", **new))
    assert cells(page.partition('id="apercu"')[2]).index("Idées suicidaires") < cells(
        page.partition('id="apercu"')[2]
    ).index("Crise suicidaire")
    desk.type(f"{MOTIFS}nouveau/", order="5", **new)
    made = Motif.objects.get(label="Crise suicidaire")
    assert made in motifs_of(hospitals.perpignan.pk, hospitals.sau.pk)[:9]
    assert "existe déjà dans cette liste" in text(desk.type(f"{MOTIFS}nouveau/", order="5", **new), 409)
    path = f"{MOTIFS}{made.pk}/"
    assert "garde son nom" in desk.get(f"{path}retirer/")
    desk.ends(path)
    assert made not in motifs_of(hospitals.perpignan.pk, hospitals.sau.pk)
    assert "Crise suicidaire" not in desk.get(MOTIFS)
    assert "Crise suicidaire" in desk.get(MOTIFS, etat="fin")
    desk.restores(path)
    assert made in motifs_of(hospitals.perpignan.pk, hospitals.sau.pk)
    assert [line.partition("\u202f")[0] for line in told(made)] == [
        "Motif remis en service",
        "Motif retiré",
        "Motif ajouté",
    ]


def test_a_motif_of_one_unit_is_offered_there_only(desk: Desk, hospitals: Hospitals) -> None:
    new = {"establishment": str(hospitals.perpignan.pk), "label": "Chute de poussette", "order": "0"}
    desk.type(f"{MOTIFS}nouveau/", care_unit=str(hospitals.ped.pk), **new)
    made = Motif.objects.get(label="Chute de poussette")
    assert made in motifs_of(hospitals.perpignan.pk, hospitals.ped.pk)
    assert made not in motifs_of(hospitals.perpignan.pk, hospitals.sau.pk)
    foreign = {**new, "label": "Autre", "care_unit": str(hospitals.emp.pk)}
    assert "d’un autre établissement" in text(desk.type(f"{MOTIFS}nouveau/", **foreign), 422)


def test_a_motif_taken_again_by_another_is_not_restored(desk: Desk, hospitals: Hospitals) -> None:
    old = Motif.objects.get(label="Chute")
    desk.ends(f"{MOTIFS}{old.pk}/")
    desk.type(f"{MOTIFS}nouveau/", establishment=str(hospitals.perpignan.pk), label="Chute", order="0")
    assert "existe déjà dans cette liste" in text(desk.restores(f"{MOTIFS}{old.pk}/"), 409)
    assert Motif.objects.filter(label="Chute", ended_at=None).count() == 1


def test_a_mode_of_arrival_gets_its_code_from_its_word(desk: Desk, hospitals: Hospitals) -> None:
    new = {"establishment": str(hospitals.perpignan.pk), "label": "Équipe de rue", "transport": "PERSO", "order": "95"}
    assert "Équipe de rue" in text(desk.type(f"{MODES}nouveau/", preview="1", **new))
    desk.type(f"{MODES}nouveau/", **new)
    made = ModeOfArrival.objects.get(label="Équipe de rue")
    assert made.code == "equipe-de-rue"
    assert modes_of(hospitals.perpignan.pk)[-1].label == "Équipe de rue"
    desk.type(f"{MODES}{made.pk}/", label="Maraude", code="autre")
    made.refresh_from_db()
    assert (made.label, made.code) == ("Maraude", "equipe-de-rue")
    assert "Mode d’arrivée modifié\u202f: Maraude | libellé\u202f: Équipe de rue → Maraude" in told(made)


@pytest.mark.parametrize("path", [UNITS, LOCATIONS, MOTIFS, MODES])
def test_a_list_says_what_it_shows_and_journals_it(desk: Desk, path: str) -> None:
    page = desk.get(path)
    assert "En service" in page
    assert "Narbonne" not in page
    entry = AccessEntry.objects.filter(verb=Verb.LIST).latest("recorded_at")
    assert entry.door.startswith("admin_")
    assert len(entry.subjects) == page.count('<tr id="ligne-')


def test_reading_a_row_and_changing_it_are_two_lines_of_the_journal(desk: Desk, hospitals: Hospitals) -> None:
    desk.type(f"{UNITS}{hospitals.sau.pk}/", **_WAITS)
    lines = AccessEntry.objects.filter(subjects=[hospitals.sau.pk]).order_by("id")
    assert [(line.verb, line.door, line.persons) for line in lines] == [
        (Verb.READ, "admin_units_row", []),
        (Verb.CHANGE, "organisations.actions.change_unit", []),
    ]


def test_a_filter_that_does_not_exist_is_refused_in_words(desk: Desk) -> None:
    for asked in ({"name__startswith": "S"}, {"p": "999"}, {"unite": "x"}, {"establishment__units__code": "1"}):
        assert desk.client.get(MOTIFS, asked).status_code in (200, 422), asked
    assert "Ce filtre n’existe pas" in text(desk.client.get(MOTIFS, {"establishment__units__code": "1"}), 422)


def test_places_are_filtered_by_unit(desk: Desk, hospitals: Hospitals) -> None:
    page = desk.get(LOCATIONS, unite=str(hospitals.ped.pk))
    assert "Box péd. 1" in page
    assert "Déchocage" not in page


def test_markup_in_a_word_is_shown_as_text(desk: Desk, hospitals: Hospitals) -> None:
    desk.type(f"{MOTIFS}nouveau/", establishment=str(hospitals.perpignan.pk), label="<b onclick=x>Gras</b>", order="1")
    page = desk.get(MOTIFS)
    assert "<b onclick" not in page
    assert "&lt;b onclick" in page


def test_a_double_post_adds_one(desk: Desk, hospitals: Hospitals) -> None:
    new = {"establishment": str(hospitals.perpignan.pk), "label": "Chute d’arbre", "order": "1", "_token": "k" * 32}
    assert [desk.type(f"{MOTIFS}nouveau/", **new).status_code for _ in range(2)] == [302, 302]
    assert Motif.objects.filter(label="Chute d’arbre").count() == 1


def test_queries_do_not_grow_with_the_rows(desk: Desk, hospitals: Hospitals) -> None:
    counts = []
    for n in range(2):
        for path in (LOCATIONS, MOTIFS):
            with CaptureQueriesContext(connection) as asked:
                desk.get(path)
            counts.append(len(asked))
        for m in range(10):
            Location.objects.create(care_unit=hospitals.sau, code=f"X{n}-{m}", label=f"X {m}")
            Motif.objects.create(establishment=hospitals.perpignan, label=f"X {n} {m}", care_unit=hospitals.sau)
    assert counts[:2] == counts[2:]
    assert max(counts) <= 14, counts
