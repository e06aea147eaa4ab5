"""Standing instructions: their kinds, the parts of each, what they are worth today, and two hands on the same one.

The shared crisis plan and the protection plan are forms of our own (HAS asks for what they hold, not for a layout).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from osmose.kernel.base.refused import Refused

PART_MAX = 2000
REASON_MAX = 300
REVIEWED_WITHIN = timedelta(days=2 * 366)
REVIEWED_AFTER = timedelta(days=182)
_OLDEST = timedelta(days=50 * 366)


class InstructionKind(StrEnum):
    """What an instruction is about, in the order in which it is read at an arrival."""

    label: str

    CONDUCT = ("conduct", "Conduite à tenir")
    HELPS = ("helps", "Ce qui aide, ce qui nuit")
    PRECAUTIONS = ("precautions", "Précautions")
    RISKS = ("risks", "Facteurs de risque")
    CRISIS_PLAN = ("crisis_plan", "Plan de crise partagé")
    PROTECTION_PLAN = ("protection_plan", "Plan de protection")
    TEAM = ("team", "Personnes et équipe de référence")

    def __new__(cls, value: str, label: str = "") -> "InstructionKind":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class InstructionState(StrEnum):
    """What an instruction is worth on a day."""

    label: str
    tone: str
    icon: str

    UPCOMING = ("upcoming", "À venir", "neutral", "calendar")
    CURRENT = ("current", "En vigueur", "success", "check")
    TO_REVIEW = ("to_review", "À relire", "warning", "clock-alert")
    EXPIRED = ("expired", "Échue", "warning", "hourglass")
    ENDED = ("ended", "Terminée", "neutral", "archive")

    def __new__(cls, value: str, label: str = "", tone: str = "", icon: str = "") -> "InstructionState":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.tone, member.icon = label, tone, icon
        return member


@dataclass(frozen=True)
class Part:
    """One text of a form; `is_first` is read at once, the others on demand."""

    name: str
    label: str
    hint: str = ""
    is_first: bool = False


_MEANWHILE = Part("meanwhile", "En attendant", "Ce que l’équipe sur place peut faire avant un avis.", is_first=True)
_HELPS = Part("helps", "Ce qui aide", is_first=True)
_HARMS = Part("harms", "Ce qui nuit", is_first=True)
PARTS: Mapping[InstructionKind, tuple[Part, ...]] = {
    InstructionKind.CONDUCT: (Part("text", "À faire", "Court, pour qui ne connaît pas le patient.", True), _MEANWHILE),
    InstructionKind.HELPS: (_HELPS, _HARMS),
    InstructionKind.PRECAUTIONS: (Part("text", "Précautions à prendre", is_first=True),),
    InstructionKind.RISKS: (Part("text", "Ce qui doit alerter", "Antécédents et circonstances.", is_first=True),),
    InstructionKind.CRISIS_PLAN: (
        Part("signs", "Comment la crise s’annonce"),
        _HELPS,
        _HARMS,
        Part("wishes", "Souhaits de soins", "Ce que le patient demande, et ce qu’il refuse, quand il va mal."),
        Part("call", "Personnes à prévenir"),
        _MEANWHILE,
    ),
    InstructionKind.PROTECTION_PLAN: (
        Part("signs", "Mes signes d’alerte", is_first=True),
        Part("alone", "Ce que je peux faire par moi-même"),
        Part("distract", "Lieux et personnes qui changent les idées"),
        Part("call", "Qui je peux appeler"),
        Part("professionals", "Professionnels joignables", "Et le 3114, jour et nuit.", is_first=True),
        Part("safer", "Rendre le lieu plus sûr"),
        Part("matters", "Ce qui compte pour moi"),
        Part("given", "Copie remise", "À qui, et quand."),
    ),
    InstructionKind.TEAM: (
        Part("persons", "Proches, personne de confiance", is_first=True),
        Part("team", "Équipe qui suit le patient", "Qui, où, à quel numéro, à quelles heures.", is_first=True),
    ),
}
# One shared text at a time: a second one would leave two truths.
ALONE = frozenset({InstructionKind.CRISIS_PLAN, InstructionKind.PROTECTION_PLAN})
_DATES = {"valid_from": "Valable du", "valid_until": "au", "review_on": "À relire avant le"}


def label_of(kind: InstructionKind, name: str) -> str:
    """What a field is called on the form of that kind."""
    return next((part.label for part in PARTS[kind] if part.name == name), _DATES.get(name, ""))


@dataclass(frozen=True, repr=False)
class Draft:
    """What somebody writes: the texts by part, and from when, until when, and until which review it holds."""

    kind: InstructionKind
    parts: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None
    review_on: date | None = None

    def values(self) -> dict[str, str]:
        """Each field as a text: what two hands on the same instruction are compared by."""
        texts = {part.name: self.parts.get(part.name, "") for part in PARTS[self.kind]}
        dates = {name: getattr(self, name) for name in _DATES}
        return {**texts, **{name: at.isoformat() if at else "" for name, at in dates.items()}}

    @classmethod
    def of(cls, kind: InstructionKind, values: Mapping[str, str]) -> "Draft":
        """The inverse of `values`."""
        dates = {name: date.fromisoformat(values[name]) if values.get(name) else None for name in _DATES}
        return cls(kind, {p.name: values[p.name] for p in PARTS[kind] if values.get(p.name)}, **dates)


def check(draft: Draft, *, today: date) -> None:
    """`Refused` for an empty or too long text, and for dates that can't be, each on its field."""
    if not any(draft.parts.values()):
        raise Refused("Écrivez la consigne avant de l’enregistrer.", field=PARTS[draft.kind][0].name, code="empty")
    for name, text in draft.parts.items():
        if len(text) > PART_MAX:
            raise Refused(f"Ce texte est trop long\u202f: {PART_MAX} caractères au plus.", field=name, code="too-long")
    if draft.valid_from is None or not today - _OLDEST <= draft.valid_from <= today + REVIEWED_WITHIN:
        raise Refused(
            "Cette date de début n’est pas possible\u202f: vérifiez l’année.", field="valid_from", code="from"
        )
    if draft.valid_until and not draft.valid_from <= draft.valid_until <= today + _OLDEST:
        raise Refused("La fin de validité vient après son début.", field="valid_until", code="until")
    check_review(draft.review_on, today=today)
    if draft.review_on and draft.review_on < draft.valid_from:
        raise Refused("La relecture vient après le début de validité.", field="review_on", code="review-early")


