"""The browser of the tests: Chromium without a screen, the lightest build that is here."""

import shutil
from typing import Any

# The headless shell is the same engine without a desktop around it: half the processor's time.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def launch(playwright: Any) -> Any:
    """A browser; whoever launches it closes it."""
    path = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
