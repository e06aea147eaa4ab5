"""Devices that nobody holds: the screens on the walls of a unit."""
