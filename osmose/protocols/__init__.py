"""Versioned technical sheets and protocols. Furnished by a later issue."""
