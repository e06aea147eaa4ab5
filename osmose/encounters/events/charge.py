"""Who takes a sector, which patients follow, and the patients that one person hands to another."""

from dataclasses import dataclass

from osmose.encounters.events.shared import NARROW
from osmose.kernel.events.kinds import Payload, Purge, event


@event("encounters.sector_taken", purge=Purge.KEEP, icon="layout-dashboard")
@dataclass(frozen=True)
class SectorTaken(Payload):
    """Somebody holds a sector in a role from now on, in place of whoever did; `patients` came with it."""

    sector: str = ""
    role_label: str = ""
    holder: str = ""
    previous: str = ""
    patients: int = 0

    def sentence(self) -> str:
        return f"Secteur {self.sector} ({self.role_label}){NARROW}: {self.holder}"

    def detail(self) -> str:
        return f"auparavant {self.previous}" if self.previous else ""


@event("encounters.sector_left", purge=Purge.KEEP, icon="layout-dashboard")
@dataclass(frozen=True)
class SectorLeft(Payload):
    """Nobody holds the sector in this role any more; the patients keep their référent until somebody takes it."""

    sector: str = ""
    role_label: str = ""
    holder: str = ""
    is_undone: bool = False

    def sentence(self) -> str:
        deed = "prise annulée" if self.is_undone else "rendu"
        return f"Secteur {self.sector} ({self.role_label}) {deed} par {self.holder}"


@event("encounters.referent_followed", purge=Purge.WITH_PERSON, icon="user-round-check")
@dataclass(frozen=True)
class ReferentFollowed(Payload):
    """The patient has the référent of the sector where they are (`because`); `before` and `after` are user ids.

    Not a click on the patient: it isn't undone from their page.
    """

    role: str = ""
    role_label: str = ""
    before: str = ""
    after: str = ""
    words: str = ""
    because: str = ""
    revision: int = 0

    def sentence(self) -> str:
        return f"Référent {self.role_label}{NARROW}: {self.words or 'personne'}"

    def detail(self) -> str:
        return self.because


@dataclass(frozen=True)
class RelayTold(Payload):
    """What happens to a relais, told on each of its patients; names of staff only, never what was written."""

    relay_id: str = ""
    role: str = ""
    role_label: str = ""
    giver: str = ""
    taker: str = ""

    @property
    def between(self) -> str:
        return f"de {self.giver} à {self.taker}"


@event("encounters.relay_offered", purge=Purge.WITH_PERSON, icon="arrow-left-right")
@dataclass(frozen=True)
class RelayOffered(RelayTold):
    """The patient is offered to somebody else, or (`is_asked`) asked for by them."""

    is_asked: bool = False

    def sentence(self) -> str:
        return f"Relais {'demandé' if self.is_asked else 'proposé'} ({self.role_label})"

    def detail(self) -> str:
        return self.between


@event("encounters.relay_accepted", purge=Purge.WITH_PERSON, icon="circle-check")
@dataclass(frozen=True)
class RelayAccepted(RelayTold):
    """The patient changed hands: `before` and `after` are user ids."""

    before: str = ""
    after: str = ""
    revision: int = 0

    def sentence(self) -> str:
        return f"Relais accepté{NARROW}: référent {self.role_label} {self.taker}"

    def detail(self) -> str:
        return f"auparavant {self.giver}"


@event("encounters.relay_refused", purge=Purge.WITH_PERSON, icon="ban")
@dataclass(frozen=True)
class RelayRefused(RelayTold):
    """The patient stays with who offered them."""

    def sentence(self) -> str:
        return f"Relais refusé ({self.role_label})"

    def detail(self) -> str:
        return f"{self.between}, {self.giver} reste référent"


@event("encounters.relay_withdrawn", purge=Purge.WITH_PERSON, icon="undo-2")
@dataclass(frozen=True)
class RelayWithdrawn(RelayTold):
    """Whoever wrote the relais took it back before the answer."""

    def sentence(self) -> str:
        return f"Relais retiré ({self.role_label})"

    def detail(self) -> str:
        return self.between


@event("encounters.relay_settled", purge=Purge.KEEP, icon="arrow-left-right")
@dataclass(frozen=True)
class RelaySettled(Payload):
    """A relais was sent, or ended in some way (`deed`), whatever became of each patient."""

    deed: str = ""
    giver: str = ""
    taker: str = ""
    patients: int = 0
    taken: int = 0

    def sentence(self) -> str:
        return f"Relais de {self.giver} à {self.taker}{NARROW}: {self.deed}"

    def detail(self) -> str:
        return f"{self.taken} sur {self.patients} repris" if self.taken else ""
