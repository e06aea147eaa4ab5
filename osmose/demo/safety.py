"""Who is introuvable, watched, restrained or a child of somebody tonight: added to the passages that tell it.

Hours inside a value are told from `NOTED_AT`, when it is noted: `at_the_hour` brings them to the evening’s.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from osmose.demo.case import Noted
from osmose.encounters.lifecycle.tracking import (
    Belongings,
    BelongingsStep,
    ChildProtection,
    Guardians,
    Known,
    Missing,
    Restraint,
    Tracked,
    Watch,
    WatchCheck,
    WatchLevel,
)

NOTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def at_the_hour(value: Tracked, at: datetime) -> Tracked:
    """The same value, its hours as they are when it is noted at `at`."""
    said: Any = value
    if not is_dataclass(said):
        return value
    told = {f.name: getattr(said, f.name) for f in fields(said)}
    moved = {name: hour + (at - NOTED_AT) for name, hour in told.items() if isinstance(hour, datetime)}
    return cast("Tracked", replace(said, **moved)) if moved else value  # type: ignore[type-var]


def _ago(minutes: int) -> datetime:
    return NOTED_AT - timedelta(minutes=minutes)


def _watch(t: int, level: WatchLevel, by: str = "Dr Ferrer") -> Noted:
    return Noted(t, "watch", Watch(level, NOTED_AT, by))


def _look(t: int) -> Noted:
    return Noted(t, "watch_check", WatchCheck(NOTED_AT))


_IN_HOSPITAL_GOWN = "Chemise de l’hôpital, pieds nus, bracelet au poignet droit"
_RESTRAINT = Restraint(
    "Dr Ferrer",
    "Agitation, arrache sa perfusion, apaisement verbal et traitement sans effet",
    started_at=NOTED_AT,
    due_at=NOTED_AT + timedelta(minutes=60),
)
_QUIETED = Restraint(
    "Dr Ferrer",
    "Menace physiquement l’équipe, isolement en box sans effet",
    started_at=NOTED_AT,
    due_at=NOTED_AT + timedelta(minutes=30),
)
_REMOVED = (BelongingsStep.INVENTORIED, BelongingsStep.REMOVED)

# By passage; minutes from the arrival, as everywhere.
NOTED: Mapping[str, tuple[Noted, ...]] = {
    "D02": (
        Noted(22, "belongings", Belongings(_REMOVED, "Ceinture, couteau de poche, clés de voiture au coffre")),
        _watch(24, WatchLevel.HALF_HOURLY),
        _look(262),
        Noted(288, "missing", Missing(NOTED_AT, _ago(11), "Couloir des box", "aide-soignant", _IN_HOSPITAL_GOWN,
                                      "Sécurité, sa compagne", is_constrained=False)),
    ),
    "D24": (Noted(123, "missing", Missing(NOTED_AT, _ago(9), "Sorti fumer, parking des ambulances")),),
    "D13": (_watch(30, WatchLevel.QUARTERLY), _look(78), _look(93)),
    "D14": (
        Noted(20, "belongings", Belongings(_REMOVED, "Couteau remis aux gendarmes, lacets")),
        _watch(12, WatchLevel.CONSTANT),
    ),
    "B13": (Noted(121, "missing", Missing(NOTED_AT, place="Salle d’attente, ne répond pas à l’appel")),),
    "D17": (_watch(45, WatchLevel.HALF_HOURLY), _look(512), _look(543)),
    "D22": (
        Noted(18, "belongings", Belongings(_REMOVED, "Briquet, lame de cutter", "IDE et agent de sécurité")),
        _watch(20, WatchLevel.QUARTERLY),
        _look(109),
    ),
    "A07": (_watch(10, WatchLevel.HALF_HOURLY, ""), _look(128)),
    "D10": (
        Noted(300, "restraint", _RESTRAINT),
        _watch(301, WatchLevel.QUARTERLY),
        Noted(345, "restraint", replace(
            _RESTRAINT, started_at=_ago(45), reassessed_at=NOTED_AT, reassessed_by="Dr Ferrer",
        )),
        _look(352),
    ),
    "D03": (
        Noted(14, "restraint", _QUIETED),
        Noted(40, "restraint", replace(_QUIETED, started_at=_ago(26), due_at=_ago(-4), ended_at=NOTED_AT)),
    ),
    "D12": (
        Noted(60, "restraint", _QUIETED),
        Noted(84, "restraint", replace(_QUIETED, started_at=_ago(24), due_at=_ago(-6), ended_at=NOTED_AT)),
    ),
    "D08": (
        Noted(20, "guardians", Guardians("Sa mère, 06 39 98 33 51 ; son père, prévenu", Known.YES, Known.YES)),
        Noted(65, "guardians", Guardians(
            "Sa mère, 06 39 98 33 51 ; son père, prévenu", Known.YES, Known.YES, keeps_secret=True,
        )),
    ),
    "A06": (Noted(9, "guardians", Guardians("Sa mère, en chemin", Known.YES, Known.YES)),),
    "A18": (
        Noted(12, "guardians", Guardians(
            "Foyer, éducatrice de permanence, 04 65 71 22 10", Known.YES, Known.NO, ChildProtection.WELFARE,
            "l’éducatrice seule vient la chercher",
        )),
    ),
}  # fmt: skip
