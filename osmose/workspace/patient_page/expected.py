"""The hour that is said with a request: « vers 14:30 », « avant 16:00 », « réévaluable dès 16:00 »."""

from osmose.encounters.models import RequestKind, ServiceRequest
from osmose.encounters.presenters import hour_of
from osmose.kernel.base.moments import write_moment
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.workspace.patient_page.interviews import is_open
from osmose.workspace.patient_page.lines import Expected, Sight

# Why a patient can't be seen yet, most often.
WHYS = ("Alcool", "Sédation", "Examen en cours")


def expected_of(sight: Sight, kind: RequestKind, request: ServiceRequest | None) -> Expected | None:
    """The states with an hour that this request has, or may take now; None where an interview says it, or none does."""
    if request is None or sight.reason or is_open(request):
        return None
    table, current = kind.table, request.status
    possible = [s for s in table.statuses if s.hour and (s.code == current or table.allows(current, s.code))]
    # The one it has, first: most often it is its hour that is written.
    possible.sort(key=lambda status: status.code != current)
    options = tuple((status.code, f"{status.word}, {status.hour}") for status in possible)
    edit = "Corriger l’heure annoncée" if request.expected_at else "Annoncer une heure"
    return Expected(options, possible[0].code, edit, WHYS if kind.is_psychiatric else ()) if options else None


def expected_values(request: ServiceRequest | None) -> dict[str, str]:
    """What the form shows: the hour and the word that are said."""
    if request is None:
        return {}
    at = write_moment(request.expected_at) if request.expected_at else ""
    return {"status": request.status, "expected_at": at, "why": _why(request)}


def said_with(request: ServiceRequest) -> str:
    """« avant 16:00 · alcool »."""
    return " · ".join(part for part in (hour_of(request), _why(request)) if part)


def _why(request: ServiceRequest) -> str:
    written = readable(request, "reason")
    return "raison illisible" if written is UNREADABLE else str(written or "")
