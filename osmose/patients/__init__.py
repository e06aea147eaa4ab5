"""Identity (RNIV), search, identifiers; later merge, standing instructions, rights flags."""
