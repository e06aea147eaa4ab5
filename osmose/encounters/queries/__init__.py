"""Typed reads of PECs, always through a policy's rows, in a constant number of queries."""

from osmose.encounters.queries.board import (
    ARCHIVE_CAP,
    Cursor,
    Present,
    closed_of,
    drawn_requests,
    open_of,
    present,
    to_draw,
    with_visit_number,
)
from osmose.encounters.queries.contact import may_be_contacted
from osmose.encounters.queries.interviews import Held, interviews_of
from osmose.encounters.queries.listed import Audience, InCharge, Listed
from osmose.encounters.queries.loading import (
    Course,
    acted_on,
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
from osmose.encounters.queries.offers import Offers, offers_of
from osmose.encounters.queries.previous import Standing, previous_of, standing_of
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
    "ARCHIVE_CAP",
    "FOUNDING_MODES",
    "Audience",
    "Course",
    "Cursor",
    "Held",
    "InCharge",
    "Listed",
    "Mode",
    "Offers",
    "Present",
    "Standing",
    "acted_on",
    "closed_of",
    "course_of",
    "drawn_requests",
    "interviews_of",
    "kinds_of",
    "may_be_contacted",
    "mode_label",
    "modes_of",
    "motifs_of",
    "offers_of",
    "one",
    "open_encounter_of",
    "open_of",
    "place_of",
    "places_of",
    "present",
    "previous_of",
    "referents_of",
    "registering_units",
    "scope_of",
    "standing_of",
    "to_draw",
    "tracking_of",
    "with_place",
    "with_scope",
    "with_visit_number",
]
