"""The board: the encounters of my units (« Prises en charge »)."""
