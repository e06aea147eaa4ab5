"""The closed PECs: three years of an emergency department, most of them old, a couple of thousand of this month."""

import random
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.loading import people
from bench.loading.people import pick
from bench.loading.reference import NARBONNE, PERPIGNAN, Author, Unit
from bench.loading.rows import Known, Opened, Visit, Writer
from bench.loading.sheets import Sealed
from osmose.encounters.events import EncounterClosed, PatientArrived, PatientExited
from osmose.encounters.lifecycle import ArrivalMode, ExitMode, Meaning
from osmose.encounters.models import Tracking

YEARS = 3
RECENT_DAYS = 30
MOST_RECENT = 2000
_RETURNS = 0.4
_MOTIFS = (
    "Douleur abdominale depuis ce matin", "Crise d’angoisse", "Idées suicidaires", "Chute de sa hauteur",
    "Intoxication médicamenteuse volontaire", "Dyspnée", "Alcoolisation aiguë", "Agitation au domicile",
    "Traumatisme de cheville", "Céphalées", "Malaise avec perte de connaissance", "Plaie de la main",
)  # fmt: skip
_NOTES = (
    "Patient calme, accepte l’échange. Constantes stables, surveillance toutes les deux heures.",
    "Entretien avec la famille : isolement depuis plusieurs semaines, rupture de traitement il y a un mois environ. "
    "Souhaite être rappelé avant toute décision.",
    "Cible : douleur. Données : EN 6/10. Actions : paracétamol 1 g selon prescription. Résultats : EN 2/10 à 30 min.",
)
_SUICIDAL = Sealed(Tracking, "concern").dump({"reasons": ["suicidaire"], "text": ""})
_NO_ALLERGY = Sealed(Tracking, "allergies").dump({"status": "non", "text": ""})
_MODES = tuple(mode.value for mode in ArrivalMode)
_EXITS = (ExitMode.HOME, ExitMode.HOME, ExitMode.HOME, ExitMode.MUTATION, ExitMode.TRANSFER)


@dataclass(frozen=True)
class Archive:
    """How many closed PECs, and when they were closed."""

    closed: int
    now: datetime

    @property
    def recent(self) -> int:
        """Those of the last thirty days; the same number behind an archive of a hundred thousand or of a million."""
        return min(MOST_RECENT, self.closed * 4 // 5)

    def arrived_at(self, rank: int, dice: random.Random) -> datetime:
        """The old ones evenly over three years, then those of this month; each stays less than two days."""
        old = self.closed - self.recent
        if rank < old:
            start, days = self.now - timedelta(days=YEARS * 365), YEARS * 365 - RECENT_DAYS - 3
            return start + timedelta(days=days * (rank + dice.random()) / old)
        start = self.now - timedelta(days=RECENT_DAYS - 1)
        return start + timedelta(days=(RECENT_DAYS - 4) * (rank - old + dice.random()) / self.recent)


class Clerk:
    """Writes closed PECs on the sheets, in order of arrival; some patients come back."""

    def __init__(self, writer: Writer, archive: Archive) -> None:
        self.writer, self.archive, self.dice = writer, archive, writer.dice
        units = writer.reference.units
        sau, ped = units[f"{PERPIGNAN}/SAU"], units[f"{PERPIGNAN}/PED"]
        # Three passages in five are seen by the unit that looks.
        self.units = (sau, sau, sau, ped, units[f"{NARBONNE}/SAU"])
        self.sau = sau
        self._known: dict[str, deque[Known]] = {}

    def write(self, ranks: range) -> None:
        for rank in ranks:
            arrived_at = self.archive.arrived_at(rank, self.dice)
            is_recent = rank >= self.archive.closed - self.archive.recent
            unit = self.sau if is_recent else pick(self.dice, self.units)
            self.passage(self._who(unit, rank, arrived_at), unit, arrived_at, f"A{rank:08d}")

    def _who(self, unit: Unit, rank: int, at: datetime) -> Known:
        known = self._known.setdefault(unit.id, deque(maxlen=200))
        if known and self.dice.random() < _RETURNS:
            return pick(self.dice, known)
        traits = people.person(self.dice, at.date(), is_child=unit.code == "PED")
        patient = self.writer.patient(unit, traits, f"8{rank:08d}", at)
        known.append(patient)
        return patient

    def passage(self, patient: Known, unit: Unit, arrived_at: datetime, number: str) -> None:
        """Arrival, a place, what was noted and asked, perhaps a transmission, exit and closure."""
        dice = self.dice
        nurse = pick(dice, unit.staff)
        exited_at = arrived_at + timedelta(minutes=dice.randrange(90, 900))
        visit = Visit(
            arrived_at=arrived_at,
            motif=pick(dice, _MOTIFS),
            mode=pick(dice, _MODES),
            exited_at=exited_at,
            closed_at=exited_at + timedelta(minutes=dice.randrange(60, 1440)),
            exit_mode=pick(dice, _EXITS).value,
            version=6,
        )
        pec = self.writer.encounter(patient, unit, visit, number)
        self.writer.event(pec, PatientArrived(mode="Seul"), nurse, arrived_at, "status")
        box = pick(dice, unit.boxes) if unit.boxes and dice.random() < 0.6 else None
        self.writer.movement(pec, unit.zones[-1], box, arrived_at, exited_at)
        self._noted(pec, nurse)
        self.writer.event(pec, PatientExited(after="sortie", revision=1), nurse, exited_at, "status")
        self.writer.event(pec, EncounterClosed(), nurse, visit.closed_at or exited_at, "status")

    def _noted(self, pec: Opened, nurse: Author) -> None:
        dice, at = self.dice, pec.visit.arrived_at + timedelta(minutes=20)
        self.writer.track(
            pec,
            at,
            triage=pick(dice, ("2", "3A", "3B", "4")),
            ccmu=pick(dice, ("1", "2", "P")),
            concern=_SUICIDAL if dice.random() < 0.15 else None,
            allergies=_NO_ALLERGY,
        )
        kinds = self.writer.reference.kinds[pec.unit.establishment]
        self.writer.request(pec, kinds["biology"], kinds["biology"].ending(Meaning.SEEN), nurse, at, is_told=False)
        if dice.random() < 0.3:
            team = self.writer.reference.mobile_team if pec.unit.establishment == PERPIGNAN else None
            self.writer.request(pec, kinds["psychiatry"], Meaning.DONE, nurse, at, team=team, is_told=False)
        if dice.random() < 0.4:
            self.writer.note(pec, nurse, pick(dice, _NOTES), at + timedelta(minutes=50))
