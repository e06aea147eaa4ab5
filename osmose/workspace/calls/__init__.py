"""« Appel/avis »: what was said on the phone, with or without a PEC."""
