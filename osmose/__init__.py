"""Osmose: the bridge between the emergency department and psychiatry around each prise en charge."""
