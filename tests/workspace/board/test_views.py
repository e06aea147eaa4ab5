"""The views of the board that one keeps for oneself."""

import pytest

from osmose.accounts.models import SavedView
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter
from tests.strict import StrictClient
from tests.workspace.board.reading import board

pytestmark = pytest.mark.django_db
QUERY = "portee=ouvertes&lieu=SAS&ordre=tri"


def keep(client: StrictClient, name: str = "Ma zone", query: str = QUERY, **more: str) -> int:
    return client.post("/pec/vues/", {"name": name, "query": query, **more}).status_code


def test_a_view_is_kept_under_its_name_for_its_owner_alone(
    browser: StrictClient, hugo: Character, claire: Character
) -> None:
    answer = browser.post("/pec/vues/", {"name": " Ma  zone ", "query": QUERY})
    assert (answer.status_code, answer["Location"]) == (302, f"/pec/?{QUERY}")
    view = SavedView.objects.get()
    assert (view.user_id, view.name, view.query, view.is_default) == (claire.id, "Ma zone", QUERY, False)
    assert "Ma zone" in board(browser, "portee=actives").words
    assert "Ma zone" not in board(hugo.client()).words


def test_the_board_opens_with_the_chosen_one_and_says_so(browser: StrictClient, hospitals: Hospitals) -> None:
    here = encounter(unit=hospitals.sau, location=hospitals.place("SAS"))
    elsewhere = encounter(unit=hospitals.sau, location=hospitals.place("AV"))
    keep(browser, is_default="1")
    seen = board(browser)
    assert seen.order == [here.pk]
    assert "Vue « Ma zone »" in seen.words
    assert "lieu=SAS" in seen.poll
    assert set(board(browser, "portee=actives").order) == {here.pk, elsewhere.pk}
    assert set(board(browser, "psy=a-voir").order) == set()


def test_one_view_at_a_time_opens_the_board_and_it_can_be_let_go(browser: StrictClient) -> None:
    keep(browser, "Une", is_default="1")
    keep(browser, "Deux", is_default="1")
    assert list(SavedView.objects.filter(is_default=True).values_list("name", flat=True)) == ["Deux"]
    one = SavedView.objects.get(name="Une")
    browser.post(f"/pec/vues/{one.pk}/ouverture/", {"wanted": "1", "query": QUERY})
    assert list(SavedView.objects.filter(is_default=True).values_list("name", flat=True)) == ["Une"]
    browser.post(f"/pec/vues/{one.pk}/ouverture/", {"wanted": "0", "query": QUERY})
    assert not SavedView.objects.filter(is_default=True).exists()


def test_the_same_name_takes_the_new_filters(browser: StrictClient) -> None:
    keep(browser)
    keep(browser, query="portee=toutes")
    assert SavedView.objects.get().query == "portee=toutes"


def test_nothing_but_known_filters_is_kept(browser: StrictClient) -> None:
    keep(browser, query="portee=toutes&nom=ABELLANOSA&lieu=<b>&psy=a-voir&apres=x")
    assert SavedView.objects.get().query == "portee=toutes&psy=a-voir"


def test_a_view_without_name_too_long_or_one_too_many_is_refused_in_words(browser: StrictClient) -> None:
    assert keep(browser, " ") == 422
    assert keep(browser, "x" * 41) == 422
    for number in range(20):
        assert keep(browser, f"Vue {number}") == 302
    answer = browser.post("/pec/vues/", {"name": "De trop", "query": QUERY})
    assert answer.status_code == 422
    assert "supprimez-en une" in answer.content.decode()
    assert keep(browser, "Vue 3", "portee=toutes") == 302, "one that exists can still be changed"


def test_nobody_touches_the_view_of_another(browser: StrictClient, hugo: Character) -> None:
    keep(browser)
    view = SavedView.objects.get()
    his = hugo.client()
    assert his.post(f"/pec/vues/{view.pk}/ouverture/", {"wanted": "1"}).status_code == 404
    his.post(f"/pec/vues/{view.pk}/suppression/", {"query": ""})
    view.refresh_from_db()
    assert not view.is_default
    browser.post(f"/pec/vues/{view.pk}/suppression/", {"query": QUERY})
    assert not SavedView.objects.exists()
