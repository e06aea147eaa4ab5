"""What happens to words, as the timeline tells it."""

from osmose.handover.events.notes import NoteSigned

__all__ = ["NoteSigned"]
