"""How it is said that a patient is « préoccupant »."""

from dataclasses import dataclass

from osmose.encounters.lifecycle.tracking import Concern, concern_title


@dataclass(frozen=True)
class ConcernBadge:
    """« Préoccupant : suicidaire »: the whole words, and the reasons alone where the column says the rest."""

    words: str
    short: str
    text: str


def concern_badge(concern: Concern | None, *, is_minor: bool) -> ConcernBadge | None:
    """The badge of a worry; None where there is none. A minor's says « Patient préoccupant »."""
    if concern is None or not concern.is_set:
        return None
    reasons = concern.words
    return ConcernBadge(
        words=f"{concern_title(is_minor=is_minor)}\u202f: {reasons}",
        short=reasons[:1].upper() + reasons[1:],
        text=concern.text,
    )
