"""The kinds of request that an establishment begins with; an administrator adds others."""

from collections.abc import Iterable
from dataclasses import dataclass

from osmose.encounters.lifecycle import Meaning, RequestStatus, RequestTable
from osmose.encounters.models import RequestKind
from osmose.organisations.models import CareUnit, Establishment

BOX, IMAGING, BIOLOGY, PSYCHIATRY, SOMATIC = "box", "imaging", "biology", "psychiatry", "somatic"
BED, TRANSPORT = "bed", "transport"


@dataclass(frozen=True)
class FoundingKind:
    """A kind and its table. Who forgot a step may jump over it; what was done is never said « not asked »."""

    code: str
    label: str
    short_label: str
    icon: str
    table: RequestTable
    is_psychiatric: bool = False


_IMAGING = FoundingKind(
    IMAGING,
    "Imagerie",
    "Imagerie",
    "scan-line",
    RequestTable(
        (
            RequestStatus("none", "Non demandée", Meaning.NONE),
            RequestStatus("asked", "Demandée", Meaning.WAITING),
            RequestStatus("running", "En cours", Meaning.RUNNING),
            RequestStatus("done", "Réalisée", Meaning.DONE),
            RequestStatus("refused", "Refusée ou impossible", Meaning.REFUSED),
            RequestStatus("available", "Résultat disponible", Meaning.AVAILABLE),
            RequestStatus("seen", "Résultat vu", Meaning.SEEN),
        ),
        {
            "none": ("asked", "running", "done", "refused"),
            "asked": ("none", "running", "done", "refused", "available"),
            "running": ("asked", "done", "refused", "available"),
            "done": ("asked", "running", "available", "seen"),
            "refused": ("asked", "running", "done"),
            "available": ("asked", "done", "seen"),
            "seen": ("asked", "available"),
        },
    ),
)
_BIOLOGY = FoundingKind(
    BIOLOGY,
    "Bilan biologique",
    "Bilan bio.",
    "flask-conical",
    RequestTable(
        (
            RequestStatus("none", "Non demandé", Meaning.NONE),
            RequestStatus("asked", "Demandé", Meaning.WAITING),
            RequestStatus("running", "Prélevé", Meaning.RUNNING),
            RequestStatus("refused", "Prélèvement refusé", Meaning.REFUSED),
            RequestStatus("available", "Résultat disponible", Meaning.AVAILABLE),
            RequestStatus("seen", "Résultat vu", Meaning.SEEN),
        ),
        {
            "none": ("asked", "running", "refused", "available"),
            "asked": ("none", "running", "refused", "available"),
            "running": ("asked", "refused", "available", "seen"),
            "refused": ("asked", "running"),
            "available": ("asked", "running", "seen"),
            "seen": ("asked", "available"),
        },
    ),
)


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
            RequestStatus("acknowledged", "Prise en compte", Meaning.ACKNOWLEDGED, "vers"),
            RequestStatus("deferred", "Non évaluable", Meaning.DEFERRED, "avant"),
            RequestStatus("running", "En cours", Meaning.RUNNING),
            RequestStatus("paused", "Interrompue", Meaning.PAUSED, "reprise"),
            RequestStatus("done", "Terminée", Meaning.DONE),
            RequestStatus("advised", "Avis téléphonique rendu", Meaning.ADVISED),
            RequestStatus("cancelled", "Annulée ou parti avant", Meaning.CANCELLED),
        ),
        {
            "none": ("asked",),
            "asked": ("acknowledged", "deferred", "running", "advised", "cancelled", "none"),
            "acknowledged": ("asked", "deferred", "running", "advised", "cancelled"),
            "deferred": ("asked", "acknowledged", "running", "advised", "cancelled"),
            "running": ("paused", "done"),
            "paused": ("running", "done"),
            "done": ("asked",),
            "advised": ("asked",),
            "cancelled": ("asked",),
        },
    ),
    is_psychiatric=True,
)
# Beside psychiatry, and never a gate to it: both evaluations go on side by side.
_SOMATIC = FoundingKind(
    SOMATIC,
    "Évaluation somatique",
    "Somatique",
    "stethoscope",
    RequestTable(
        (
            RequestStatus("none", "Non demandée", Meaning.NONE),
            RequestStatus("asked", "À faire", Meaning.WAITING, "dès"),
            RequestStatus("running", "En cours", Meaning.RUNNING),
            RequestStatus("done", "Faite", Meaning.DONE, "réévaluable dès"),
        ),
        {
            "none": ("asked", "running", "done"),
            "asked": ("none", "running", "done"),
            "running": ("asked", "done"),
            "done": ("asked", "running"),
        },
    ),
)
_BED = FoundingKind(
    BED,
    "Lit d’aval",
    "Lit",
    "bed",
    RequestTable(
        (
            RequestStatus("none", "Non demandé", Meaning.NONE),
            RequestStatus("asked", "Demandé", Meaning.WAITING),
            RequestStatus("given", "Obtenu", Meaning.DONE),
            RequestStatus("refused", "Refusé", Meaning.REFUSED),
            RequestStatus("freed", "Rendu", Meaning.NOT_NEEDED),
            RequestStatus("not_needed", "Non nécessaire", Meaning.NOT_NEEDED),
        ),
        {
            "none": ("asked", "given", "not_needed"),
            "asked": ("none", "given", "refused", "not_needed"),
            "given": ("asked", "freed"),
            "refused": ("asked", "given", "not_needed"),
            "freed": ("asked", "given"),
            "not_needed": ("none", "asked", "given"),
        },
    ),
)
_TRANSPORT = FoundingKind(
    TRANSPORT,
    "Transport",
    "Transport",
    "ambulance",
    RequestTable(
        (
            RequestStatus("none", "Non demandé", Meaning.NONE),
            RequestStatus("asked", "Demandé", Meaning.WAITING),
            RequestStatus("left", "Parti", Meaning.DONE),
            RequestStatus("not_needed", "Non nécessaire", Meaning.NOT_NEEDED),
        ),
        {
            "none": ("asked", "left", "not_needed"),
            "asked": ("none", "left", "not_needed"),
            "left": ("asked",),
            "not_needed": ("none", "asked", "left"),
        },
    ),
)
FOUNDING = (
    _BOX,
    _IMAGING,
    _BIOLOGY,
    _PSYCHIATRY,
    _SOMATIC,
    _BED,
    _TRANSPORT,
)


def create_founding_kinds(establishment: Establishment, addressees: Iterable[CareUnit]) -> dict[str, RequestKind]:
    """The founding kinds of an establishment, by code; psychiatric requests go to `addressees`. Opens no transaction.

    Reference data of a new establishment: it belongs to nobody's timeline.
    """
    units, kinds = list(addressees), {}
    for order, founding in enumerate(FOUNDING):
        statuses, transitions = founding.table.to_json()
        kind = RequestKind.objects.create(
            establishment=establishment,
            code=founding.code,
            label=founding.label,
            short_label=founding.short_label,
            icon=founding.icon,
            order=order * 10,
            statuses=statuses,
            transitions=transitions,
            is_psychiatric=founding.is_psychiatric,
        )
        if founding.is_psychiatric:
            kind.addressees.set(units)
        kinds[founding.code] = kind
    return kinds
