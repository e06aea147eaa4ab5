"""What is measured: reading, refreshing, clicking, searching and registering, as the first nurse of the SAU."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from django.db.models import Count
from django.test import Client

from bench.loading import server
from bench.loading.evening import LONG, NOTES, SHORT
from bench.measure import Budget, Call, Screen
from osmose.accounts.models import User
from osmose.encounters.models import Encounter
from osmose.encounters.queries.board import bodies
from osmose.handover.models import HandoverNote
from osmose.kernel.crypto import keys
from osmose.kernel.events.models import Event
from osmose.patients.models import Patient
from osmose.workspace.board.drawing import cache as board_rows

BOARD = Budget(p95_ms=25, queries=6)
# A thousand closed PECs are read so that the psychiatric chips count among them.
ARCHIVE = Budget(p95_ms=60, queries=7)
PAGE = Budget(p95_ms=40, queries=12)
TALKATIVE_PAGE = Budget(p95_ms=60, queries=12)
CLICK = Budget(p95_ms=30)
BOARDS = {
    "actives": "",
    "actives en fiches": "vue=fiches",
    "non clôturées": "portee=ouvertes",
    "clôturées": "portee=cloturees",
    "toutes": "portee=toutes",
    "psy à voir": "psy=a-voir",
    "psy interrompues": "psy=interrompues",
    "psy terminées": "psy=terminees",
    "préoccupants": "etat=preoccupants",
    "mineurs": "etat=mineurs",
    "mes patients": "mes=1",
}
_ARCHIVES = ("portee=cloturees", "portee=toutes")
_HTMX = {"HX-Request": "true"}
# How far back in the archive lies the patient that searches look for.
_BACK = 700
# Who registers at the SAU of Perpignan; a person may search sixty times a minute, so they take turns.
_NURSES = ("agent1", "agent2", "agent3", "agent4", "agent8")


@dataclass(frozen=True)
class Subjects:
    """Whom the screens are about."""

    short: uuid.UUID
    long: uuid.UUID
    talkative: uuid.UUID
    clicked: uuid.UUID
    active: int
    archived: Patient
    archived_ipp: str

    @classmethod
    def find(cls) -> "Subjects":
        active = list(Encounter.objects.filter(status="active").order_by("arrived_at").values_list("pk", flat=True))
        counts: dict[uuid.UUID, int] = {}
        for event in Event.objects.filter(subject_id__in=active).only("subject_id"):
            if event.subject_id is not None:
                counts[event.subject_id] = counts.get(event.subject_id, 0) + 1
        notes = HandoverNote.objects.filter(encounter_id__in=active).values("encounter_id").annotate(count=Count("pk"))
        talkative = notes.order_by("-count").values_list("encounter_id", flat=True)[0]
        closed = Encounter.objects.filter(status="cloturee").order_by("-closed_at", "-id")
        patient = list(closed.select_related("patient")[:_BACK])[-1].patient
        return cls(
            short=min((count, pk) for pk, count in counts.items() if count >= SHORT)[1],
            long=min((count, pk) for pk, count in counts.items() if count >= LONG and pk != talkative)[1],
            talkative=talkative,
            clicked=max((count, pk) for pk, count in counts.items())[1],
            active=len(active),
            archived=patient,
            archived_ipp=patient.identifiers.get().value,
        )


def logged_in(account: str) -> Client:
    """A browser's visit: its session, its CSRF token asked for at each post."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(email=f"{account}@osmose.fr"))
    client.get("/pec/nouvelle/")
    return client


def post(client: Client, url: str, **fields: str) -> Any:
    """A submission of a form: CSRF token, token of its own."""
    secret = client.cookies["csrftoken"].value
    return client.post(url, {"csrfmiddlewaretoken": secret, "_token": uuid.uuid4().hex, **fields}, headers=_HTMX)


def forget_all() -> None:
    """What a process that has just started lacks."""
    keys.forget_all()
    board_rows.clear()
    bodies.clear()


def all_of(subjects: Subjects, owner_url: str) -> Iterator[Screen]:
    nurse = logged_in("agent1")
    yield from _board(nurse)
    yield from _pages(nurse, subjects)
    yield from _clicks(nurse, subjects)
    yield from _arrivals(subjects, owner_url)


