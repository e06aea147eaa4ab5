"""Small rules about sessions and professions, and about who is available for what."""

from osmose.accounts.rules.people import (
    ACTING_UNIT_KEY,
    THEMES,
    Profession,
    is_nurse,
    is_own_path,
    is_psychiatric,
    profession_of,
)

__all__ = [
    "ACTING_UNIT_KEY",
    "THEMES",
    "Profession",
    "is_nurse",
    "is_own_path",
    "is_psychiatric",
    "profession_of",
]
