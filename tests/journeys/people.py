"""The cast at their workstations: sentences that a journey is written in, each one a person in a browser of their own.

Every browser fails its test on a violation of the content policy, a script error, a warning of htmx or an answer of
the server that the test did not expect.
"""

import logging
import os
import re
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from tests.cast import ACCOUNTS, Character, Hospitals

SIZES = {"phone": (390, 844), "station": (1366, 768), "wide": (1920, 1080)}
# Where the guide finds its pictures; nowhere in a usual run of the tests.
PICTURES = os.environ.get("OSMOSE_PICTURES", "")
# Milliseconds. What should come comes at once; a busy machine may take its time, and only a failure waits that long.
PATIENCE = 30_000
_OTHER = {"light": "night", "night": "light", "auto": "night"}
_SEEN = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
)
_WEAR = "(theme) => { document.documentElement.dataset.theme = theme }"
_STATUS = re.compile(r"status of (\d{3})")
_AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
# Half a megabyte of axe goes to each document once. What it would call minor or moderate fails nothing: not looked for.
_HAS_AXE = "() => typeof axe !== 'undefined'"
_ASK_AXE = """() => axe.run(document, {
  preload: false,
  resultTypes: ['violations'],
  rules: Object.fromEntries(
    axe._audit.rules
      .filter((rule) => !['serious', 'critical'].includes(rule.impact))
      .map((rule) => [rule.id, { enabled: false }]),
  ),
})"""
# A theme is tokens of colour (assets/css/tokens.css): of axe's rules, those of colour can tell one from the other.
_ASK_COLOURS = """() => axe.run(document, {
  preload: false, resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'],
})"""
_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Milliseconds: a machine of two cores, busy with two browsers, is slow and not wrong.
PATIENCE = 30_000


class Person:
    """Somebody of the cast, logged in, with one page open. `page` is Playwright's own, for what no sentence says."""

    def __init__(self, character: Character, context: Any, address: str, size: str):
        self.character, self.context, self.address, self.size = character, context, address, size
        self._devtools: Any = None
        self.faults: list[str] = []
        self.expected: set[int] = set()
        self.page: Any = context.new_page()
        self.page.add_init_script(_SEEN)
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        # A slow machine, or a clock moved forward: what it leaves undone fails the journey by itself.
        if message.text.startswith("htmx: htmx:error: timeout"):
            logging.getLogger(__name__).warning(message.text)  # told with the failure
            return
        if message.type == "error" or message.text.startswith("htmx:"):
            self.faults.append(f"{message.text} ({self.page.url})")

    @property
    def unexpected(self) -> list[str]:
        """The faults, but for the refusals that were provoked on purpose, said before or after they came."""
        statuses = ((fault, _STATUS.search(fault)) for fault in self.faults)
        return [fault for fault, found in statuses if not (found and int(found[1]) in self.expected)]

    def expects(self, *statuses: int) -> Self:
        """The refusals that this journey provokes on purpose."""
        self.expected.update(statuses)
        return self

    def opens(self, path: str) -> Self:
        self.page.goto(self.address + path)
        return self

    def clicks(self, role: str, name: str, *, nth: int = 0) -> Self:
        self.page.get_by_role(role, name=name).nth(nth).click()
        return self

    def types(self, label: str, text: str) -> Self:
        self.page.get_by_label(label).first.fill(text)
        return self

    def presses(self, key: str) -> Self:
        self.page.keyboard.press(key)
        return self

    def chooses(self, label: str, option: str) -> Self:
        """One of a group of radio buttons, or of a select."""
        group = self.page.get_by_role("group", name=label)
        group.or_(self.page.get_by_label(label)).filter(visible=True).first.wait_for()
        if group.count():
            group.first.get_by_text(option, exact=True).click()
        else:
            self.page.get_by_label(label).first.select_option(label=option)
        return self

    def sees(self, *texts: str) -> Self:
        """Waits for each text to be visible (a refresh may bring it)."""
        for text in texts:
            self.page.get_by_text(text).filter(visible=True).first.wait_for()
        return self

    def does_not_see(self, *texts: str) -> Self:
        for text in texts:
            assert not self.page.get_by_text(text).filter(visible=True).count(), f"{text!r} is visible"
        return self

    def is_at(self, pattern: str) -> Self:
        """Waits for the address to match."""
        self.page.wait_for_url(re.compile(re.escape(self.address) + pattern))
        return self

    def is_accessible(self) -> Self:
        """No serious or critical finding of axe-core on the page as it stands; nothing is wider than the screen."""
        self._finds_nothing(_ASK_AXE)
        wide = self.page.evaluate(_WIDE)
        assert wide <= 0, f"the page is {wide} px wider than the screen"
        return self

    def _finds_nothing(self, question: str) -> None:
        if not self.page.evaluate(_HAS_AXE):
            self.page.evaluate(_AXE + ";0")
        found = self.page.evaluate(question)
        grave = [
            f"{v['id']} ({v['impact']}): {', '.join(str(n['target']) for n in v['nodes'][:4])}"
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert not grave, grave

    def is_accessible_by_day_and_night(self) -> Self:
        """In the theme that is open, then its colours in the other one."""
        self.is_accessible()
        theme = self.page.evaluate("() => document.documentElement.dataset.theme")
        self.page.evaluate(_WEAR, _OTHER[theme])
        self._finds_nothing(_ASK_COLOURS)
        self.page.evaluate(_WEAR, theme)
        return self

    def is_accessible_everywhere(self, *sizes: str) -> Self:
        """At every size (or these), in both themes: the page as it stands, loaded once; then its first size again."""
        first = self.size
        for size in sizes or SIZES:
            self.resizes(size).is_accessible_by_day_and_night()
        return self.resizes(first)

    def resizes(self, size: str) -> Self:
        """The screen becomes another one; a phone is touched."""
        if size != self.size:
            width, height = SIZES[size]
            self.page.set_viewport_size({"width": width, "height": height})
            self._devtools = self._devtools or self.context.new_cdp_session(self.page)
            self._devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": size == "phone"})
            self.size = size
        return self

    def is_shown(self, name: str) -> Self:
        """Accessible in both themes; photographed for the guide, where its pictures are asked for (`make pictures`)."""
        self.is_accessible_by_day_and_night()
        if PICTURES:
            self.photographs(Path(PICTURES) / f"{name}.png", full=False)
        return self

    def photographs(self, path: Path, *, full: bool = True) -> Self:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path), full_page=full, animations="disabled", caret="initial")
        return self


