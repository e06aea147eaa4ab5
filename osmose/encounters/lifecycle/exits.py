"""How a patient leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from osmose.kernel.base.refused import Refused


class ExitMode(StrEnum):
    """Mode de sortie; values are the RPU's MODE_SORTIE codes (arrêté of 24 July 2013, format RPU 2006)."""

    MUTATION = "6"
    TRANSFER = "7"
    HOME = "8"
    DEATH = "9"

    @property
    def label(self) -> str:
        return EXIT_MODE_LABELS[self]


EXIT_MODE_LABELS: Mapping[ExitMode, str] = {
    ExitMode.MUTATION: "Mutation dans l’établissement",
    ExitMode.TRANSFER: "Transfert vers un autre établissement",
    ExitMode.HOME: "Retour à domicile",
    ExitMode.DEATH: "Décès",
}


class Destination(StrEnum):
    """Destination of somebody admitted elsewhere; the RPU's DESTINATION codes."""

    MCO = "1"
    SSR = "2"
    SLD = "3"
    PSYCHIATRY = "4"
    HAD = "6"
    HMS = "7"

    @property
    def label(self) -> str:
        return DESTINATION_LABELS[self]


DESTINATION_LABELS: Mapping[Destination, str] = {
    Destination.MCO: "Médecine, chirurgie, obstétrique (MCO)",
    Destination.SSR: "Soins médicaux et de réadaptation",
    Destination.SLD: "Soins de longue durée",
    Destination.PSYCHIATRY: "Psychiatrie",
    Destination.HAD: "Hospitalisation à domicile",
    Destination.HMS: "Hébergement médico-social",
}


class Orientation(StrEnum):
    """Orientation at the exit; the RPU's ORIENT codes, whose words HDT and HO are older than the law of 2011."""

    HDT = "HDT"
    HO = "HO"
    SC = "SC"
    SI = "SI"
    REA = "REA"
    UHCD = "UHCD"
    MED = "MED"
    CHIR = "CHIR"
    OBST = "OBST"
    RUNAWAY = "FUGUE"
    AGAINST_ADVICE = "SCAM"
    LEFT_UNSEEN = "PSA"
    REDIRECTED = "REO"

    @property
    def label(self) -> str:
        return ORIENTATION_LABELS[self]

    @property
    def is_admission(self) -> bool:
        return self not in NOT_ADMITTED


NOT_ADMITTED = (Orientation.RUNAWAY, Orientation.AGAINST_ADVICE, Orientation.LEFT_UNSEEN, Orientation.REDIRECTED)
ORIENTATION_LABELS: Mapping[Orientation, str] = {
    Orientation.HDT: "Soins à la demande d’un tiers ou péril imminent (HDT)",
    Orientation.HO: "Soins sur décision du représentant de l’État (HO)",
    Orientation.SC: "Surveillance continue",
    Orientation.SI: "Soins intensifs",
    Orientation.REA: "Réanimation",
    Orientation.UHCD: "Hospitalisation de courte durée (UHCD)",
    Orientation.MED: "Médecine",
    Orientation.CHIR: "Chirurgie",
    Orientation.OBST: "Obstétrique",
    Orientation.RUNAWAY: "Fugue",
    Orientation.AGAINST_ADVICE: "Sortie contre avis médical",
    Orientation.LEFT_UNSEEN: "Parti sans attendre",
    Orientation.REDIRECTED: "Réorienté sans soins",
}
_ADMITTING = (ExitMode.MUTATION, ExitMode.TRANSFER)


def require_coherent(mode: ExitMode | None, destination: Destination | None, orientation: Orientation | None) -> None:
    """`Refused` where the three RPU codes contradict one another (format RPU 2006)."""
    if destination is not None and mode not in _ADMITTING:
        raise Refused(
            "Une destination ne se précise que pour une mutation ou un transfert\u202f: retirez-la.",
            field="destination",
            code="exit-destination",
        )
    if orientation is None:
        return
    if orientation.is_admission and mode not in _ADMITTING:
        raise Refused(
            f"«\u202f{orientation.label}\u202f» suppose une mutation ou un transfert\u202f: "
            "corrigez le mode de sortie.",
            field="orientation",
            code="exit-orientation",
        )
    if not orientation.is_admission and mode not in (None, ExitMode.HOME):
        raise Refused(
            f"«\u202f{orientation.label}\u202f» ne va pas avec ce mode de sortie\u202f: "
            "choisissez le domicile, ou laissez le mode vide.",
            field="orientation",
            code="exit-orientation",
        )


HANDED_MAX = 300
# Leaving without anybody knowing, or before being seen: what an exit says of somebody who is introuvable.
DEPARTURES = (Orientation.RUNAWAY, Orientation.AGAINST_ADVICE, Orientation.LEFT_UNSEEN)


@dataclass(frozen=True)
class HandedOver:
    """To which adult a minor is handed over at the exit; or why to nobody."""

    to: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        for text, field in ((self.to, "handed_to"), (self.reason, "handed_reason")):
            if len(text) > HANDED_MAX:
                raise Refused(
                    f"Ce texte est trop long\u202f: {HANDED_MAX} caractères au plus.", field=field, code="too-long"
                )

    @property
    def words(self) -> str:
        """« remis à Mme Noiret, mère », « remis à personne : … »; nothing of an adult."""
        if self.to:
            return f"remis à {self.to}"
        return f"remis à aucun adulte\u202f: {self.reason}" if self.reason else ""


NOT_SAID = HandedOver()


def require_adult(
    handed: HandedOver, *, is_minor: bool, mode: ExitMode | None, orientation: Orientation | None
) -> None:
    """`Refused` where a minor goes home (or nobody says where) with no named adult and no written reason.

    A runaway is handed over to nobody: the orientation says so. Elsewhere another team takes the child over.
    """
    goes_home = mode in (None, ExitMode.HOME) and orientation is not Orientation.RUNAWAY
    if is_minor and goes_home and not (handed.to.strip() or handed.reason.strip()):
        raise Refused(
            "Patient mineur\u202f: écrivez à quel adulte il est remis, ou pourquoi il part sans adulte.",
            field="handed_to",
            code="exit-minor",
        )


def require_found(mode: ExitMode | None, *, is_missing: bool) -> None:
    """`Refused` where somebody introuvable would be moved or transferred."""
    if is_missing and mode in _ADMITTING:
        raise Refused(
            "Le patient est signalé introuvable\u202f: cliquez «\u202fRetrouvé\u202f» avant une mutation "
            "ou un transfert.",
            field="exit_mode",
            code="exit-missing",
        )


def is_deceased(exit_mode: str) -> bool:
    """Whether the patient died here: from then on everything about the passage is quiet."""
    return exit_mode == ExitMode.DEATH