def _board(nurse: Client) -> Iterator[Screen]:
    for name, query in BOARDS.items():
        address = f"/pec/?{query}"
        yield Screen(f"tableau, {name}", _get(nurse, address), ARCHIVE if query in _ARCHIVES else BOARD)
    for name in ("actives", "toutes"):
        address = f"/pec/?{BOARDS[name]}"
        yield Screen(f"tableau, {name}, lignes à dessiner", _get(nurse, address), before=board_rows.clear, rounds=30)
        cold = Screen(f"tableau, {name}, caches vides", _get(nurse, address), before=forget_all, rounds=30)
        yield cold
    shown = nurse.get("/pec/").content.decode()
    version, visit = _between(shown, "version=", '"'), _between(shown, "visit=", "&")
    address = f"/pec/lignes/?visit={visit}&version={version}"
    yield Screen("tableau, rien de neuf (204)", lambda: nurse.get(address, headers=_HTMX), expects=204)
    # Searches of the board count too in the sixty of a person's minute: they are somebody else's.
    manager = logged_in("manager-sau")
    yield Screen("tableau, recherche d’un nom", lambda: post(manager, "/pec/recherche/", q="mar"))


def _between(text: str, start: str, end: str) -> str:
    found = text.partition(start)[2].partition(end)[0]
    return found if found.replace("-", "").isalnum() else ""


def _pages(nurse: Client, subjects: Subjects) -> Iterator[Screen]:
    for events, pec in ((SHORT, subjects.short), (LONG, subjects.long)):
        yield Screen(f"page patient, {events} événements", _get(nurse, f"/pec/{pec}/"), PAGE)
    talkative = _get(nurse, f"/pec/{subjects.talkative}/")
    yield Screen(f"page patient, {LONG} événements et {NOTES} transmissions", talkative, TALKATIVE_PAGE)
    cold = _get(nurse, f"/pec/{subjects.long}/")
    yield Screen(f"page patient, {LONG} événements, caches vides", cold, before=keys.forget_all, rounds=40)


def _get(client: Client, url: str) -> Call:
    return lambda: client.get(url)


def _clicks(nurse: Client, subjects: Subjects) -> Iterator[Screen]:
    modes = itertools.cycle(("seul", "police"))
    for events, pec in ((SHORT, subjects.short), (LONG, subjects.clicked)):
        yield Screen(f"un clic, {events} événements", _click(nurse, pec, modes), CLICK)


def _click(nurse: Client, pec: uuid.UUID, modes: Iterator[str]) -> Call:
    return lambda: post(nurse, f"/pec/{pec}/mode-arrivee/", arrival_mode=next(modes))


def _arrivals(subjects: Subjects, owner_url: str) -> Iterator[Screen]:
    nurses = itertools.cycle([logged_in(name) for name in _NURSES])
    born: date | None = subjects.archived.birth_date
    typed = f"{born:%d/%m/%Y}" if born else ""

    def search(**fields: str) -> Callable[[], Any]:
        return lambda: post(next(nurses), "/pec/nouvelle/recherche/", **fields)

    yield Screen("nouvelle PEC, page", lambda: next(nurses).get("/pec/nouvelle/"))
    yield Screen("recherche, date de naissance", search(birth_date=typed), rounds=60)
    narrowed = search(birth_date=typed, letters=subjects.archived.birth_name[:4])
    yield Screen("recherche, date et lettres", narrowed, rounds=60)
    yield Screen("recherche, IPP", search(number=subjects.archived_ipp), rounds=60)
    yield Screen("nouvelle PEC, patient inconnu", lambda: _unknown(next(nurses)), rounds=40, expects=302)
    _withdraw_unknown(owner_url)


def _unknown(nurse: Client) -> Any:
    fields = {"sex": "M", "estimated_age": "40", "motif": "Trouvé sur la voie publique", "arrival_mode": "pompiers"}
    return post(nurse, "/pec/nouvelle/inconnu/", **fields)


def _withdraw_unknown(owner_url: str) -> None:
    """The PECs that measuring opened leave the board: the next measure must find as many as this one."""
    with server.connect(owner_url) as administrator:
        _cancel(administrator)


def _cancel(administrator: psycopg.Connection) -> None:
    administrator.execute(
        "UPDATE encounters_encounter SET status = 'annulee' FROM patients_patient AS p"
        " WHERE p.id = patient_id AND p.is_unknown AND status = 'active'"
    )
