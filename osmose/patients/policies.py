"""Who sees an identity: those who take part in the care, and who registers an arrival, in their own domain only.

Standing instructions are read by those who take part in the care, for what their agreement opens; never by a search.
"""

import uuid

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Granted, InEstablishments, Policy
from osmose.kernel.access.roles import CLINICAL
from osmose.organisations.models import DataCategory, UnitKind
from osmose.patients.models import Patient, StandingInstruction

REGISTERING = frozenset({UnitKind.EMERGENCY.value, UnitKind.PSYCHIATRY.value, UnitKind.WARD.value})

READ = Policy(
    name="patients.read",
    label="Lire l’identité d’un patient",
    roles=CLINICAL,
    relation=Granted(scope=DataCategory.IDENTITY.value, path="id", by="person_id"),
    model=lambda: Patient,
)

SEARCH = Policy(
    name="patients.search",
    label="Rechercher un patient à son arrivée (traits d’identité seuls)",
    roles=CLINICAL,
    relation=InEstablishments(
        path="establishment_id",
        kinds=REGISTERING,
        words="dans le domaine d’identité de son établissement, depuis une unité qui accueille",
    ),
    model=lambda: Patient,
)
READ_INSTRUCTIONS = Policy(
    name="patients.read_instructions",
    label="Lire les consignes d’un patient",
    roles=CLINICAL,
    relation=Granted(
        scope=DataCategory.INSTRUCTIONS.value,
        path="patient_id",
        by="person_id",
        words="l’unité prend part à une prise en charge du patient",
    ),
    model=lambda: StandingInstruction,
)


def search_domain(actor: Actor) -> uuid.UUID | None:
    """The one identity domain that an arrival is searched in: the establishment the actor is working for now.

    Someone who works in two hospitals never sees the patients of one while registering for the other.
    """
    acting = actor.acting
    if acting is None or acting.role not in CLINICAL or acting.unit_kind not in REGISTERING:
        return None
    return acting.establishment_id