def check_review(review_on: date | None, *, today: date) -> None:
    """An instruction is read again within two years, and never promised for the past."""
    if review_on is None or review_on <= today:
        raise Refused("La prochaine relecture est à venir\u202f: donnez une date après aujourd’hui.", field="review_on")
    if review_on > today + REVIEWED_WITHIN:
        raise Refused("Une consigne se relit au moins tous les deux ans.", field="review_on", code="review-late")


def state_on(
    today: date, *, valid_from: date, valid_until: date | None, review_on: date, is_ended: bool
) -> InstructionState:
    """What it is worth that day. The last day of validity, and the day of the review, still count."""
    if is_ended:
        return InstructionState.ENDED
    if today < valid_from:
        return InstructionState.UPCOMING
    if valid_until is not None and valid_until < today:
        return InstructionState.EXPIRED
    return InstructionState.TO_REVIEW if review_on < today else InstructionState.CURRENT


class Overtaken(Refused):
    """Somebody corrected the same fields meanwhile: both texts are given back, nothing is written.

    `values` is what can be joined without asking; `theirs` holds, by field, the other's text where both changed it.
    """

    status = 409

    def __init__(self, *, values: Mapping[str, str], theirs: Mapping[str, str], version: int, by: str, at: datetime):
        super().__init__("Cette consigne a été corrigée pendant que vous écriviez.", code="overtaken")
        self.values, self.theirs, self.version, self.by, self.at = values, theirs, version, by, at


@dataclass(frozen=True, repr=False)
class Joined:
    """Two corrections of one text: what both want together, and the fields where each wants something else."""

    values: Mapping[str, str]
    collisions: frozenset[str]


def join(*, base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Joined:
    """Field by field, from what both had read (`base`): a field that one alone changed takes that change.

    Where both changed it differently, `values` keeps mine and `collisions` names it.
    """
    values, collisions = {}, set()
    for name, wanted in mine.items():
        was, now = base.get(name, ""), theirs.get(name, "")
        values[name] = now if wanted == was else wanted
        if wanted not in (was, now) and now != was:
            collisions.add(name)
    return Joined(values, frozenset(collisions))
