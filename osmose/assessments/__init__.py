"""Scales and checklists: definitions as data, guided entry, scores. Furnished by a later issue."""
