"""Who holds which sector this evening, and the patients that are being handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from osmose.demo.stage import Stage
from osmose.encounters import actions
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Assignment
from osmose.encounters.operations.relays import Patient
from osmose.organisations.models import Sector


@dataclass(frozen=True)
class Held:
    """A sector of a unit, who took it, in which role, how many minutes ago."""

    unit: str
    sector: str
    by: str
    role: Referent
    minutes: int


@dataclass(frozen=True)
class Offered:
    """Some of somebody's patients, offered to somebody else some minutes ago and not answered yet."""

    by: str
    to: str
    role: Referent
    patients: int
    minutes: int
    word: str


_NURSE, _DOCTOR = Referent.NURSE, Referent.PHYSICIAN
# « Accueil et SAS » is nobody's: whoever tries the demonstration may take it.
HELD = (
    Held("perpignan/SAU", "Box 1 à 5", "agent1", _NURSE, 96),
    Held("perpignan/SAU", "Box 6 à 10", "agent3", _NURSE, 94),
    Held("perpignan/SAU", "AC, SAU et déchocage", "agent3", _NURSE, 93),
    Held("perpignan/SAU", "Box 1 à 5", "agent2", _DOCTOR, 90),
    Held("perpignan/PED", "Box péd. 1 à 5", "agent5", _NURSE, 97),
    Held("perpignan/PED", "Box péd. 1 à 5", "agent6", _DOCTOR, 85),
    Held("perpignan/UHCD", "Chambre 1", "agent7", _NURSE, 99),
    Held("perpignan/UHCD", "Chambre 2", "agent7", _NURSE, 98),
)
OFFERED = (
    Offered("agent3", "agent1", _NURSE, 2, 6, "Je pars en transfert, retour dans une heure."),
    Offered("agent2", "agent8", _DOCTOR, 1, 24, "Attente de lit, tout est prescrit."),
)


def play(stage: Stage) -> None:
    """After the passages: the sectors, then the relais that wait for an answer."""
    for held in HELD:
        sector = Sector.objects.select_related("care_unit").get(care_unit=stage.units[held.unit], name=held.sector)
        at = stage.now - timedelta(minutes=held.minutes)
        actions.take_sector(actor=stage.actors[held.by], sector=sector, role=held.role, is_confirmed=False, now=at)
    for offered in OFFERED:
        actions.offer_relay(
            actor=stage.actors[offered.by],
            taker_id=stage.users[offered.to].pk,
            patients=_patients(stage, offered),
            duty_ids=(),
            word=offered.word,
            now=stage.now - timedelta(minutes=offered.minutes),
        )


def _patients(stage: Stage, offered: Offered) -> Sequence[Patient]:
    """The patients who have been theirs for longest, among those who were here already."""
    at = stage.now - timedelta(minutes=offered.minutes)
    held = Assignment.objects.filter(
        user=stage.users[offered.by], role=offered.role, ends_at=None, starts_at__lt=at,
        encounter__status=EncounterStatus.ACTIVE,
    )  # fmt: skip
    ids = held.order_by("starts_at", "encounter_id").values_list("encounter_id", flat=True)[: offered.patients]
    return [Patient(pk, offered.role) for pk in ids]
