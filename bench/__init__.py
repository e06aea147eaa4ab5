"""Timings of the screens: `make bench` prints them beside their budgets; never part of the tests."""
