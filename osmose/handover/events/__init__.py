"""What happens to words, as the timeline tells it."""

from osmose.handover.events.notes import NoteSigned
from osmose.handover.events.reference import FocusSetUp, PhraseSetUp

__all__ = ["FocusSetUp", "NoteSigned", "PhraseSetUp"]
