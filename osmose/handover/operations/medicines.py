"""The public list of medicines, as its last files say it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from osmose.handover.models import Medicine
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.text import fold

_BATCH = 2000


@dataclass(frozen=True)
class Speciality:
    """One medicine on sale, as the public files tell it."""

    cis: str
    label: str
    form: str = ""
    routes: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """How many are known now, how many are new, how many are no longer on sale."""

    known: int
    added: int
    ended: int


@operation
def replace(specialities: Iterable[Speciality], *, now: datetime) -> Loaded:
    """What the files name is on sale, what they don't name any more is ended; nothing is deleted."""
    rows = [_row(speciality) for speciality in {s.cis: s for s in specialities}.values()]
    before = set(Medicine.objects.values_list("cis", flat=True))
    Medicine.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["cis"],
        update_fields=["label", "form", "routes", "substances", "search", "ended_at"],
    )
    named = {row.cis for row in rows}
    ended = Medicine.objects.filter(ended_at=None).exclude(cis__in=named).update(ended_at=now)
    return Loaded(known=len(named), added=len(named - before), ended=ended)


def _row(told: Speciality) -> Medicine:
    substances = ", ".join(told.substances)[:600]
    return Medicine(
        cis=told.cis,
        label=told.label[:300],
        form=told.form[:200],
        routes=[route[:60] for route in told.routes],
        substances=substances,
        # Each word is found by its beginning: a space before it.
        search=f" {fold(told.label)} {fold(substances)}"[:1000],
    )
