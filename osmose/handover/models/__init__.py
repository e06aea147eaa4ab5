"""What is written and signed about a PEC."""

from osmose.handover.models.notes import NOTE_MAX, HandoverNote, NoteKind

__all__ = ["NOTE_MAX", "HandoverNote", "NoteKind"]
