"""The PEC: lifecycle, place, service requests, participation."""
