"""Establishments, care units, locations, teams, sharing agreements."""
