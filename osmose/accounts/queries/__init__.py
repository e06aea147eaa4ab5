"""Who is who, and (in `presence`) who is where."""

from osmose.accounts.queries.people import (
    actor_for,
    actors_of,
    known_user,
    known_users,
    names_of,
    next_change_of,
    staff_of,
    staff_of_units,
    views_of,
)

__all__ = [
    "actor_for",
    "actors_of",
    "known_user",
    "known_users",
    "names_of",
    "next_change_of",
    "staff_of",
    "staff_of_units",
    "views_of",
]
