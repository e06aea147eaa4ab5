"""New encounter: search first, likely duplicates, unknown patient in two clicks."""
