"""The kinds of request that an establishment begins with; an administrator adds others."""

from collections.abc import Iterable
from dataclasses import dataclass

from osmose.encounters.lifecycle import Meaning, RequestStatus, RequestTable
from osmose.encounters.models import RequestKind
from osmose.organisations.models import CareUnit, Establishment

BOX, IMAGING, BIOLOGY, PSYCHIATRY = "box", "imaging", "biology", "psychiatry"


@dataclass(frozen=True)
class FoundingKind:
    """A kind and its table. Who forgot a step may jump over it; what was done is never said « not asked »."""

    code: str
    label: str
    short_label: str
    icon: str
    table: RequestTable
    is_psychiatric: bool = False


def _exam(code: str, label: str, short_label: str, icon: str, *, ending: str) -> FoundingKind:
    """`ending` agrees the words with the label."""
    statuses = (
        RequestStatus("none", f"Non demandé{ending}", Meaning.NONE),
        RequestStatus("asked", f"Demandé{ending}", Meaning.WAITING),
        RequestStatus("running", "En cours", Meaning.RUNNING),
        RequestStatus("done", f"Réalisé{ending}", Meaning.DONE),
    )
    transitions = {
        "none": ("asked", "running", "done"),
        "asked": ("none", "running", "done"),
        "running": ("asked", "done"),
        "done": ("asked", "running"),
    }
    return FoundingKind(code, label, short_label, icon, RequestTable(statuses, transitions))


_BOX = FoundingKind(
    BOX,
    "Box pour évaluation",
    "Box",
    "door-open",
    RequestTable(
        (
            RequestStatus("none", "Non demandé", Meaning.NONE),
            RequestStatus("asked", "Demandé", Meaning.WAITING),
            RequestStatus("given", "Attribué", Meaning.DONE),
            RequestStatus("not_needed", "Non nécessaire", Meaning.NOT_NEEDED),
        ),
        {
            "none": ("asked", "given", "not_needed"),
            "asked": ("none", "given", "not_needed"),
            "given": ("asked", "not_needed"),
            "not_needed": ("none", "asked", "given"),
        },
    ),
)
_PSYCHIATRY = FoundingKind(
    PSYCHIATRY,
    "PEC psy",
    "Psy",
    "brain",
    RequestTable(
        (
            RequestStatus("none", "Non demandée", Meaning.NONE),
            RequestStatus("asked", "Demandée", Meaning.WAITING),
            RequestStatus("running", "En cours", Meaning.RUNNING),
            RequestStatus("paused", "Interrompue", Meaning.PAUSED),
            RequestStatus("done", "Terminée", Meaning.DONE),
        ),
        {
            "none": ("asked",),
            "asked": ("running", "none"),
            "running": ("paused", "done"),
            "paused": ("running", "done"),
            "done": ("asked",),
        },
    ),
    is_psychiatric=True,
)
FOUNDING = (
    _BOX,
    _exam(IMAGING, "Imagerie", "Imagerie", "scan-line", ending="e"),
    _exam(BIOLOGY, "Bilan biologique", "Bilan bio.", "flask-conical", ending=""),
    _PSYCHIATRY,
)


def create_founding_kinds(establishment: Establishment, addressees: Iterable[CareUnit]) -> dict[str, RequestKind]:
    """The founding kinds of an establishment, by code; psychiatric requests go to `addressees`. Opens no transaction.

    Reference data of a new establishment: it belongs to nobody's timeline.
    """
    units, kinds = list(addressees), {}
    for order, founding in enumerate(FOUNDING):
        kind = RequestKind.objects.create(
            establishment=establishment,
            code=founding.code,
            label=founding.label,
            short_label=founding.short_label,
            icon=founding.icon,
            order=order * 10,
            statuses=[{"code": s.code, "word": s.word, "meaning": s.meaning.value} for s in founding.table.statuses],
            transitions={source: list(targets) for source, targets in founding.table.transitions.items()},
            is_psychiatric=founding.is_psychiatric,
        )
        if founding.is_psychiatric:
            kind.addressees.set(units)
        kinds[founding.code] = kind
    return kinds