def hold(page: Any, pattern: Any) -> list[Any]:
    """The next requests that match wait here."""
    held: list[Any] = []

    def keep(route: Any) -> None:
        held.append(route)

    page.route(pattern, keep)
    return held


class Journey:
    """The live server and the cast: `journey.claire.opens("/pec/")`; each comes when first named."""

    def __init__(self, browser: Any, address: str, hospitals: Hospitals):
        self.browser, self.address, self.hospitals = browser, address, hospitals
        self._people: list[Person] = []
        self._named: dict[str, Person] = {}

    def __getattr__(self, name: str) -> Person:
        if name not in ACCOUNTS:
            raise AttributeError(name)
        if name not in self._named:
            self._named[name] = self.person(name)
        return self._named[name]

    def person(self, name: str, *, size: str = "station", scripts: bool = True, theme: str = "light") -> Person:
        """One more browser for somebody: a phone, no scripts, the night theme."""
        character = Character(self.hospitals.users[ACCOUNTS[name]])
        person = Person(character, self._context(size, scripts=scripts), self.address, size)
        session = character.client().cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, "theme": theme}
        person.context.add_cookies([{"name": n, "value": v, "url": self.address} for n, v in cookies.items()])
        self._people.append(person)
        return person

    def stranger(self, *, size: str = "station") -> Person:
        """Somebody who is not logged in, or a screen that nobody holds: claire's account, before the login page."""
        character = Character(self.hospitals.users[ACCOUNTS["claire"]])
        person = Person(character, self._context(size), self.address, size)
        self._people.append(person)
        return person

    def _context(self, size: str, *, scripts: bool = True) -> Any:
        width, height = SIZES[size]
        return self.browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            has_touch=size == "phone",
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )

    def ends(self) -> None:
        """Closes every browser, then says what went wrong in any of them."""
        for person in self._people:
            person.context.close()
        faults = [f"{person.character.name}: {fault}" for person in self._people for fault in person.unexpected]
        assert not faults, faults
