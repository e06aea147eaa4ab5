"""Satisfaction questionnaires by token, statistics. Furnished by a later issue."""
