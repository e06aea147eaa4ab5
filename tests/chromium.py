"""The browser of the tests: the machine's own Chromium, without what its desktop adds."""

import shutil
from typing import Any

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Two thirds of what an empty window costs are the suggestions of an address bar that nobody sees.
_ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "AimEnabled")
# The last list is the one that holds: what Playwright leaves out stays out.
_PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch",
)  # fmt: skip


def launch(playwright: Any) -> Any:
    """A browser; whoever launches it closes it."""
    path = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    without = "--disable-features=" + ",".join(_ADDRESS_BAR + _PLAYWRIGHTS)
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", without])
