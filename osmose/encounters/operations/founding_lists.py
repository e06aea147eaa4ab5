"""The motifs and modes of arrival that an establishment begins with; an administrator makes them its own.

A motif is what is seen or said on arrival, never a diagnosis.
"""

from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.lifecycle.arrivals import ARRIVAL_TRANSPORTS
from osmose.encounters.models import ModeOfArrival, Motif
from osmose.organisations.models import Establishment

FAVOURITE_MOTIFS = (
    "Idées suicidaires",
    "Agitation",
    "Anxiété aiguë",
    "Prise de médicaments volontaire",
    "Alcoolisation",
    "Propos incohérents",
    "Malaise",
    "Chute",
)
OTHER_MOTIFS = (
    "Voix ou visions rapportées",
    "Tristesse, repli",
    "Insomnie",
    "Scarifications",
    "Refus de s’alimenter",
    "Refus de soins",
    "Comportement inhabituel",
    "Confusion récente",
    "Errance",
    "Retour de fugue",
    "Conflit familial",
    "Violences subies",
    "Deuil ou choc récent",
    "Rupture de traitement",
    "Demande de sevrage",
    "Consommation de toxiques",
    "Examen demandé par la police",
    "Douleur thoracique",
    "Difficulté à respirer",
    "Douleur abdominale",
    "Maux de tête",
    "Convulsions",
    "Plaie",
    "Fièvre",
)


def create_founding_motifs(establishment: Establishment) -> list[Motif]:
    """The motifs of a new establishment, for all its units, favourites first. Opens no transaction."""
    labels = [*((label, True) for label in FAVOURITE_MOTIFS), *((label, False) for label in OTHER_MOTIFS)]
    return Motif.objects.bulk_create(
        Motif(establishment=establishment, label=label, is_favourite=is_favourite, order=n * 10)
        for n, (label, is_favourite) in enumerate(labels)
    )


def create_founding_modes(establishment: Establishment) -> list[ModeOfArrival]:
    """The modes of arrival of a new establishment, with their RPU transport. Opens no transaction."""
    return ModeOfArrival.objects.bulk_create(
        ModeOfArrival(
            establishment=establishment,
            code=mode.value,
            label=mode.label,
            transport=ARRIVAL_TRANSPORTS[mode],
            order=n * 10,
        )
        for n, mode in enumerate(ArrivalMode)
    )
