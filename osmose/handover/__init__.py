"""Handover notes (transmissions); later focuses, mentions, receipts."""
