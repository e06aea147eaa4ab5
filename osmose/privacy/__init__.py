"""Data-subject rights, breach register, retention and purge. Furnished by a later issue."""
