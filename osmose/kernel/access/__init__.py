"""Actor, roles, Grant, Policy (rows and allows from one definition)."""
