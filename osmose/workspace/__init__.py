"""The screens where clinicians live: their doors, GET and POST. Owns no table."""
