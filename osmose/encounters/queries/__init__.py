"""Typed reads of PECs, always through a policy's rows, in a constant number of queries."""

from osmose.encounters.queries.lists import OpenEncounter, courses, open_of, version_of
from osmose.encounters.queries.loading import (
    Course,
    course_of,
    one,
    open_encounter_of,
    place_of,
    referents_of,
    scope_of,
    tracking_of,
    with_place,
    with_scope,
)
from osmose.encounters.queries.reference import (
    FOUNDING_MODES,
    Mode,
    kinds_of,
    mode_label,
    modes_of,
    motifs_of,
    places_of,
    registering_units,
)

__all__ = [
    "FOUNDING_MODES",
    "Course",
    "Mode",
    "OpenEncounter",
    "course_of",
    "courses",
    "kinds_of",
    "mode_label",
    "modes_of",
    "motifs_of",
    "one",
    "open_encounter_of",
    "open_of",
    "place_of",
    "places_of",
    "referents_of",
    "registering_units",
    "scope_of",
    "tracking_of",
    "version_of",
    "with_place",
    "with_scope",
]
