"""What people do with words: one function a deed."""

from osmose.handover.actions.notes import DRAFT, save_draft, sign_note

__all__ = ["DRAFT", "save_draft", "sign_note"]
