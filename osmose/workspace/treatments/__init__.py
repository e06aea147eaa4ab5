"""Treatments given: the dialog of a PEC."""
