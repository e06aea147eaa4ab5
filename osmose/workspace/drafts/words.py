"""A draft in a few words, whatever its form."""

import re

from osmose.handover.rules.drafts import drafted_words

_LENGTH = 140


def beginning(body: str) -> str:
    """Its first words, on one line."""
    # White space is made one space, but not the narrow one that French needs before a colon.
    text = " ".join(word for word in re.split(r"[ \t\n]+", drafted_words(body)) if word)
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1].rstrip()}…"
