"""Patients who are announced: « Attendus »."""
