"""Every founding control: one click, one event, undone, put at another hour, two hands on it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters.models import Encounter, Motif, RequestKind, Tracking
from osmose.kernel.base import clock, french
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter, place, request
from tests.workspace.patient_page.posts import events, is_pressed, page, post, pressed, revision_of, said

pytestmark = pytest.mark.django_db

# route, what is posted, the field's revision, group, what is pressed then.
CLICKS: list[tuple[str, dict[str, str], str, str, str]] = [
    ("suivi", {"wanted": "concern:fugue"}, "concern", "Préoccupant", "Fugue"),
    ("suivi", {"wanted": "triage:3B"}, "triage", "Tri", "Tri 3B"),
    ("suivi", {"wanted": "ccmu:P"}, "ccmu", "CCMU", "CCMU P"),
    ("suivi", {"wanted": "company:oui"}, "company", "Accompagné", "Oui"),
    ("suivi", {"wanted": "treatment:nc"}, "treatment", "Traitement actuel", "NC"),
    ("suivi", {"wanted": "allergies:non"}, "allergies", "Allergies", "Aucune connue"),
    ("suivi", {"wanted": "cognition:altere"}, "cognition", "État cognitif", "Altéré"),
    ("suivi", {"wanted": "alcohol:refus"}, "alcohol", "Alcool (OH)", "Refus ou impossible"),
    ("suivi", {"wanted": "substances:oui:thc:declare"}, "substances", "Lesquelles", "THC"),
    ("mode-arrivee", {"arrival_mode": "pompiers"}, "arrival_mode", "Mode d’arrivée", "Pompiers (VSAV)"),
    ("demandes", {"wanted": "imaging:running"}, "request:imaging", "Imagerie", "En cours"),
    ("demandes/resultat", {"wanted": "biology:anormal"}, "result:biology", "Résultat, Bilan biologique", "Anormal"),
]
FIELDS = [click[2] for click in CLICKS]


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    made = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")
    request(made, "biology", "available")
    return made


@pytest.mark.parametrize(("route", "fields", "field", "group", "word"), CLICKS, ids=FIELDS)
def test_one_click_is_one_event_and_the_button_is_pressed(
    claire: Character, pec: Encounter, route: str, fields: dict[str, str], field: str, group: str, word: str
) -> None:
    before = len(events(pec))
    assert post(claire, pec, route, **fields, revision=revision_of(pec, field)).status_code == 302
    assert len(events(pec)) == before + 1
    shown = page(claire, pec)
    assert word in pressed(shown, group)
    assert f"{claire.name} · " in shown
    # The same again changes nothing and tells nothing.
    assert post(claire, pec, route, **fields, revision=revision_of(pec, field)).status_code == 302
    assert len(events(pec)) == before + 1


@pytest.mark.parametrize(("route", "fields", "field", "group", "word"), CLICKS, ids=FIELDS)
def test_a_click_is_undone(
    claire: Character, pec: Encounter, route: str, fields: dict[str, str], field: str, group: str, word: str
) -> None:
    answer = post(claire, pec, route, **fields, htmx=True)
    assert "Annuler" in said(answer)
    assert post(claire, pec, "annuler", event=events(pec)[-1].uid).status_code == 302
    shown = page(claire, pec)
    assert not is_pressed(shown, group, word)
    assert "(annulé)" in shown


@pytest.mark.parametrize(("route", "fields", "field", "group", "word"), CLICKS, ids=FIELDS)
def test_a_click_is_put_at_another_hour(
    claire: Character, pec: Encounter, route: str, fields: dict[str, str], field: str, group: str, word: str
) -> None:
    assert "À une autre heure" in said(post(claire, pec, route, **fields, htmx=True))
    first, earlier = events(pec)[-1], clock.now() - timedelta(minutes=20)
    assert post(claire, pec, "heure", event=first.uid, at=french.time(earlier)).status_code == 302
    again = events(pec)[-1]
    assert again.undoes == first.uid
    assert again.occurred_at == earlier.replace(second=0, microsecond=0)
    shown = page(claire, pec)
    assert "(heure corrigée)" in shown
    assert f'id="e-{again.uid}"' in shown
    assert f'id="e-{first.uid}"' not in shown
    assert word in pressed(shown, group)


OTHERS = {
    "concern": "concern:suicidaire",
    "triage": "triage:1",
    "ccmu": "ccmu:2",
    "company": "company:non",
    "treatment": "treatment:non",
    "allergies": "allergies:nc",
    "cognition": "cognition:bon",
    "alcohol": "alcohol:nc",
    "substances": "substances:non",
    "request:imaging": "imaging:asked",
    "result:biology": "biology:normal",
}


@pytest.mark.parametrize(
    ("route", "fields", "field", "group", "word"), [c for c in CLICKS if c[2] in OTHERS], ids=list(OTHERS)
)
@pytest.mark.parametrize("keep", ["theirs", "mine"])
def test_two_hands_on_one_field_see_both_values_and_choose(
    claire: Character,
    hugo: Character,
    pec: Encounter,
    route: str,
    fields: dict[str, str],
    field: str,
    group: str,
    word: str,
    keep: str,
) -> None:
    drawn = revision_of(pec, field)
    assert post(hugo, pec, route, wanted=OTHERS[field], revision=drawn).status_code == 302
    answer = post(claire, pec, route, **fields, revision=drawn, htmx=True)
    assert answer.status_code == 409
    shown = said(answer)
    assert hugo.name in shown
    assert "Garder le sien" in shown
    assert "Réunir les deux" not in shown
    (fresh,) = re.findall(r'name="revision" value="(\d+)"', shown)
    before = len(events(pec))
    assert post(claire, pec, route, **fields, revision=fresh, keep=keep).status_code == 302
    assert len(events(pec)) == before + (keep == "mine")
    assert is_pressed(page(claire, pec), group, word) is (keep == "mine")


@pytest.mark.parametrize(
    ("field", "label"), [("treatment", "Traitement actuel"), ("allergies", "Allergies")], ids=["treatment", "allergies"]
)
def test_two_texts_are_joined(claire: Character, hugo: Character, pec: Encounter, field: str, label: str) -> None:
    assert post(hugo, pec, "suivi", field=field, text="Olanzapine", revision=0).status_code == 302
    answer = post(claire, pec, "suivi", field=field, text="Loxapine", revision=0, htmx=True)
    assert answer.status_code == 409
    assert "Réunir les deux" in said(answer)
    (fresh,) = re.findall(r'name="revision" value="(\d+)"', said(answer))
    assert post(claire, pec, "suivi", field=field, text="Loxapine", revision=fresh, keep="both").status_code == 302
    assert "Olanzapine / Loxapine" in page(claire, pec)
    assert Tracking.objects.get(encounter=pec).value(field).text == "Olanzapine / Loxapine"  # type: ignore[union-attr]


def test_two_notes_of_a_request_are_joined(claire: Character, hugo: Character, pec: Encounter) -> None:
    assert post(hugo, pec, "demandes/note", kind="biology", note="Hb 9,4", revision=0).status_code == 302
    answer = post(claire, pec, "demandes/note", kind="biology", note="INR 1,1", revision=0, htmx=True)
    assert answer.status_code == 409
    assert post(
        claire, pec, "demandes/note", kind="biology", note="INR 1,1", revision=revision_of(pec, "note:biology"),
        keep="both",
    ).status_code == 302  # fmt: skip
    assert "Hb 9,4 / INR 1,1" in page(claire, pec)


def test_undo_is_refused_once_somebody_else_changed_the_field(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    post(claire, pec, "suivi", wanted="triage:2")
    mine = events(pec)[-1]
    post(hugo, pec, "suivi", wanted="triage:3A")
    answer = post(claire, pec, "annuler", event=mine.uid, htmx=True)
    assert answer.status_code == 409
    assert "l’annulation n’est plus possible" in said(answer)
    assert pressed(page(claire, pec), "Tri") == ["Tri 3A"]


def test_only_my_own_last_click_offers_another_hour(claire: Character, hugo: Character, pec: Encounter) -> None:
    post(claire, pec, "suivi", wanted="triage:2")
    first = events(pec)[-1]
    assert f'id="at-{first.uid}"' in page(claire, pec)
    assert f'id="hour-{first.uid}"' not in page(hugo, pec)
    post(claire, pec, "suivi", wanted="triage:3A")
    older = page(claire, pec)
    assert f'id="at-{first.uid}"' not in older
    assert f'id="hour-{first.uid}"' in older, "a click in the wrong record may still leave it"


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("", "Écrivez l’heure réelle"),
        ("bientôt", "Écrivez l’heure comme 14:05"),
        ("01/01/2020 14:05", "Le patient n’était pas encore là"),
        ("31/12/2999 14:05", "dans le futur"),
    ],
)
def test_an_hour_that_cannot_be_is_refused_in_words(claire: Character, pec: Encounter, at: str, sentence: str) -> None:
    post(claire, pec, "suivi", wanted="triage:2")
    answer = post(claire, pec, "heure", event=events(pec)[-1].uid, at=at, htmx=True)
    assert answer.status_code == 422
    assert sentence in said(answer)


def test_a_worry_keeps_its_words_while_its_reasons_change(claire: Character, pec: Encounter) -> None:
    post(claire, pec, "suivi", wanted="concern:fugue")
    post(claire, pec, "suivi", field="concern", text="Rupture de traitement")
    shown = page(claire, pec)
    assert "Préoccupant\u202f: fugue" in shown
    assert 'value="concern:suicidaire,fugue"' in shown
    post(claire, pec, "suivi", wanted="concern:suicidaire,fugue")
    shown = page(claire, pec)
    assert "Préoccupant\u202f: suicidaire, fugue" in shown
    assert "Rupture de traitement" in shown
    post(claire, pec, "suivi", wanted="concern:")
    assert "badge-solid" not in page(claire, pec)


def test_a_minor_is_a_patient_preoccupant(claire: Character, hospitals: Hospitals) -> None:
    born = clock.now().date() - timedelta(days=16 * 365)
    minor = encounter(unit=hospitals.sau, birth_date=born)
    post(claire, minor, "suivi", wanted="concern:fugue")
    shown = page(claire, minor)
    assert "Patient préoccupant\u202f: fugue" in shown
    assert "Mineur" in shown
    assert pressed(shown, "Patient préoccupant") == ["Fugue"]


def test_the_pressed_choice_keeps_what_was_typed_beside_it(claire: Character, pec: Encounter) -> None:
    post(claire, pec, "suivi", field="company", by="Sa sœur", phone="06 00 00 00 00")
    assert "Sa sœur · 06 00 00 00 00" in page(claire, pec)
    post(claire, pec, "suivi", wanted="company:oui")
    assert "Sa sœur · 06 00 00 00 00" in page(claire, pec)
    post(claire, pec, "suivi", wanted="company:non")
    assert pressed(page(claire, pec), "Accompagné") == ["Non"]


def test_substances_travel_as_the_whole_wanted_set(claire: Character, pec: Encounter) -> None:
    post(claire, pec, "suivi", wanted="substances:oui:cocaine,thc:declare")
    shown = page(claire, pec)
    assert pressed(shown, "Lesquelles") == ["Cocaïne", "THC"]
    assert pressed(shown, "Comment on le sait") == ["Déclaré"]
    # « Oui » pressed again, « Cocaïne » pressed again, and the other way of knowing.
    assert 'value="substances:oui:cocaine,thc:declare"' in shown
    assert 'value="substances:oui:thc:declare"' in shown
    assert 'value="substances:oui:cocaine,thc:depiste"' in shown
    post(claire, pec, "suivi", wanted="substances:oui:thc,autres:depiste")
    post(claire, pec, "suivi", field="substances", other="Kétamine")
    assert "Kétamine" in page(claire, pec)
    post(claire, pec, "suivi", wanted="substances:nc")
    assert "Kétamine" not in said(claire.client().get(f"/pec/{pec.pk}/")).partition("Fil de la prise")[0]


def test_nc_with_a_substance_is_refused_in_words(claire: Character, pec: Encounter) -> None:
    answer = post(claire, pec, "suivi", wanted="substances:nc:cocaine", htmx=True)
    assert answer.status_code == 422
    assert "«\u202fNC\u202f» exclut toute substance" in said(answer)
    assert not Tracking.objects.filter(encounter=pec).exists()


def test_a_referent_is_me_then_nobody(claire: Character, hugo: Character, pec: Encounter) -> None:
    assert post(claire, pec, "referents", wanted=f"ide:{claire.id}", revision=0).status_code == 302
    shown = page(hugo, pec)
    assert pressed(shown, "Référent IDE") == [claire.name]
    assert f'<span class="panel-aside">{claire.name}</span>' in shown
    assert post(hugo, pec, "referents", wanted="ide:", revision=1).status_code == 302
    assert pressed(page(hugo, pec), "Référent IDE") == ["Personne –"]
    assert post(hugo, pec, "referents", wanted="ide:hier", htmx=True).status_code == 422


def test_somebody_else_is_chosen_among_those_who_take_part(
    claire: Character, hugo: Character, martin: Character, zoe: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    shown = said(claire.client().get(f"/pec/{pec.pk}/referents/", headers={"HX-Request": "true"}))
    for role, who in (("ide", claire), ("medecin", hugo), ("psy", martin)):
        assert re.findall(r'value="(\w+):' + str(who.id), shown) == [role]
    assert str(zoe.id) not in shown
    post(claire, pec, "referents", wanted=f"medecin:{hugo.id}", revision=0)
    other = hospitals.users["agent8"].pk
    stale = post(claire, pec, "referents", wanted=f"medecin:{other}", revision=0, htmx=True)
    assert stale.status_code == 409
    assert hugo.name in said(stale)
    shown = page(claire, pec)
    assert pressed(shown, "Référent Médecin") == [hugo.name]


@pytest.mark.parametrize(
    ("account", "role"), [("agent1", "ide"), ("agent2", "medecin"), ("agent9", "psy"), ("manager-sau", None)]
)
def test_moi_is_offered_in_the_role_of_ones_profession_alone(
    account: str, role: str | None, hospitals: Hospitals, pec: Encounter
) -> None:
    who = Character(hospitals.users[account])
    request(pec, "psychiatry", unit=hospitals.emp)
    offered = re.findall(rf'value="(\w+):{who.id}"', page(who, pec))
    assert offered == ([role] if role else [])
    for refused in {"ide", "medecin", "psy"} - {role}:
        answer = post(who, pec, "referents", wanted=f"{refused}:{who.id}", revision=0, htmx=True)
        assert answer.status_code == 422
        assert "ne peut pas être référent" in said(answer)


def test_a_favourite_motif_is_one_click_and_any_other_is_typed(claire: Character, hospitals: Hospitals) -> None:
    Motif.objects.create(establishment=hospitals.perpignan, label="Agitation essai", is_favourite=True)
    Motif.objects.create(establishment=hospitals.perpignan, label="Anxiété essai")
    unsaid = encounter(unit=hospitals.sau, motif="")
    shown = page(claire, unsaid)
    assert re.search(r'name="motif" value="Agitation essai"', shown)
    assert '<option value="Anxiété essai">' in shown
    assert post(claire, unsaid, "motif", motif="Agitation essai", revision=0).status_code == 302
    assert '<p class="line-text">Agitation essai</p>' in page(claire, unsaid)


def test_a_result_is_said_available_seen_and_abnormal_and_never_with_a_green_tick(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    post(claire, pec, "demandes/resultat", wanted="biology:anormal")
    post(hugo, pec, "demandes", wanted="biology:seen")
    shown = page(claire, pec)
    assert pressed(shown, "Bilan biologique, résultat") == ["Résultat vu"]
    assert pressed(shown, "Résultat, Bilan biologique") == ["Anormal"]
    assert f"Résultat vu par {hugo.name} à " in shown
    assert f"dit anormal par {claire.name}" in shown
    line = shown[shown.index('aria-label="Bilan biologique"') : shown.index('id="msg-request-biology"')]
    assert 'aria-pressed="true" data-on="s"' not in line
    post(claire, pec, "demandes/resultat", wanted="biology:normal")
    line = page(claire, pec)
    assert 'aria-pressed="true" data-on="s"' in line


@pytest.fixture
def taken(hospitals: Hospitals) -> Encounter:
    other = encounter(unit=hospitals.sau, birth_name="LARQUIER")
    place(other, hospitals.place("SAS"), hospitals.place("BOX-3"))
    return other


def _wanted(hospitals: Hospitals) -> str:
    return f"{hospitals.place('SAS').pk}|{hospitals.place('BOX-3').pk}"


def test_a_box_that_is_taken_asks_why_and_both_pages_say_it_is_shared(
    claire: Character, hospitals: Hospitals, pec: Encounter, taken: Encounter
) -> None:
    wanted = _wanted(hospitals)
    assert 'title="Box 3 (occupé)"' in page(claire, pec)
    answer = post(claire, pec, "lieu", place=wanted, revision=revision_of(pec, "place"), htmx=True)
    assert answer.status_code == 409
    assert "Box 3 est occupé par un autre patient" in said(answer)
    assert "Installer quand même" in said(answer)
    assert "LARQUIER" not in said(answer)
    empty = post(claire, pec, "lieu", place=wanted, asks_why="1", reason=" ", htmx=True)
    assert empty.status_code == 422
    assert "Écrivez pourquoi ce box est partagé." in said(empty)
    assert "Installer quand même" in said(empty)
    asked: dict[str, Any] = {"place": wanted, "asks_why": "1", "reason": "Deux brancards côte à côte"}
    assert post(claire, pec, "lieu", **asked, revision=revision_of(pec, "place")).status_code == 302
    for one in (pec, taken):
        assert "Box 3 est partagé" in page(claire, one)
    assert "box partagé\u202f: Deux brancards côte à côte" in page(claire, pec)


def test_without_scripts_the_box_is_asked_for_on_the_page_itself(
    claire: Character, hospitals: Hospitals, pec: Encounter, taken: Encounter
) -> None:
    answer = post(claire, pec, "lieu", place=_wanted(hospitals), revision=revision_of(pec, "place"))
    assert answer.status_code == 409
    assert "Installer quand même" in said(answer)
    assert "Statut du patient" in said(answer)


def test_a_location_removed_while_in_use_stays_shown_and_is_offered_no_more(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    sas = hospitals.place("SAS")
    place(pec, sas)
    stale = f"{sas.pk}|"
    sas.ended_at = clock.now()
    sas.save(update_fields=["ended_at"])
    shown = page(claire, pec)
    assert "SAS" in shown[shown.index('id="band"') : shown.index('id="live"')]
    other = encounter(unit=hospitals.sau)
    answer = post(claire, other, "lieu", place=stale, htmx=True)
    assert answer.status_code in (409, 422)
    assert "Ce lieu n’existe pas ou plus" in said(answer)


def test_what_was_asked_of_a_kind_offered_no_more_stays_shown_and_nobody_changes_it(
    claire: Character, pec: Encounter
) -> None:
    RequestKind.objects.filter(code="biology").update(ended_at=clock.now())
    shown = page(claire, pec)
    assert pressed(shown, "Bilan biologique, résultat") == ["Résultat disponible (cette demande n’est plus proposée)"]
    answer = post(claire, pec, "demandes", wanted="biology:seen", htmx=True)
    assert answer.status_code in (409, 422)
    assert "n’existe pas ou plus" in said(answer)
