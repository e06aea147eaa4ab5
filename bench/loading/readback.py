"""A sample of what was loaded, read again as the application reads it: every encrypted field must open."""

import random
import uuid
from typing import Any

from django.apps import apps
from django.db import models

from osmose.encounters.models import Encounter
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.fields import EncryptedField
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import read


class Unfaithful(RuntimeError):
    """The loader wrote rows that the application can't read."""


def check(tables: set[str], *, sample: int = 200) -> int:
    """How many encrypted values of these tables were opened; `Unfaithful` when one can't be, or says nothing."""
    keys.forget_all()
    opened = sum(_opened(model, sample) for model in apps.get_models() if model._meta.db_table in tables)
    if not opened:
        raise Unfaithful("nothing encrypted was found")
    _require_told(sample)
    return opened


def _opened(model: type[models.Model], sample: int) -> int:
    names = [f.attname for f in model._meta.concrete_fields if isinstance(f, EncryptedField)]
    count = 0
    for row in _somewhere(model, sample) if names else ():
        count += sum(1 for name in names if getattr(row, name) is not None)
    return count


def _somewhere(model: type[models.Model], sample: int) -> list[Any]:
    """The first rows, the last ones, and as many after a random id."""
    rows = model._default_manager.order_by("pk")
    chosen = [*rows[:sample], *rows.reverse()[:sample]]
    first = chosen[0].pk if chosen else None
    if isinstance(first, uuid.UUID):
        low, high = first.int, chosen[-1].pk.int
        middle = uuid.UUID(int=random.randrange(min(low, high), max(low, high) + 1))
        chosen += rows.filter(pk__gte=middle)[:sample]
    return chosen


def _require_told(sample: int) -> None:
    """Events of some PECs say their sentence."""
    some = list(Encounter.objects.order_by("-pk").values_list("pk", flat=True)[:sample])
    for event in Event.objects.filter(subject_id__in=some).order_by("id")[: 5 * sample]:
        if not read(event).is_readable:
            raise Unfaithful(f"event {event.uid} ({event.kind}) can't be told")
