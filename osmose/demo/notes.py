"""Notes of a form of their own, and what the units prepared for theirs: cibles and phrases."""

from collections.abc import Mapping

from osmose.demo.case import Note, french
from osmose.handover.models import Focus, Phrase
from osmose.organisations.models import CareUnit

_SAED, _MACRO = "saed", "macro"
# By passage: minute, writer, the four parts, and in how many minutes an answer is expected.
_SAEDS: Mapping[str, tuple[int, str, tuple[str, str, str, str], int]] = {
    "D11": (
        103, "MED",
        (
            "Patiente en pleurs au travail, dit ne plus pouvoir continuer, idées noires sans scénario.",
            "Pas d'antécédent psychiatrique connu, aucun traitement. Conjoint joignable.",
            "Examen somatique sans particularité, ralentie, accepte de rencontrer quelqu'un.",
            "Avis psychiatrique avant toute décision de retour à domicile.",
        ),
        45,
    ),
    "D17": (
        505, "MED",
        (
            "Réveillée, orientée, demande à partir. Geste non critiqué.",
            "Deux intoxications volontaires, suivi interrompu depuis le printemps.",
            "Alcoolémie en baisse, constantes normales, pas de contre-indication à un entretien.",
            "Évaluation avant sa sortie, l'entourage ne peut pas venir.",
        ),
        90,
    ),
}  # fmt: skip
_MACROS: Mapping[str, tuple[int, str, tuple[str, ...]]] = {
    "D06": (
        60, "entry",
        (
            "Retrouvé mutique au bord de la rocade, aucun papier.",
            "Aucun traitement sur lui. Constantes prises, glycémie normale.",
            "Ne parle pas, suit du regard, accepte de boire.",
            "Personne ne l'accompagne, aucun appel reçu à son sujet.",
            "Bilan, recherche d'identité, avis psychiatrique.",
        ),
    ),
    "D22": (
        40, "entry",
        (
            "Ancien suivi au centre médico-psychologique, interrompu ; dit être surveillé.",
            "Traitement arrêté depuis trois semaines d'après sa sœur.",
            "Inquiet, vérifie la porte, accepte d'être vu si elle reste ouverte.",
            "Vit seul, logement menacé ; sa sœur appelle chaque jour.",
            "Évaluation psychiatrique, reprise du traitement à discuter.",
        ),
    ),
}  # fmt: skip
_SAED_PARTS = ("situation", "background", "assessment", "request")
_MACRO_PARTS = ("illness", "therapy", "experience", "environment", "development")
FOCUSES: Mapping[str, tuple[str, ...]] = {
    "SAU": ("Agitation", "Angoisse", "Douleur", "Risque suicidaire", "Risque de fugue", "Altération de la conscience",
            "Refus de soins", "Anxiété de l’entourage"),
    "PED": ("Angoisse", "Douleur", "Parole de l’enfant", "Anxiété des parents", "Refus de soins"),
    "UHCD": ("Sommeil", "Angoisse", "Risque suicidaire", "Risque de chute"),
    "EMP": ("Crise suicidaire", "Idées délirantes", "Alliance", "Entourage", "Devenir"),
    "PSYLI": ("Crise suicidaire", "Parole de l’adolescent", "Alliance", "Entourage", "Devenir"),
}  # fmt: skip
PHRASES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "SAU": (
        ("Effets personnels", "Effets personnels inventoriés et mis en sécurité."),
        ("Surveillance rapprochée", "Surveillance visuelle rapprochée, porte ouverte, passage toutes les 15 minutes."),
        ("Hydratation proposée", "Eau et collation proposées."),
    ),
    "EMP": (
        ("Plan de protection", "Plan de protection élaboré avec la personne, remis par écrit."),
        ("Rappel prévu", "Rappel téléphonique prévu dans les 48 heures, accord recueilli."),
        ("Personne de confiance", "Personne à prévenir identifiée, coordonnées vérifiées."),
    ),
}


def notes_of(key: str) -> list[Note]:
    """The SAED and the macrocible of a passage, where it has some."""
    found = []
    if key in _SAEDS:
        t, by, said, minutes = _SAEDS[key]
        parts = tuple(zip(_SAED_PARTS, map(french, said), strict=True))
        found.append(Note(t, by, "", kind=_SAED, parts=parts, to="team", answer_minutes=minutes))
    if key in _MACROS:
        t, stage, told = _MACROS[key]
        parts = tuple(zip(_MACRO_PARTS, map(french, told), strict=True))
        found.append(Note(t, "IDE", "", kind=_MACRO, stage=stage, parts=parts))
    return found


def create(units: Mapping[str, CareUnit]) -> None:
    """The cibles and phrases of the units. Needs an open transaction."""
    for unit in units.values():
        for order, label in enumerate(FOCUSES.get(unit.code, ())):
            Focus.objects.create(care_unit=unit, label=label, order=order * 10)
        for order, (label, text) in enumerate(PHRASES.get(unit.code, ())):
            Phrase.objects.create(care_unit=unit, label=label, text=text, order=order * 10)
