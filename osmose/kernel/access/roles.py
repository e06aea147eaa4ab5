"""The roles of the house, in words that a data protection officer can approve.

A role alone opens nothing: a policy asks for a relation first (a grant on the subject), then for one of its roles.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a member of the staff may do in one unit; `docs/access-matrix.md` is printed from here."""

    label: str
    paragraph: str

    AGENT = (
        "agent",
        "Agent",
        "Participe à la prise en charge. Lit et complète les dossiers auxquels participe son unité, et eux seuls. "
        "N’a aucun accès aux dossiers des autres unités, sauf accès exceptionnel motivé, limité dans le temps et relu.",
    )
    MANAGER = (
        "manager",
        "Cadre ou responsable",
        "Organise son unité. A les mêmes droits qu’un agent sur les dossiers de son unité ; suit en outre les délais "
        "et relit les accès exceptionnels de son équipe. N’a aucun droit sur les dossiers des autres unités.",
    )
    ADMINISTRATOR = (
        "administrateur",
        "Administrateur",
        "Gère les comptes, les unités, les localisations et les conventions de son établissement. "
        "Ne voit aucun contenu clinique ni aucune identité de patient.",
    )
    DPO = (
        "dpo",
        "Délégué à la protection des données",
        "Contrôle le respect des droits des patients : journal des accès, accès exceptionnels, demandes de droits, "
        "conventions. Ne lit le contenu d’un dossier que pour instruire une demande, et le journal le dit.",
    )
    AUDITOR = (
        "auditeur",
        "Auditeur",
        "Vérifie le journal des accès et son scellement, en lecture seule. Ne voit aucun contenu clinique.",
    )

    def __new__(cls, value: str, label: str = "", paragraph: str = "") -> "Role":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.paragraph = paragraph
        return member


CLINICAL = frozenset({Role.AGENT, Role.MANAGER})
CHOICES = [(role.value, role.label) for role in Role]
