"""The cast at their workstations: sentences that a journey is written in, each one a person in a browser of their own.

Every browser fails its test on a violation of the content policy, a script error, a warning of htmx or an answer of
the server that the test did not expect.
"""

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
_STATUS = re.compile(r"status of (\d{3})")
_AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
_ASK_AXE = "() => axe.run(document, {preload: false, resultTypes: ['violations']})"


class Person:
    """Somebody of the cast, logged in, with one page open. `page` is Playwright's own, for what no sentence says."""

    def __init__(self, character: Character, context: Any, address: str):
        self.character, self.context, self.address = character, context, address
        self.faults: list[str] = []
        self.expected: set[int] = set()
        self.page: Any = context.new_page()
        self.page.add_init_script(_SEEN)
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        found = _STATUS.search(message.text)
        if found and int(found[1]) in self.expected:
            return
        if message.type == "error" or message.text.startswith("htmx:"):
            self.faults.append(f"{message.text} ({self.page.url})")

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
        self.page.evaluate(_AXE + ";0")
        found = self.page.evaluate(_ASK_AXE)
        grave = [
            f"{v['id']} ({v['impact']}): {', '.join(str(n['target']) for n in v['nodes'][:4])}"
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert not grave, grave
        wide = self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"the page is {wide} px wider than the screen"
        return self

    def is_shown(self, name: str) -> Self:
        """Accessible in both themes; photographed for the guide, where its pictures are asked for (`make pictures`)."""
        theme = self.page.evaluate("() => document.documentElement.dataset.theme")
        self.page.evaluate("(other) => { document.documentElement.dataset.theme = other }", _OTHER[theme])
        self.is_accessible()
        self.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
        self.is_accessible()
        if PICTURES:
            self.photographs(Path(PICTURES) / f"{name}.png", full=False)
        return self

    def photographs(self, path: Path, *, full: bool = True) -> Self:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path), full_page=full, animations="disabled", caret="initial")
        return self


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
        person = Person(character, self._context(size, scripts=scripts), self.address)
        session = character.client().cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, "theme": theme}
        person.context.add_cookies([{"name": n, "value": v, "url": self.address} for n, v in cookies.items()])
        self._people.append(person)
        return person

    def stranger(self, *, size: str = "station") -> Person:
        """Somebody who is not logged in, or a screen that nobody holds: claire's account, before the login page."""
        character = Character(self.hospitals.users[ACCOUNTS["claire"]])
        person = Person(character, self._context(size), self.address)
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
        faults = [f"{person.character.name}: {fault}" for person in self._people for fault in person.faults]
        assert not faults, faults
