"""The one clock, ids, text, Refused: what everything else may import."""
