"""Connectors with the outside, one folder each, all the same shape."""
