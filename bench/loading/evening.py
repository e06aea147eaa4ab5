"""The open PECs: 150 active at the SAU of Perpignan, every state of the board among them, and some that left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from bench.loading import people
from bench.loading.archive import Archive, Clerk
from bench.loading.reference import PERPIGNAN, Author, Kind, Place, Unit
from bench.loading.rows import Opened, Visit, Writer
from osmose.encounters.events import PatientArrived, PatientExited, PlaceChanged, RequestNoted
from osmose.encounters.lifecycle import ArrivalMode, ExitMode, Meaning, ResultFlag

# The lengths of timelines that the patient page is measured with; two long ones, since clicks lengthen theirs, and one
# with more transmissions than anybody reads.
SHORT, LONG, TALKATIVE = 10, 300, 301
NOTES = 80
_TRIAGE = ("1", "2", "3A", "3B", "3B", "4", "5", "")
_CCMU = ("1", "2", "2", "3", "P", "")
_CONCERNS = ("suicidaire", "fugue", "violence", "somatique", "vulnerable")
_PSYCHIATRY = (
    Meaning.WAITING, Meaning.WAITING, Meaning.WAITING, Meaning.RUNNING, Meaning.PAUSED, Meaning.DONE, None, None, None,
)  # fmt: skip
_EXAMS = (
    Meaning.WAITING, Meaning.RUNNING, Meaning.AVAILABLE, Meaning.SEEN, Meaning.DONE, Meaning.REFUSED, None,
)  # fmt: skip
_WORDS = (
    "Patient vu, calme, coopérant. Accepte d’attendre l’entretien ; prévenir si agitation.",
    "Appel de la sœur, joignable jusqu’à 23 h. Rupture de traitement depuis trois semaines, ne mange plus depuis deux "
    "jours. Demande à être tenue au courant.",
    "Cible : anxiété. Données : sueurs, FC 112. Actions : écoute, hydroxyzine 25 mg selon prescription. "
    "Résultats : FC 88, s’endort.",
    "Avis somatique : pas de contre-indication à l’évaluation psychiatrique. Bilan à contrôler à 4 h.",
)


@dataclass(frozen=True)
class Evening:
    """How many open PECs, and when now is."""

    active: int
    exited: int
    now: datetime


class Shift:
    """Writes the open PECs, with the previous passages of some of their patients."""

    def __init__(self, writer: Writer, evening: Evening) -> None:
        self.writer, self.evening, self.dice = writer, evening, writer.dice
        reference = writer.reference
        self.unit: Unit = reference.units[f"{PERPIGNAN}/SAU"]
        self.team = reference.mobile_team
        self.kinds = reference.kinds[PERPIGNAN]
        self.clerk = Clerk(writer, Archive(0, evening.now))
        self.previous = 0
        self._psychiatry, self._biology, self._imaging = cycle(_PSYCHIATRY), cycle(_EXAMS), cycle(_EXAMS[::-1])

    def write(self) -> None:
        boxes = iter(self.unit.boxes)
        for rank in range(self.evening.active):
            pec = self._arrive(rank)
            self._install(pec, next(boxes, None) if rank % 4 == 0 else None)
            self._note_and_ask(pec, rank)
            self._lengthen(pec, {0: SHORT, 1: LONG, 2: LONG, 3: TALKATIVE}.get(rank, 5 + rank % 20))
        for rank in range(self.evening.active, self.evening.active + self.evening.exited):
            pec = self._arrive(rank, has_left=True)
            nurse = self.dice.choice(self.unit.staff)
            zone, left = self.unit.zones[-1], pec.visit.exited_at or self.evening.now
            self.writer.movement(pec, zone, None, pec.visit.arrived_at, left)
            self._note_and_ask(pec, rank)
            self.writer.event(pec, PatientExited(after="sortie", revision=1), nurse, left, "status")

    def _arrive(self, rank: int, *, has_left: bool = False) -> Opened:
        now, dice = self.evening.now, self.dice
        arrived_at = now - timedelta(minutes=400 + rank if rank < 4 or has_left else 5 + (rank * 37) % 1700)
        traits = people.person(dice, now.date())
        first_seen = arrived_at - timedelta(days=60)
        patient = self.writer.patient(self.unit, traits, f"9{rank:06d}", first_seen, is_protected=rank % 50 == 49)
        for again in range(max(0, rank % 7 - 3)):
            self.previous += 1
            before = now - timedelta(days=4 + 6 * again, hours=rank % 24)
            self.clerk.passage(patient, self.unit, before, f"B{rank:04d}{again}")
        visit = Visit(
            arrived_at=arrived_at,
            motif=_WORDS[rank % 3][:40],
            mode=tuple(ArrivalMode)[rank % len(ArrivalMode)].value,
            exited_at=now - timedelta(minutes=5 + rank % 300) if has_left else None,
            exit_mode=ExitMode.HOME.value if has_left else "",
        )
        pec = self.writer.encounter(patient, self.unit, visit, f"C{rank:08d}")
        self.writer.event(pec, PatientArrived(mode="Seul"), self.unit.staff[0], arrived_at, "status")
        return pec

    def _install(self, pec: Opened, box: Place | None) -> None:
        zone = self.dice.choice(self.unit.zones)
        self.writer.movement(pec, zone, box, pec.visit.arrived_at, None)

    def _note_and_ask(self, pec: Opened, rank: int) -> None:
        nurse = self.unit.staff[rank % len(self.unit.staff)]
        at = min(pec.visit.arrived_at + timedelta(minutes=3), self.evening.now)
        reason = [_CONCERNS[rank % len(_CONCERNS)]] if rank % 4 == 0 else []
        self.writer.track(
            pec,
            at,
            triage=_TRIAGE[rank % len(_TRIAGE)],
            ccmu=_CCMU[rank % len(_CCMU)],
            concern={"reasons": reason, "text": "Propos répétés ce soir"} if reason else None,
            company={"status": "oui", "by": "sa sœur", "phone": "06 12 34 56 78"} if rank % 3 == 0 else None,
            treatment={"status": "oui", "text": "Sertraline 50 mg, hydroxyzine au besoin"} if rank % 2 else None,
            allergies={"status": "non", "text": ""},
            cognition="bon" if rank % 5 else "altere",
            alcohol={"status": "positif", "mg_per_l": "0.64", "measured_at": "21:10"} if rank % 6 == 0 else None,
            substances={"status": "oui", "taken": ["thc"], "source": "declare", "other": ""} if rank % 9 == 0 else None,
        )
        if rank % 3:
            self.writer.assign(pec, nurse, "ide", at)
        for kind, meaning in self._asked():
            flag = None
            if meaning in (Meaning.AVAILABLE, Meaning.SEEN):
                flag = ResultFlag.ABNORMAL if rank % 2 else ResultFlag.NORMAL
            note = "Scan cérébral en cours" if kind.code == "imaging" and rank % 2 else None
            team = self.team if kind.is_psychiatric else None
            self.writer.request(pec, kind, meaning, nurse, at, team=team, note=note, flag=flag)
        for words in _WORDS[: rank % 4]:
            self.writer.note(pec, nurse, words, at)

    def _asked(self) -> Iterator[tuple[Kind, Meaning]]:
        for code, states in (("biology", self._biology), ("imaging", self._imaging), ("psychiatry", self._psychiatry)):
            kind, meaning = self.kinds[code], next(states)
            if meaning is not None:
                yield kind, kind.ending(meaning)

    def _lengthen(self, pec: Opened, events: int) -> None:
        """More of the timeline, up to that many events, spread from the arrival to now."""
        authors: list[Author] = [*self.unit.staff, *self.team.staff]
        written = self.writer.count(pec)
        stay = self.evening.now - pec.visit.arrived_at
        for n in range(written, events):
            author, at = authors[n % len(authors)], pec.visit.arrived_at + stay * (n / (events + 1))
            if events == TALKATIVE and n % 15 in (2, 6, 10, 14):
                self._hand(pec, author, _WORDS[n % len(_WORDS)], at)
            elif n % 5 == 4:
                self.writer.note(pec, author, _WORDS[n % len(_WORDS)], at)
            elif n % 2:
                self.writer.event(pec, PlaceChanged(words="SAU · Box 3", previous_words="AC"), author, at, "place")
            else:
                noted = RequestNoted(after="Prélevé, à contrôler", kind="biology", label="Bilan biologique")
                self.writer.event(pec, noted, author, at, "note:biology")

    def _hand(self, pec: Opened, author: Author, words: str, at: datetime) -> None:
        """One of many transmissions: two in three say a cible, half are read."""
        count = self.writer.count(pec)
        note = self.writer.note(pec, author, words, at, focus="Anxiété" if count % 3 else "")
        self.writer.handed(pec, note, self.team, self.unit.staff[: count % 5], at)
