"""Delays, durations, counts; charts. Furnished by a later issue."""
