"""Telling people: the notices of the house, delivery, escalation, e-mails. Each needs an open action."""
