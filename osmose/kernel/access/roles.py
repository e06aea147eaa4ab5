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
        "N’a aucun accès aux dossiers des autres unités.",
    )
    MANAGER = (
        "manager",
        "Cadre ou responsable",
        "Organise son unité. A les mêmes droits qu’un agent sur les dossiers auxquels son unité participe, et aucun "
        "droit sur les autres.",
    )
    ADMINISTRATOR = (
        "administrateur",
        "Administrateur",
        "Règle Osmose pour son établissement\u202f: unités, localisations, motifs, modes d’arrivée, types de demandes. "
        "Ne voit aucun contenu clinique ni aucune identité de patient.",
    )
    DPO = (
        "dpo",
        "Délégué à la protection des données",
        "Contrôle le respect des droits des patients. Du contenu clinique, ne peut lire que ce qui a été retiré "
        "d’un dossier pour erreur, chaque lecture étant journalisée\u202f; ses autres écrans (journal des accès, "
        "demandes de droits) ne sont pas encore ouverts.",
    )
    AUDITOR = (
        "auditeur",
        "Auditeur",
        "Vérifiera le journal des accès, en lecture seule. Du contenu clinique, ne peut lire que ce qui a été retiré "
        "d’un dossier pour erreur, chaque lecture étant journalisée\u202f; ses autres écrans ne sont pas encore "
        "ouverts.",
    )

    SCREEN = (
        "ecran",
        "Écran mural",
        "N’est tenu par personne\u202f: un écran de couloir ou de salle de soins. Montre les box et les attentes d’une "
        "seule unité, en lecture seule, et n’ouvre aucun dossier. Aucun compte ne peut recevoir ce rôle.",
    )

    def __new__(cls, value: str, label: str = "", paragraph: str = "") -> "Role":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.paragraph = paragraph
        return member


CLINICAL = frozenset({Role.AGENT, Role.MANAGER})
# Those that a person may hold.
STAFF = frozenset(Role) - {Role.SCREEN}
CHOICES = [(role.value, role.label) for role in Role if role in STAFF]
