"""Treatments given, and what they are chosen from."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from osmose.encounters.models import Encounter
from osmose.handover.models import FavouriteMedicine, Medicine, TreatmentGiven
from osmose.handover.policies import FIND_MEDICINES, READ_TREATMENTS
from osmose.kernel.access.actor import Actor
from osmose.kernel.base.text import fold
from osmose.kernel.db import embedded

SHORTEST, MOST = 3, 20
_SEDATION = ("id", "data_key_id", "drug", "dose", "dose_unit", "route", "given_at")


def treatments_of(encounter_id: uuid.UUID, actor: Actor, now: datetime) -> list[TreatmentGiven]:
    """What was given during a PEC, the last first, struck ones included: one query."""
    rows = READ_TREATMENTS.rows(actor, now).filter(encounter_id=encounter_id)
    return list(rows.select_related("data_key").order_by("-given_at", "-id"))


def favourites_of(unit_ids: Iterable[uuid.UUID]) -> list[FavouriteMedicine]:
    """What these units give most, in their order: one query."""
    rows = FavouriteMedicine.objects.filter(care_unit_id__in=list(unit_ids), ended_at=None)
    return list(rows.order_by("care_unit_id", "order", "label"))


def medicines_like(typed: str, actor: Actor, now: datetime) -> list[Medicine]:
    """Those on sale with a word that begins so, in alphabetical order; none under three letters: one query."""
    words = fold(typed)[:60].split()
    if len("".join(words)) < SHORTEST:
        return []
    rows = FIND_MEDICINES.rows(actor, now).filter(ended_at=None)
    for word in words[:4]:
        rows = rows.filter(search__contains=f" {word}")
    return list(rows.order_by("search")[:MOST])


def with_last_sedation(rows: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """The PECs with the last sedation annotated (`last_sedation_of`), in the same query."""
    given = TreatmentGiven.objects.filter(encounter_id=OuterRef("pk"), is_sedation=True, struck_at=None)
    last = given.order_by("-given_at", "-id").values(json=embedded.columns(*_SEDATION))
    return rows.annotate(last_sedation=Subquery(last[:1]))


def last_sedation_of(encounter: Encounter) -> TreatmentGiven | None:
    """The last sedation of a PEC read `with_last_sedation`; whoever shows it checks that notes are shared."""
    stored = getattr(encounter, "last_sedation", None)
    return embedded.revived(TreatmentGiven, stored) if stored else None
