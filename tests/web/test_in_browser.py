"""What only a browser can tell: scripts under the strict policy, refusals, a lost link, drafts, keys, undo, focus."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django import forms

from tests.web.drawing import NOON, claire, component, page
from tests.web.station import Answer, Station

pytestmark = pytest.mark.browser
TOGGLES = (
    '<c-line label="Bilan" message="said"><c-toggles label="Bilan">'
    '<c-toggle name="status" value="asked" url="/bilan/" target="#done" swap="innerHTML" errors="#said" tone="w">'
    'Demandé</c-toggle></c-toggles></c-line><p id="done"></p><input id="typed" name="typed" value="">'
)


def in_base(content: str, **context: Any) -> str:
    """A page of base.html around a few components."""
    drawn = page("base.html", actor=claire())
    return drawn.replace("</main>", f"{component(content, **context)}</main>", 1)


def say(status: int, body: str = "", **headers: str) -> Callable[[dict[str, str]], Answer]:
    return lambda _fields: (status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def until(screen: Any, is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        screen.wait_for_timeout(20)


def open_page(screen: Any, station: Station, content: str, **context: Any) -> None:
    station.pages["/"] = in_base(content, **context)
    screen.goto(f"{station.address}/")


def test_three_clicks_in_a_row_send_once_with_the_tokens(screen: Any, station: Station) -> None:
    station.answers["/bilan/"] = say(200, "Demandé à 14:05")
    open_page(screen, station, TOGGLES)
    screen.evaluate("(() => { const b = document.querySelector('#main .toggle'); b.click(); b.click(); b.click(); })()")
    screen.wait_for_selector("#done:has-text('14:05')")
    (sent,) = station.posted("/bilan/")
    assert sent["status"] == "asked"
    assert sent["csrfmiddlewaretoken"]
    assert len(sent["_token"]) == 36


def test_two_clicks_one_after_the_other_are_two_submissions(screen: Any, station: Station) -> None:
    station.answers["/bilan/"] = say(200, "fait")
    open_page(screen, station, TOGGLES)
    for _ in range(2):
        with screen.expect_response("**/bilan/"):
            screen.click("#main .toggle")
        screen.wait_for_timeout(50)
    first, second = station.posted("/bilan/")
    assert first["_token"] != second["_token"]


def test_without_scripts_the_same_button_posts_a_form(chromium: Any, station: Station) -> None:
    context = chromium.new_context(java_script_enabled=False)
    station.answers["/bilan/"] = say(200, "<p>page entière</p>")
    page_ = context.new_page()
    open_page(page_, station, TOGGLES)
    page_.click("#main .toggle")
    assert page_.inner_text("p") == "page entière"
    assert station.posted("/bilan/")[0]["status"] == "asked"
    context.close()


@pytest.mark.parametrize("status", [409, 422])
def test_a_refusal_lands_beside_its_control(screen: Any, station: Station, status: int) -> None:
    screen.expected = {status}
    station.answers["/bilan/"] = say(status, "Quelqu’un l’a déjà fait.")
    open_page(screen, station, TOGGLES)
    screen.click("#main .toggle")
    screen.wait_for_selector("#said:has-text('déjà fait')")
    assert screen.locator("#banner").inner_text() == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "refusée"), (404, "ne concerne pas vos unités"), (500, "de notre côté"), (503, "indisponible")],
)
def test_other_failures_are_told_in_the_banner_and_nothing_typed_is_lost(
    screen: Any, station: Station, status: int, words: str
) -> None:
    screen.expected = {status}
    station.answers["/bilan/"] = say(status, "<h1>une page entière</h1>")
    open_page(screen, station, TOGGLES)
    screen.fill("#typed", "mon texte")
    screen.click("#main .toggle")
    screen.wait_for_selector(f"#banner .banner:has-text('{words}')")
    assert screen.input_value("#typed") == "mon texte"
    assert screen.locator("h1:has-text('une page entière')").count() == 0


def test_a_sentence_sent_for_the_banner_is_shown_as_it_is(screen: Any, station: Station) -> None:
    screen.expected = {422}
    partial = '<hx-partial hx-target="#banner" hx-swap="innerHTML"><p>Le box est déjà pris.</p></hx-partial>'
    station.answers["/bilan/"] = say(422, partial)
    open_page(screen, station, TOGGLES.replace('errors="#said"', ""))
    screen.click("#main .toggle")
    screen.wait_for_selector("#banner:has-text('déjà pris')")
    assert screen.locator("#banner .banner").count() == 0


def test_a_failed_click_tried_again_carries_the_same_token(screen: Any, station: Station) -> None:
    screen.expected = {503}
    station.answers["/bilan/"] = say(503)
    open_page(screen, station, TOGGLES)
    screen.click("#main .toggle")
    screen.wait_for_selector("[data-banner-act]")
    station.answers["/bilan/"] = say(200, "fait")
    screen.click("[data-banner-act]")
    screen.wait_for_selector("#done:has-text('fait')")
    first, second = station.posted("/bilan/")
    assert first["_token"] == second["_token"]
    assert screen.locator("#banner .banner").count() == 0


def test_an_ended_session_goes_to_login_unless_something_was_typed(screen: Any, station: Station) -> None:
    screen.expected = {401}
    station.pages["/login"] = in_base("<h1>Connexion</h1>")
    station.answers["/bilan/"] = say(401, "", HX_Redirect="/login")
    open_page(screen, station, TOGGLES)
    screen.fill("#typed", "mon texte")
    screen.click("#main .toggle")
    screen.wait_for_selector("#banner:has-text('session a pris fin')")
    screen.fill("#typed", "")
    screen.click("#main .toggle")
    screen.wait_for_url("**/login")


def test_a_redirection_to_login_is_never_swapped_into_the_page(screen: Any, station: Station) -> None:
    station.pages["/login"] = in_base("<h1>Connexion</h1>")
    station.answers["/bilan/"] = say(302, "", Location="/login")
    open_page(screen, station, TOGGLES)
    screen.click("#main .toggle")
    screen.wait_for_selector("#banner:has-text('session a pris fin')")
    assert screen.locator("#done").inner_text() == ""


def test_a_lost_link_makes_the_data_look_stale_and_heals_by_itself(screen: Any, station: Station) -> None:
    screen.expected = {503}
    station.answers["/lignes/"] = say(204)
    open_page(screen, station, '<c-live /><c-poll id="rows" url="/lignes/?version=1"><b>SAS 2</b></c-poll>')
    screen.wait_for_function("document.documentElement.dataset.link === 'up'")
    station.answers["/lignes/"] = say(503)
    screen.wait_for_selector("#stale:visible")
    assert "Données de " in screen.inner_text("#stale")
    assert screen.evaluate("getComputedStyle(document.getElementById('rows')).opacity") == "0.5"
    station.answers["/lignes/"] = say(204)
    screen.wait_for_selector("#stale", state="hidden")
    assert screen.locator("#rows b").count() == 1


@pytest.mark.parametrize(
    ("status", "answer", "shown"),
    [
        (409, '<p class="field-error">Hugo Ferrer a été plus rapide.</p>', "#banner:has-text('plus rapide')"),
        (422, '<p class="field-error">Écrivez une raison.</p>', "#banner:has-text('Écrivez une raison')"),
        (
            200,
            '<hx-partial hx-target="#toast" hx-swap="innerHTML">À 14:05</hx-partial>',
            "#toast:has-text('14:05')",
        ),
    ],
)
def test_the_answer_to_a_click_is_shown_though_its_row_has_left(
    screen: Any, station: Station, status: int, answer: str, shown: str
) -> None:
    screen.expected = {status}
    has_left = threading.Event()

    def late(_fields: dict[str, str]) -> Answer:
        assert has_left.wait(10)
        return status, answer, {}

    station.answers |= {"/bilan/": late, "/lignes/": say(204)}
    line = TOGGLES.partition("<p id")[0].replace("#done", "#r1")
    rows = '<div id="rows" data-poll data-live hx-get="/lignes/" hx-trigger="refresh" hx-swap="outerMorph">{0}</div>'
    open_page(screen, station, rows.format(f'<div id="r1">{line}</div>'))
    screen.click("#r1 .toggle")
    screen.mouse.move(0, 0)
    station.answers["/lignes/"] = say(200, rows.format("<b>Personne</b>"))
    screen.wait_for_selector("#rows:has-text('Personne')")
    station.answers["/lignes/"] = say(204)
    has_left.set()
    screen.wait_for_selector(shown)


def test_what_changed_while_an_answer_was_on_its_way_is_asked_again(screen: Any, station: Station) -> None:
    asked: list[float] = []

    def slow(_fields: dict[str, str]) -> Answer:
        asked.append(time.monotonic())
        time.sleep(0.3)
        return 204, "", {}

    station.answers["/lignes/"] = slow
    open_page(screen, station, '<c-poll id="rows" url="/lignes/" beats="60"><b>SAS 2</b></c-poll>')
    screen.evaluate("window.dispatchEvent(new Event('online')); window.dispatchEvent(new Event('online'))")
    until(screen, lambda: len(asked) >= 2)
    screen.wait_for_timeout(500)
    assert len(asked) == 2


def test_a_poll_changes_rows_without_touching_focus(screen: Any, station: Station) -> None:
    row = '<c-poll id="rows" url="/lignes/?version={0}"><a id="r1" href="#">Box {0}</a></c-poll>'
    station.answers["/lignes/"] = say(200, component(row.format(2)))
    open_page(screen, station, row.format(1))
    screen.focus("#r1")
    screen.wait_for_selector("#r1:has-text('Box 2')")
    assert screen.evaluate("document.activeElement.id") == "r1"
    assert "version=2" in screen.get_attribute("#rows", "hx-get")


def test_elapsed_time_ticks_on_the_server_s_clock_and_names_its_band(screen: Any, station: Station) -> None:
    screen.clock.install()
    # Around it, nothing that asks for itself: an hour goes by while its answer is on its way.
    elapsed = component('<c-elapsed :since="at" soon="30" late="60" label="Présent depuis" />', at=NOON)
    station.pages["/"] = page("shell.html").replace("</body>", f"{elapsed}</body>", 1)
    screen.goto(f"{station.address}/")
    assert screen.inner_text("[data-elapsed]") == "0\u00a0min"
    screen.clock.fast_forward("31:00")
    assert screen.inner_text("[data-elapsed]") == "31\u00a0min"
    assert "à surveiller" in screen.text_content("[data-band-word]")
    screen.clock.fast_forward("01:00:00")
    assert screen.inner_text("[data-elapsed]") == "1\u00a0h\u00a031"
    assert screen.get_attribute(".wait", "data-band") == "late"


def test_an_expected_end_that_is_past_says_by_how_much(screen: Any, station: Station) -> None:
    screen.clock.install()
    over = f'<span id="over" data-over="{(NOON + timedelta(minutes=20)).isoformat()}"></span>'
    station.pages["/"] = page("shell.html").replace("</body>", f"{over}</body>", 1)
    screen.goto(f"{station.address}/")
    screen.clock.fast_forward("20:30")
    assert screen.inner_text("#over") == ""
    screen.clock.fast_forward("14:40")
    assert screen.inner_text("#over") == "dépassé de 15\u00a0min"
    assert screen.get_attribute("#over", "data-late-now") is not None


def test_undo_is_offered_for_ten_seconds(screen: Any, station: Station) -> None:
    screen.clock.install()
    open_page(
        screen, station, '<c-toast undo="/annuler/" undo_value="e1" hour="/heure/" :at="at">Fait</c-toast>', at=NOON
    )
    screen.clock.run_for(3000)
    assert screen.inner_text("[data-seconds]") in ("7", "8")
    screen.clock.run_for(8000)
    assert screen.locator(".toast").count() == 0


def test_undo_sends_the_event(screen: Any, station: Station) -> None:
    station.answers["/annuler/"] = say(200)
    open_page(screen, station, '<c-toast undo="/annuler/" undo_value="e1">Fait</c-toast>')
    with screen.expect_response("**/annuler/"):
        screen.click("[data-undo]")
    assert station.posted("/annuler/")[0]["event"] == "e1"


def test_a_draft_saves_itself_and_its_last_words_when_the_page_is_left(screen: Any, station: Station) -> None:
    station.answers["/brouillon/"] = say(204)
    station.pages["/ailleurs"] = in_base("<p>ailleurs</p>")
    form = (
        '<form method="post" autocomplete="off">'
        '<c-textarea label="Note" name="body" draft="/brouillon/" key="t" /></form>'
    )
    open_page(screen, station, form)
    screen.keyboard.press("t")
    screen.keyboard.type("Déambule")
    screen.wait_for_selector("[data-draft-state]:has-text('Brouillon enregistré à')")
    screen.keyboard.type(", inquiet")
    screen.goto(f"{station.address}/ailleurs")
    until(screen, lambda: len(station.posted("/brouillon/")) == 2)
    saved = [fields["body"] for fields in station.posted("/brouillon/")]
    assert saved == ["Déambule", "Déambule, inquiet"]
    assert all(fields["csrfmiddlewaretoken"] for fields in station.posted("/brouillon/"))


def test_another_form_of_the_same_text_goes_on_with_its_draft(screen: Any, station: Station) -> None:
    form = (
        '<form id="f" method="post" action="/signer/" data-draft="/brouillon/" autocomplete="off">'
        '<c-textarea label="Note" name="body" /><button type="submit" formaction="/forme/" hx-post="/forme/" '
        'hx-target="#composer" hx-swap="innerHTML">Ciblée</button><span data-draft-state></span></form>'
    )
    other = form.replace(
        'data-draft="/brouillon/" autocomplete="off"><c-textarea label="Note" name="body" />',
        'data-draft="/brouillon/" data-draft-unsaved autocomplete="off"><c-textarea label="Note" name="part" '
        'value="Déambule" /><input type="hidden" name="draft" value="d1"><input type="hidden" name="seen" value="1">',
    )
    headers = {"X_Osmose_Draft": "d1", "X_Osmose_Draft_Seen": "1"}
    station.answers["/brouillon/"] = say(204, **headers)
    station.answers["/forme/"] = say(200, component(other))
    open_page(screen, station, f'<div id="composer">{form}</div>')
    screen.fill("textarea", "Déambule")
    screen.wait_for_selector("[data-draft-state]:has-text('Brouillon enregistré')")
    screen.click("button:has-text('Ciblée')")
    screen.wait_for_selector("textarea[name=part]")
    screen.wait_for_selector("[data-draft-state]:has-text('Brouillon enregistré')")
    carried = station.posted("/forme/")[0]
    assert (carried["draft"], carried["seen"], carried["body"]) == ("d1", "1", "Déambule")
    first, second = station.posted("/brouillon/")
    assert (second["draft"], second["seen"], second["part"]) == ("d1", "1", "Déambule"), "kept in its new form, unasked"
    assert first["tab"] == second["tab"]


def test_a_draft_that_cannot_be_saved_says_so_and_tries_again(screen: Any, station: Station) -> None:
    screen.expected = {503}
    station.answers["/brouillon/"] = say(503)
    open_page(
        screen, station, '<form autocomplete="off"><c-textarea label="Note" name="body" draft="/brouillon/" /></form>'
    )
    screen.fill("textarea", "mot")
    screen.wait_for_selector("[data-draft-state]:has-text('nouvel essai')")
    station.answers["/brouillon/"] = say(204)
    screen.wait_for_selector("[data-draft-state]:has-text('Brouillon enregistré')")


def test_keys_move_between_rows_and_open_help_but_not_while_typing(screen: Any, station: Station) -> None:
    rows = '<ul class="cards"><c-card name="UN" href="#1" id="a" /><c-card name="DEUX" href="#2" id="b" /></ul>'
    open_page(screen, station, f'<c-search action="/x/" />{rows}')
    screen.keyboard.press("j")
    screen.keyboard.press("j")
    assert screen.evaluate("document.activeElement.getAttribute('href')") == "#2"
    screen.keyboard.press("k")
    assert screen.evaluate("document.activeElement.getAttribute('href')") == "#1"
    screen.keyboard.press("/")
    screen.keyboard.type("j?")
    assert screen.input_value("[type=search]") == "j?"
    screen.evaluate("document.activeElement.blur()")
    screen.keyboard.press("?")
    assert screen.locator("#keys-help").is_visible()
    screen.keyboard.press("Escape")
    assert not screen.locator("#keys-help").is_visible()


def test_the_theme_changes_at_once_and_is_told_to_the_server(screen: Any, station: Station) -> None:
    station.answers["/compte/theme/"] = say(200)
    open_page(screen, station, "<p>x</p>")
    screen.click("summary.person")
    with screen.expect_response("**/compte/theme/"):
        screen.click("[data-theme-set=night]")
    assert screen.evaluate("document.documentElement.dataset.theme") == "night"
    assert station.posted("/compte/theme/")[0]["theme"] == "night"
    screen.keyboard.press("Escape")
    assert not screen.locator(".menu-panel").first.is_visible()


def test_nothing_is_kept_in_the_browser(screen: Any, station: Station) -> None:
    station.answers["/brouillon/"] = say(204)
    open_page(
        screen, station, '<form autocomplete="off"><c-textarea label="Note" name="body" draft="/brouillon/" /></form>'
    )
    with screen.expect_response("**/brouillon/"):
        screen.fill("textarea", "Déambule")
    assert screen.evaluate("localStorage.length + sessionStorage.length") == 0
    assert screen.evaluate("async () => (await indexedDB.databases()).length") == 0


class LoginForm(forms.Form):
    login = forms.EmailField()
    password = forms.CharField()


AXE = "axe.run({preload: false, resultTypes: ['violations']})"


@pytest.mark.parametrize("theme", ["light", "night"])
@pytest.mark.parametrize("name", ["styleguide", "base", "errors/503", "account/login"])
def test_pages_are_accessible_and_fit(screen: Any, station: Station, axe: str, name: str, theme: str) -> None:
    drawn = page(
        f"{name}.html",
        actor=claire(),
        theme=theme,
        now=NOON,
        fields=[],
        action="/pec/",
        form=LoginForm(),
        throttled=False,
        redirect_field="",
    )
    station.pages["/"] = drawn.replace("</main>", '<h1 class="vh">Page</h1></main>') if name == "base" else drawn
    screen.goto(f"{station.address}/")
    screen.evaluate(f"{axe};0")
    for width in (390, 1366, 1920):
        screen.set_viewport_size({"width": width, "height": 900})
        assert screen.evaluate("document.documentElement.scrollWidth") <= width
        found = screen.evaluate(AXE)["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []
