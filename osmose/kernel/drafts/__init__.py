"""Encrypted server-side drafts of free text, one per user, subject and kind."""
