"""Who is expected this evening, and what was said on the phone: two announcements and three calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from osmose.encounters import actions
from osmose.encounters.lifecycle import Direction
from osmose.encounters.operations.calls import Told
from osmose.encounters.operations.expected import Announcement
from osmose.kernel.access.actor import Actor
from osmose.organisations.models import CareUnit
from osmose.patients.rules import Sex, Traits


@dataclass(frozen=True)
class Awaited:
    """Announced so many minutes ago, for so many minutes from now (below zero: late)."""

    by: str
    unit: str
    minutes_ago: int
    due_in: int
    who: actions.Expected
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Spoken:
    """A call that long ago, noted by an account of a unit; `other` is the unit at the other end."""

    by: str
    unit: str
    minutes_ago: int
    direction: Direction
    told: Mapping[str, Any]
    minutes: int
    other: str = ""


AWAITED = (
    Awaited(
        "agent2",
        "perpignan/SAU",
        40,
        20,
        actions.Expected(
            traits=Traits(birth_name="VALMONTIN", first_name="Odile", birth_date=date(1959, 4, 18), sex=Sex.FEMALE)
        ),
        {
            "reason": "Idées suicidaires scénarisées",
            "announced_by": "Dr Claude Ribes, médecin traitant",
            "announced_from": "cabinet de Cabestany",
            "phone": "04 99 00 00 18",
            "context": "Vient avec sa fille, en ambulance. Ordonnance et courrier remis à l’équipage.",
        },
    ),
    Awaited(
        "agent11",
        "thuir/EMP",
        65,
        -12,
        actions.Expected(sex=Sex.MALE, estimated_age=35),
        {
            "reason": "Agitation, refuse tout contact",
            "announced_by": "IDE Julien Castel",
            "announced_from": "équipe mobile, sur la voie publique",
            "context": "Sans papiers, connu du foyer. Police sur place, pas de violence.",
        },
    ),
)
SPOKEN = (
    Spoken(
        "agent1",
        "perpignan/SAU",
        25,
        Direction.RECEIVED,
        {
            "caller": "Mme Valmontin, fille de la patiente annoncée",
            "question": "Peut-elle rester près de sa mère cette nuit\u202f?",
            "advice": "Oui, le temps de l’évaluation. Prendre le traitement habituel.",
        },
        2,
    ),
    Spoken(
        "agent2",
        "perpignan/SAU",
        70,
        Direction.MADE,
        {
            "caller": "Dr Bastien Roca",
            "caller_function": "psychiatre",
            "question": "Conduite à tenir devant un refus de soins chez un patient calme et alcoolisé\u202f?",
            "advice": "Réévaluer à distance de l’alcool, pas de sédation d’emblée. Rappeler si agitation.",
        },
        6,
        other="thuir/EMP",
    ),
    Spoken(
        "agent9",
        "thuir/EMP",
        130,
        Direction.RECEIVED,
        {
            "caller": "Foyer Les Micocouliers",
            "caller_function": "éducatrice",
            "question": "Résident qui ne dort plus depuis trois nuits, faut-il l’adresser\u202f?",
            "advice": "Pas de danger immédiat\u202f: rendez-vous demain au CMP, rappeler au moindre changement.",
        },
        9,
    ),
)


def play(now: datetime, units: Mapping[str, CareUnit], actors: Mapping[str, Actor]) -> None:
    """All of them, as they were told, under the deeds of the application."""
    unit = units["perpignan/SAU"]
    for awaited in AWAITED:
        due = now + timedelta(minutes=awaited.due_in)
        actions.announce_patient(
            actor=actors[awaited.by],
            announcing_unit=units[awaited.unit],
            who=awaited.who,
            told=Announcement(care_unit=unit, expected_at=due, **awaited.told),
            now=now - timedelta(minutes=awaited.minutes_ago),
        )
    for spoken in SPOKEN:
        at = now - timedelta(minutes=spoken.minutes_ago)
        said = Told(
            direction=spoken.direction,
            other_unit=units[spoken.other] if spoken.other else None,
            minutes=spoken.minutes,
            **spoken.told,
        )
        actions.note_call(actor=actors[spoken.by], care_unit=units[spoken.unit], told=said, now=at)
