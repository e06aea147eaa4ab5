"""Introuvable, surveillance, belongings, restraint, parental authority: what keeps a patient safe, as it is told."""

from dataclasses import dataclass

from osmose.encounters.events.shared import NARROW
from osmose.encounters.events.tracking import TrackingChanged
from osmose.kernel.events.kinds import Purge, event


@event("encounters.missing_changed", purge=Purge.WITH_PERSON, icon="user-round-search")
@dataclass(frozen=True)
class MissingChanged(TrackingChanged):
    """Nobody finds the patient, or what is known of it; nothing more in it once they are found."""

    label = "Introuvable"
    field = "missing"

    def sentence(self) -> str:
        if not self.words:
            return "Retrouvé"
        return f"Introuvable{NARROW}: précisions" if self.before else "Signalé introuvable"

    def detail(self) -> str:
        return self.words


@event("encounters.guardians_changed", purge=Purge.WITH_PERSON, icon="users-round")
@dataclass(frozen=True)
class GuardiansChanged(TrackingChanged):
    """Who holds parental authority, and what is known of them."""

    label = "Autorité parentale"
    field = "guardians"


@event("encounters.watch_changed", purge=Purge.WITH_PERSON, icon="eye")
@dataclass(frozen=True)
class WatchChanged(TrackingChanged):
    """How often the patient is looked at, or by whom that was decided."""

    label = "Surveillance"
    field = "watch"


@event("encounters.watch_done", purge=Purge.WITH_PERSON, icon="check")
@dataclass(frozen=True)
class WatchDone(TrackingChanged):
    """Somebody looked at the patient."""

    label = "Surveillance faite"
    field = "watch_check"

    def sentence(self) -> str:
        return self.label


@event("encounters.belongings_changed", purge=Purge.WITH_PERSON, icon="clipboard-list")
@dataclass(frozen=True)
class BelongingsChanged(TrackingChanged):
    """Belongings inventoried, taken away or given back."""

    label = "Effets personnels"
    field = "belongings"


@dataclass(frozen=True)
class _OfRestraint(TrackingChanged):
    """What is told of a restraint: its reason is a detail."""

    reason: str = ""

    label = "Contention"
    field = "restraint"

    def detail(self) -> str:
        return " · ".join(part for part in (self.words, self.reason) if part)


@event("encounters.restraint_started", purge=Purge.WITH_PERSON, icon="lock")
@dataclass(frozen=True)
class RestraintStarted(_OfRestraint):
    """A restraint begins."""

    def sentence(self) -> str:
        return "Contention posée"


@event("encounters.restraint_reassessed", purge=Purge.WITH_PERSON, icon="refresh-cw")
@dataclass(frozen=True)
class RestraintReassessed(_OfRestraint):
    """Somebody saw the patient and decided that the restraint goes on."""

    def sentence(self) -> str:
        return "Contention réévaluée, poursuivie"


@event("encounters.restraint_ended", purge=Purge.WITH_PERSON, icon="lock-open")
@dataclass(frozen=True)
class RestraintEnded(_OfRestraint):
    """The restraint ends."""

    def sentence(self) -> str:
        return "Contention levée"


@event("encounters.restraint_corrected", purge=Purge.WITH_PERSON, icon="pencil")
@dataclass(frozen=True)
class RestraintCorrected(_OfRestraint):
    """What was noted of a restraint is corrected, or taken away."""

    def sentence(self) -> str:
        return f"Contention{NARROW}: trace corrigée" if self.words else f"Contention{NARROW}: trace effacée"
