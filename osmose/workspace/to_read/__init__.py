"""« À lire »: what is addressed to me, or to my unit, and that I have not read."""
