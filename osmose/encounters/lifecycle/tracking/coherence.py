"""What a field of the tracking may become, given where the PEC stands and what else is noted."""

from collections.abc import Callable, Mapping

from osmose.encounters.lifecycle.status import require
from osmose.encounters.lifecycle.tracking.restraint import Restraint
from osmose.encounters.lifecycle.tracking.values import NARROW, Tracked
from osmose.encounters.lifecycle.tracking.watch import Watch
from osmose.kernel.base.refused import Refused

Known = Callable[[str], Tracked | None]


def _of_somebody_here(status: str, value: Tracked | None, _: Known) -> None:
    """Nobody who has left is introuvable, watched or restrained; what was noted may still be taken away."""
    if value is not None:
        require(status, "look_after")


def _a_restraint(status: str, value: Tracked | None, _: Known) -> None:
    """One that ends is told also after the patient left; none begins or goes on then."""
    if isinstance(value, Restraint) and value.is_set:
        require(status, "look_after")


def _a_look(status: str, value: Tracked | None, known: Known) -> None:
    if value is None:
        return
    require(status, "look_after")
    watch = known("watch")
    if not isinstance(watch, Watch) or watch.level.minutes is None:
        raise Refused(
            f"Aucune surveillance régulière n’est demandée{NARROW}: choisissez d’abord son rythme.",
            field="watch_check",
            code="watch-none",
        )


_RULES: Mapping[str, Callable[[str, Tracked | None, Known], None]] = {
    "restraint": _a_restraint,
    "missing": _of_somebody_here,
    "watch": _of_somebody_here,
    "watch_check": _a_look,
}


def require_coherent(field: str, value: Tracked | None, *, status: str, known: Known) -> None:
    """`Refused` where the field can't take this value now; `known` gives the other fields."""
    if rule := _RULES.get(field):
        rule(status, value, known)
