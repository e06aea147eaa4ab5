"""`docs/access-matrix.md`: what a data protection officer approves, printed from what the code enforces."""

from typing import Any

from osmose.kernel.access import policy
from osmose.kernel.access.roles import Role
from osmose.kernel.actions import deeds
from osmose.kernel.web import doors
from osmose.kernel.web.middleware import EXEMPT_NAMES
from osmose.project.docs_tables import NONE, NOTICE, code, codes, document, fill_registers, french, table

_INTRODUCTION = """\
La relation d’abord, le rôle ensuite\u202f: on voit une prise en charge parce que son unité y prend part, jamais parce
qu’on est quelqu’un. Une politique demande donc une **relation** (un droit en vigueur, une unité, un établissement),
puis un **rôle** dans cette relation. Ce qui n’est pas dans ce document est fermé. Qui n’a pas le droit reçoit la même
page que si la chose n’existait pas, et le journal des accès garde la ligne du refus."""


def render() -> str:
    """The whole page."""
    fill_registers()
    policies = sorted(policy.registry().values(), key=lambda p: p.name)
    return french(
        document(
            "# Matrice des accès",
            NOTICE,
            _INTRODUCTION,
            "## Rôles",
            *(f"### {role.label}\n\n{role.paragraph}" for role in Role),
            "## Qui peut quoi",
            table(
                ["Politique", "Code", *(role.label for role in Role), "Relation demandée"],
                ([p.label, code(p.name), *_marks(p), _relation(p)] for p in policies),
            ),
            "## Ce que chaque politique ouvre",
            "Une politique sans porte ni action filtre les lignes d’une page ouverte par une autre.",
            table(
                ["Code", "Portes (adresse)", "Actions"],
                ([code(p.name), _doors_of(p), codes(_deeds_of(p))] for p in policies),
            ),
            "## Portes ouvertes sans compte",
            table(["Adresse", "Raison"], ([code(f"/{d.route}"), d.reason] for d in _open_doors())),
            "## Adresses sans porte",
            "La connexion, la déconnexion et les mots de passe sont tenus par django-allauth, nommés un par un\u202f: "
            f"{codes(EXEMPT_NAMES)}.",
        )
    )


def _open_doors() -> list[doors.OpenDoor]:
    return sorted(doors.open_doors().values(), key=lambda door: door.route)


def _marks(policy_: policy.Policy[Any]) -> list[str]:
    return ["oui" if role in policy_.roles else NONE for role in Role]


def _relation(policy_: policy.Policy[Any]) -> str:
    relation = policy_.relation
    words = [str(relation.words)]
    if isinstance(relation, policy.Granted):
        words.append(f"droit en vigueur, catégorie {code(str(relation.scope))}")
    if policy_.feeds:
        words.append("aussi les flux HL7 et les tâches de fond")
    return "\u202f; ".join(words)


def _doors_of(policy_: policy.Policy[Any]) -> str:
    found = sorted((door for door in doors.doors().values() if door.may is policy_), key=lambda door: door.route)
    return ", ".join(f"{_methods(door)} {code('/' + door.route)}" for door in found) or NONE


def _methods(door: doors.Door) -> str:
    return "+".join(verb for verb, view in (("GET", door.get), ("POST", door.post)) if view)


def _deeds_of(policy_: policy.Policy[Any]) -> list[str]:
    return [name for name, deed in deeds.registry().items() if deed.may is policy_]
