"""The administrator's page of request kinds: a kind is added without code."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from osmose.encounters.models import RequestKind
from osmose.kernel.actions.deeds import new_token
from tests.cast import Character, Hospitals
from tests.factories import encounters
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
LIST, NEW = "/administration/types-de-demande/", "/administration/types-de-demande/nouveau/"
SOCIAL: dict[str, Any] = {
    "label": "Avis social",
    "short_label": "Social",
    "icon": "users-round",
    "word_0": "Non demandé",
    "word_1": "Demandé",
    "meaning_1": "waiting",
    "word_2": "Rendu",
    "meaning_2": "done",
    "passages": ["0-1", "1-0", "1-2", "2-1"],
}


@pytest.fixture
def admin(paul: Character, hospitals: Hospitals) -> Client:
    encounters.kinds(hospitals.perpignan)
    client = StrictClient()
    client.force_login(paul.user)
    client.post("/compte/unite/", {"unit": str(hospitals.sau.pk), "next": LIST})
    return client


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


def define(client: Client, **typed: Any) -> Any:
    return client.post(NEW, {"_token": new_token(), **SOCIAL, **typed})


def the_new_one() -> RequestKind | None:
    return RequestKind.objects.filter(code="avis-social").first()


def test_the_kinds_in_use_are_shown_as_they_look(admin: Client) -> None:
    page = text(admin.get(LIST))
    for words in ("Bilan biologique", "Bilan bio. demandé", "Imagerie", "PEC psy", "Box pour évaluation"):
        assert words in page
    assert "En cours, Réalisé" in page
    assert "Adressée à" in page


def test_who_administers_two_establishments_sees_that_of_the_acting_unit(admin: Client, hospitals: Hospitals) -> None:
    assert hospitals.perpignan.name in text(admin.get(LIST))
    admin.post("/compte/unite/", {"unit": str(hospitals.emp.pk), "next": LIST})
    page = text(admin.get(LIST))
    assert hospitals.thuir.name in page
    assert "Bilan biologique" not in page


def test_an_establishment_without_kinds_has_a_designed_page(paul: Character) -> None:
    client = StrictClient()
    client.force_login(paul.user)
    assert "Aucun type de demande" in text(client.get(LIST))


def test_the_form_is_prefilled_with_what_most_requests_need(admin: Client, hospitals: Hospitals) -> None:
    page = text(admin.get(NEW))
    assert 'value="Non demandé"' in page
    assert 'name="passages" value="0-1" checked' in page
    assert f"{hospitals.emp.name} · {hospitals.thuir.short_name}" in page
    assert hospitals.narbonne.short_name not in page


def test_a_kind_is_added_and_used_at_once(admin: Client, claire: Character, hospitals: Hospitals) -> None:
    answer = define(admin, addressees=[str(hospitals.psyli.pk)])
    assert answer["Location"] == LIST
    kind = RequestKind.objects.get(establishment=hospitals.perpignan, code="avis-social")
    assert [s["code"] for s in kind.statuses] == ["non-demande", "demande", "rendu"]
    assert kind.transitions == {"non-demande": ["demande"], "demande": ["non-demande", "rendu"], "rendu": ["demande"]}
    assert list(kind.addressees.all()) == [hospitals.psyli]
    assert kind.order > 0
    pec = encounters.encounter(unit=hospitals.sau)
    page = text(claire.client().get(f"/pec/{pec.pk}/"))
    assert "Avis social" in page
    asked = claire.client().post(
        f"/pec/{pec.pk}/demandes/", {"wanted": "avis-social:demande", "revision": 0, "_token": new_token()}
    )
    assert asked.status_code == 302
    assert "Social demandé" in text(claire.client().get("/pec/"))


def test_a_preview_writes_nothing(admin: Client) -> None:
    page = text(define(admin, preview="1"))
    assert "Social demandé" in page
    assert 'value="Avis social"' in page
    assert the_new_one() is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label": ""}, "Donnez un nom"),
        ({"label": "x" * 100_000}, "trop long"),
        ({"short_label": "x" * 21}, "trop long"),
        ({"code": "é à"}, "lettres sans accent"),
        ({"code": "imaging"}, "existe déjà"),
        ({"icon": "bombe"}, "icônes proposées"),
        ({"word_0": ""}, "état de départ"),
        ({"word_1": "", "word_2": ""}, "au moins deux états"),
        ({"word_2": "demandé"}, "le même mot"),
        ({"meaning_2": "perdu"}, "sens proposés"),
        ({"word_1": "x" * 40}, "trop long"),
        ({"passages": ["0-1"]}, "«\u202fRendu\u202f» ne peut jamais être atteint"),
        ({"passages": ["0-9"]}, "Ce passage n’existe pas"),
        ({"passages": []}, "ne peut jamais être atteint"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(admin: Client, typed: dict[str, Any], sentence: str) -> None:
    before = RequestKind.objects.count()
    page = text(define(admin, **typed), 422)
    assert sentence in page
    for name, value in {**SOCIAL, **typed}.items():
        if isinstance(value, str) and not name.startswith(("meaning", "icon")):
            assert f'value="{value}"' in page
    assert RequestKind.objects.count() == before


def test_a_unit_of_no_partner_is_refused(admin: Client, hospitals: Hospitals) -> None:
    assert "ni d’un partenaire" in text(define(admin, addressees=[str(hospitals.narbonne_sau.pk)]), 422)


def test_markup_in_words_is_shown_as_text(admin: Client) -> None:
    define(admin, label="<script>alert(1)</script>", short_label="<b>x</b>", code="avis-social")
    page = text(admin.get(LIST))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_double_post_adds_one(admin: Client) -> None:
    first, second = (define(admin, _token="k" * 36) for _ in range(2))
    assert first["Location"] == second["Location"] == LIST
    assert RequestKind.objects.filter(label="Avis social").count() == 1


@pytest.mark.parametrize("name", ["claire", "samia", "denis", "zoe"])
def test_only_an_administrator_comes_here(request: pytest.FixtureRequest, name: str) -> None:
    client = StrictClient()
    client.force_login(request.getfixturevalue(name).user)
    text(client.get(LIST), 404)
    text(client.get(NEW), 404)
    text(define(client), 404)
    assert "Types de demandes" not in text(client.get("/pec/")) if name != "denis" else True


def test_the_navigation_of_an_administrator_leads_here(admin: Client) -> None:
    assert 'href="/administration/"' in text(admin.get(LIST))
    assert f'href="{LIST}"' in text(admin.get("/administration/"))


def test_queries_do_not_grow_with_the_kinds(admin: Client, hospitals: Hospitals) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            admin.get(LIST)
        counts.append(len(asked))
        for n in range(5):
            define(admin, code=f"social-{n}", addressees=[str(hospitals.psyli.pk), str(hospitals.emp.pk)])
    assert counts[0] == counts[1]
    assert counts[1] <= 10, counts
