"""Writes that compose: opening a PEC, moving the patient, asking, inviting, leaving, undoing."""
