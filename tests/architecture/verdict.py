"""How a guard says what it found: one fault a line, without the machinery of assertions."""

from collections.abc import Sequence

import pytest


def none(faults: Sequence[str]) -> None:
    """Fails with the faults, one a line."""
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)
