"""`docs/lifecycles.md`: states, ways between them and words, printed from the tables that the code obeys."""

from collections.abc import Iterable, Mapping

from osmose.encounters import lifecycle
from osmose.encounters.lifecycle import EncounterStatus, Meaning, RequestTable
from osmose.encounters.lifecycle.expected import EXPECTED_TRANSITIONS
from osmose.encounters.operations.founding import FOUNDING, FoundingKind
from osmose.patients.rules import statuses
from osmose.patients.rules.statuses import IdentityStatus
from osmose.project.docs_tables import NOTICE, code, document, french, table

_DEEDS = {
    "write": "Écrire",
    "exit": "Enregistrer la sortie",
    "continue": "Poursuivre dans une autre unité",
    "cancel_exit": "Annuler la sortie",
    "close": "Clôturer",
    "cancel": "Annuler l’admission",
}
_ANNOUNCED = {
    "arrive": "Dire arrivé, ou reconnaître à l’arrivée",
    "cancel": "Annuler l’annonce",
    "restore": "Rétablir l’annonce",
    "detach": "Détacher de la prise en charge",
}
_UNDO = (
    "**Annuler** (10 s, même auteur, champ inchangé depuis) remet l’état d’avant\u202f: c’est un événement qui nomme "
    "celui qu’il annule, exempt de ces tables."
)


def render() -> str:
    """The whole page."""
    return french(
        document(
            "# Cycles de vie",
            NOTICE,
            "Le bouton, l’action et la page posent la même question aux mêmes tables\u202f; quand la réponse est non, "
            "l’écran dit pourquoi.",
            "## Prise en charge (PEC)",
            *_encounter(),
            _UNDO,
            "## Patient attendu",
            *_expected(),
            "## Demande",
            *_request(),
            *(block for kind in FOUNDING for block in _kind(kind)),
            "## Identité (RNIV)",
            *_identity(),
        )
    )


def _arrows(ways: Mapping[str, Iterable[str]]) -> str:
    """« active → sortie », one a line, in a block of code."""
    lines = [f"{source} → {target}" for source, targets in ways.items() for target in targets]
    return "```text\n" + "\n".join(lines) + "\n```"


def _encounter() -> list[str]:
    ways: dict[str, list[str]] = {}
    for sources, target, _ in lifecycle.TRANSITIONS.values():
        for source in sources if target else ():
            ways.setdefault(str(source), []).append(str(target))
    return [
        table(
            ["État", "Code", "Ton"],
            ([s.label, code(s.value), s.tone] for s in EncounterStatus),
        ),
        _arrows(ways),
        table(
            ["Acte", "Code", "Depuis", "Vers", "Sinon"],
            (
                [
                    _DEEDS.get(deed, deed),
                    code(deed),
                    ", ".join(s.label for s in sources),
                    target.label if target else "inchangé",
                    reason,
                ]
                for deed, (sources, target, reason) in lifecycle.TRANSITIONS.items()
            ),
        ),
    ]


def _expected() -> list[str]:
    ways: dict[str, list[str]] = {}
    for source, target, _ in EXPECTED_TRANSITIONS.values():
        ways.setdefault(str(source), []).append(str(target))
    return [
        "Une annonce n’est pas une prise en charge\u202f: personne n’est présent, rien n’attend, aucun délai ne court.",
        _arrows(ways),
        table(
            ["Acte", "Code", "Depuis", "Vers", "Sinon"],
            (
                [_ANNOUNCED[deed], code(deed), source.label, target.label, reason]
                for deed, (source, target, reason) in EXPECTED_TRANSITIONS.items()
            ),
        ),
    ]


def _request() -> list[str]:
    return [
        "Un seul mécanisme\u202f: chaque établissement a ses types de demandes, avec leurs mots et leurs passages, qui "
        "sont des données. Chaque mot a un sens commun, sur lequel comptent les délais. "
        "L’état et la note sont à part\u202f: « réalisé » ne cache jamais « anormal ».",
        table(
            ["Sens", "Code", "Ton"],
            ([m.label, code(m.value), lifecycle.TONES[m]] for m in Meaning),
        ),
    ]


def _kind(kind: FoundingKind) -> list[str]:
    known: RequestTable = kind.table
    words = {status.code: status.word for status in known.statuses}
    return [
        f"### {kind.label}",
        table(
            ["Mot", "Code", "Sens", "Peut devenir"],
            (
                [s.word, code(s.code), s.meaning.label, ", ".join(words[t] for t in known.transitions.get(s.code, ()))]
                for s in known.statuses
            ),
        ),
    ]


def _identity() -> list[str]:
    labels = statuses.STATUS_LABELS
    ways = {str(s): [str(t) for t in IdentityStatus if t in statuses.TRANSITIONS[s]] for s in IdentityStatus}
    return [
        table(
            ["Statut", "Code", "Peut devenir", "Porte un matricule INS"],
            (
                [
                    labels[s],
                    code(s.value),
                    ", ".join(labels[t] for t in IdentityStatus if t in statuses.TRANSITIONS[s]),
                    "oui" if statuses.may_carry_ins(s) else "non",
                ]
                for s in IdentityStatus
            ),
        ),
        _arrows(ways),
        "Une identité douteuse ou fictive reste provisoire.",
    ]
