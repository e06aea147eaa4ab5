"""The browser's own notification: where it was asked for, while nobody looks at the page, and of nobody."""

from typing import Any

import pytest

from tests.web.drawing import claire, component, page
from tests.web.station import Station

pytestmark = pytest.mark.browser
# In place of the browser's own, which no machine without a screen shows.
STAND_IN = """
window.told = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, options) { window.told.push({ title, ...options }); }
  close() {}
};
"""
ASKS = '<p id="ask" hx-get="/annonce/" hx-trigger="click" hx-target="#notice" hx-swap="innerHTML">Demander</p>'


@pytest.mark.parametrize(("is_hidden", "times"), [(True, 1), (False, 0)])
def test_one_line_that_says_nothing_of_anybody_while_the_page_is_out_of_sight(
    screen: Any, station: Station, is_hidden: bool, times: int
) -> None:
    alert = "<p>Patient préoccupant · ABELLANOSA Rachid · Box 3</p>"
    said = '<span hidden data-notify="Osmose\u202f: un nouvel événement vous attend"></span>'
    station.answers["/annonce/"] = lambda _fields: (200, alert + said, {})
    station.pages["/"] = page("base.html", actor=claire()).replace("</main>", f"{component(ASKS)}</main>", 1)
    screen.add_init_script(STAND_IN)
    screen.goto(f"{station.address}/")
    if is_hidden:
        screen.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    screen.evaluate("document.getElementById('ask').click()")
    screen.wait_for_selector("#notice :text('ABELLANOSA')")
    line = {"title": "Osmose", "body": "un nouvel événement vous attend", "tag": "osmose", "silent": True}
    assert screen.evaluate("window.told") == [line] * times
