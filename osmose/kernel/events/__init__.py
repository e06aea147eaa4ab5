"""Event (append-only), registry of kinds, record(), dispatch, timeline queries."""
