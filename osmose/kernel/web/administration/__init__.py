"""Django's admin behind the doors of the house, for reference data only."""
