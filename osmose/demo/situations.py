"""Passages drawn from the invented situations of `data/situations/`: whose, why, and what happens when."""

import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from osmose.demo.case import Case, Note, Noted, Person, focused, french, read_exit, read_steps
from osmose.demo.cases import allergies, substances, treatment
from osmose.demo.names import Names
from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.lifecycle.tracking import (
    Alcohol,
    AlcoholStatus,
    Ccmu,
    Cognition,
    Company,
    Concern,
    ConcernReason,
    Known,
    Tracked,
    Triage,
)
from osmose.patients.rules import IdentityStatus, Sex

FOLDER = Path(__file__).parent / "data" / "situations"
_HOURS = {Triage.ONE: 1, Triage.TWO: 3, Triage.THREE_A: 5, Triage.THREE_B: 7, Triage.FOUR: 10, Triage.FIVE: 13}
# Most identities are checked at the desk; the rest is what a hospital has to put up with.
_STATUSES = (
    *(IdentityStatus.QUALIFIEE,) * 11,
    *(IdentityStatus.VALIDEE,) * 5,
    *(IdentityStatus.RECUPEREE,) * 2,
    *(IdentityStatus.PROVISOIRE,) * 2,
)
_TREATMENTS = {
    18: ("Aucun",),
    40: ("Aucun", "Aucun", "Aucun", "Cétirizine", "Fer par voie orale"),
    65: ("Aucun", "Metformine", "Lévothyroxine 75 µg", "Ramipril, atorvastatine", "Oméprazole"),
    120: ("Bisoprolol, apixaban", "Amlodipine, furosémide", "Metformine, ramipril", "NC", "Kardégic, atorvastatine"),
}  # fmt: skip
_NOTED = 0.6
_ALLERGIES = ("", "", "", "", "", "", "Pénicilline", "Aspirine", "NC", "Codéine", "Latex")


def load() -> dict[str, dict[str, Any]]:
    """The situations as told, by key."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        if twice := found.keys() & told.keys():
            raise ValueError(f"Situations told twice: {', '.join(sorted(twice))}.")
        found |= told
    return found


@dataclass
class Situations:
    """Draws passages; the same situation told a second time is told in other words."""

    dice: random.Random
    names: Names
    told: Mapping[str, dict[str, Any]] = field(default_factory=load)
    _times: Counter[str] = field(default_factory=Counter)

    def draw(self, situation: str, key: str, person: Person | None = None) -> Case:
        """One passage of somebody new, or of a `person` already known."""
        told = self.told[situation]
        variants = told["recits"]
        told_as = variants[self._times[situation] % len(variants)]
        self._times[situation] += 1
        whose = person or self.person(key, told)
        stretch = self.dice.uniform(0.88, 1.16)
        triage = Triage(told["tri"])
        minute = _HOURS[triage]
        noted = (*self._noted(told, whose), ("triage", triage), ("ccmu", Ccmu(told["ccmu"])))
        mode = self.dice.choice(told["modes"].split())
        return Case(
            key=key,
            person=whose,
            motif=french(told["motif"]),
            zone="PED" if whose.is_minor else told.get("zone", "AV"),
            mode=ArrivalMode(mode),
            steps=tuple(read_steps(told["parcours"], stretch=stretch)),
            notes=tuple(_notes(told_as, stretch)),
            noted=tuple(Noted(minute, name, value) for name, value in (*noted, *self._company(told, mode))),
            remarks={
                "biology": french(told.get("bio", "")),
                "imaging": french(told.get("imagerie", "")),
                "imaging:running": french(told.get("examen", "")),
            },
            leaving=read_exit(told["sortie"]),
            stretch=stretch,
        )

    def person(self, key: str, told: Mapping[str, Any], *, family: str = "") -> Person:
        """Somebody of the age and sex of the situation."""
        sex = Sex(told.get("sexe") or self.dice.choice("MF"))
        age, is_baby = self.dice.randint(*told["ages"]), told.get("mois", False)
        return Person(
            key=key,
            birth_name=family or self.names.family(),
            first_name=self.names.first(sex, 0 if is_baby else age),
            sex=sex,
            age=age,
            is_baby=is_baby,
            status=self.dice.choice(_STATUSES),
        )

    def _company(self, told: Mapping[str, Any], mode: str) -> Iterator[tuple[str, Tracked]]:
        """Whoever comes with the family is with somebody; the others are where the situation says so."""
        who = told.get("accompagne", "conjoint;amie;fils" if mode == "famille" else "")
        if not who:
            return
        phone = f"06 39 98 {self.dice.randrange(10, 100)} {self.dice.randrange(10, 100)}"
        by = french(self.dice.choice(who.split(";")))
        yield "company", Company(Known.YES, by, phone if self.dice.random() < 0.5 else "")

    def _noted(self, told: Mapping[str, Any], whose: Person) -> Iterator[tuple[str, Tracked]]:
        years = 0 if whose.is_baby or whose.age is None else whose.age
        if reasons := told.get("preoccupant"):
            yield "concern", Concern(tuple(ConcernReason(reason) for reason in reasons.split()))
        drugs = next(pool for limit, pool in _TREATMENTS.items() if years < limit)
        # Nobody fills in everything.
        if "traitement" in told or self.dice.random() < _NOTED:
            yield "treatment", treatment(told.get("traitement") or self.dice.choice(drugs))
        if "allergies" in told or self.dice.random() < _NOTED:
            yield "allergies", allergies(told.get("allergies") or self.dice.choice(_ALLERGIES))
        if "cognitif" in told or (not whose.is_minor and self.dice.random() < _NOTED):
            yield "cognition", Cognition({"Bon": "bon", "Altéré": "altere", "NC": "nc"}[told.get("cognitif", "Bon")])
        if rate := told.get("oh"):
            yield "alcohol", _alcohol(self.dice.choice(rate.split(";")))
        if taken := told.get("tox"):
            yield "substances", substances(taken.split(), other=told.get("autre", ""))


def _alcohol(told: str) -> Alcohol:
    if told == "refus":
        return Alcohol(AlcoholStatus.REFUSED)
    return Alcohol(AlcoholStatus.POSITIVE, Decimal(told))


def _notes(told: list[str], stretch: float) -> Iterator[Note]:
    for note in told:
        who, *parts = (part.strip() for part in note.split("|"))
        minute, _, writer = who.partition(" ")
        yield focused(round(int(minute) * stretch), writer, *parts)
