"""Who the patients are: invented identities of the demonstration's authority, which number nobody."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from osmose.demo.case import Person
from osmose.demo.evening import Scene
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import clock
from osmose.organisations.models import Establishment
from osmose.patients import operations as patients
from osmose.patients.models import Patient
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex, Traits, ins_key
from osmose.patients.rules.ins import DEMO_OID
from osmose.patients.rules.registration import Identifier, IdentifierKind, Standing

_COMMUNES = ("66136", "66137", "66171", "11262", "11069", "34172", "34032", "31555", "09122")
# A commune that doesn't exist, so that a matricule is nobody's.
_NOWHERE = "66999"
_SIGNS: Mapping[str, str] = {
    "D06": "Tatouage «\u202fLucie\u202f» à l’avant-bras gauche, parka grise, pieds macérés",
}


@dataclass
class Identities:
    """Registers each person once, at their first passage."""

    now: datetime
    dice: random.Random
    _known: dict[str, Patient] = field(default_factory=dict)

    def of(self, scene: Scene, *, actor: Actor, establishment: Establishment, now: datetime) -> Patient:
        """The patient of a scene; needs an open transaction where they are new."""
        key = scene.case.person.key
        if key not in self._known:
            self._known[key] = self._register(scene, actor, establishment, now)
        return self._known[key]

    def _register(self, scene: Scene, actor: Actor, establishment: Establishment, now: datetime) -> Patient:
        person, number = scene.case.person, len(self._known) + 1
        ipp = Identifier(kind=IdentifierKind.IPP, value=f"90{number:06d}", authority=establishment.namespace)
        if person.age is None:
            return patients.register_unknown(
                actor=actor,
                establishment=establishment,
                sex=person.sex,
                estimated_age=person.estimated_age,
                distinctive_signs=_SIGNS.get(person.key, ""),
                identifiers=[ipp],
                now=now,
            )
        born = self._birth_date(person, person.age)
        numbers = [ipp]
        if person.status is IdentityStatus.QUALIFIEE:
            numbers.append(_matricule(person, born, number))
        attributes = frozenset({IdentityAttribute.HOMONYME}) if scene.is_homonym else frozenset()
        return patients.register(
            actor=actor,
            establishment=establishment,
            traits=Traits(
                birth_name=person.birth_name,
                used_name=person.used_name,
                first_name=person.first_name,
                birth_first_names=person.first_name,
                birth_date=born,
                sex=person.sex,
                birth_place=self.dice.choice(_COMMUNES),
            ),
            identifiers=numbers,
            standing=Standing(status=person.status, attributes=attributes, is_protected=scene.is_protected),
            now=now,
        )

    def _birth_date(self, person: Person, age: int) -> date:
        """Some day that makes the patient that old, the evening through, whatever its hour."""
        today = clock.paris(self.now).date()
        if person.is_baby:
            return today - timedelta(days=round(age * 30.44) + self.dice.randrange(4, 25))
        anniversary = date(today.year - age, today.month, min(today.day, 28))
        return anniversary - timedelta(days=self.dice.randrange(3, 360))


def _matricule(person: Person, born: date, number: int) -> Identifier:
    sex = 1 if person.sex is Sex.MALE else 2
    root = f"{sex}{born:%y%m}{_NOWHERE}{number:03d}"
    return Identifier(kind=IdentifierKind.INS, value=root + ins_key(root), oid=DEMO_OID)
