"""The forms of a note: which parts each has, in which order, under which words.

Transmission ciblée: cible, données, actions, résultats. SAED: HAS, October 2014. Macrocible: MTVED.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One field of a form: its name in `HandoverNote.parts`, its letter, its word, what to write there."""

    name: str
    letter: str
    label: str
    hint: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class Shape:
    """The parts of a form; those required are the ones without which the others can't be understood."""

    kind: str
    parts: tuple[Part, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts)


SHAPES: Mapping[str, Shape] = {
    "focus": Shape(
        "focus",
        (
            Part("data", "D", "Données", "Ce que l’on voit, ce que dit la personne, dans quelles circonstances"),
            Part("action", "A", "Actions", "Ce qui a été fait, ce qui le sera"),
            Part("response", "R", "Résultats", "L’effet observé\u202f; peut être ajouté plus tard"),
        ),
    ),
    "saed": Shape(
        "saed",
        (
            Part("situation", "S", "Situation", "Qui vous êtes, de qui il s’agit, ce qui pose problème", True),
            Part("background", "A", "Antécédents", "Ce qui compte du passé, des traitements, de la venue"),
            Part("assessment", "E", "Évaluation", "Ce que vous constatez, ce que vous en pensez"),
            Part("request", "D", "Demande", "Ce que vous demandez, précisément", True),
        ),
    ),
    "macro": Shape(
        "macro",
        (
            Part("illness", "M", "Maladie", "Motif, histoire, ce que la personne en sait"),
            Part("therapy", "T", "Thérapeutique", "Traitements, soins, surveillances"),
            Part("experience", "V", "Vécu", "Comment la personne vit ce qui arrive"),
            Part("environment", "E", "Environnement", "Entourage, logement, travail, aides"),
            Part("development", "D", "Développement", "Ce qui est prévu, ce qui reste à faire"),
        ),
    ),
}


def parts_of(kind: str, parts: Mapping[str, str] | None) -> tuple[tuple[Part, str], ...]:
    """The parts that were written, in the order of the form; none for a plain note."""
    shape = SHAPES.get(kind)
    if shape is None or not parts:
        return ()
    return tuple((part, parts[part.name]) for part in shape.parts if parts.get(part.name))


def said(kind: str, focus: str, parts: Mapping[str, str] | None) -> str:
    """A structured note on one line: « Angoisse : D … A … »."""
    written = " ".join(f"{part.letter}\u202f: {text}" for part, text in parts_of(kind, parts))
    return " · ".join(words for words in (focus, written) if words)
