"""Key-encryption keyset, data keys, encrypted model fields, blind indexes, rotation, shredding."""
