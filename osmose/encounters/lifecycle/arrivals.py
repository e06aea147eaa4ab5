"""How a patient comes."""

from collections.abc import Mapping
from enum import StrEnum


class ArrivalMode(StrEnum):
    """Mode d’arrivée: the codes that every establishment begins with and that connectors speak; it may add others."""

    UNKNOWN = "nc"
    ALONE = "seul"
    FAMILY = "famille"
    AMBULANCE = "ambulance"
    FIRE_BRIGADE = "pompiers"
    SMUR = "smur"
    POLICE = "police"
    GENDARMERIE = "gendarmerie"
    TRANSFER = "transfert"

    @property
    def label(self) -> str:
        return ARRIVAL_MODE_LABELS[self]


CODE = r"^[a-z][a-z0-9-]{0,19}$"

ARRIVAL_MODE_LABELS: Mapping[ArrivalMode, str] = {
    ArrivalMode.UNKNOWN: "NC",
    ArrivalMode.ALONE: "Seul",
    ArrivalMode.FAMILY: "Famille, tiers",
    ArrivalMode.AMBULANCE: "Ambulance",
    ArrivalMode.FIRE_BRIGADE: "Pompiers (VSAV)",
    ArrivalMode.SMUR: "SMUR",
    ArrivalMode.POLICE: "Police",
    ArrivalMode.GENDARMERIE: "Gendarmerie",
    ArrivalMode.TRANSFER: "Transfert",
}

# RPU TRANSPORT (arrêté of 24 July 2013); « PERSO » is whoever comes by their own means.
TRANSPORTS: Mapping[str, str] = {
    "": "Non précisé",
    "PERSO": "Moyens personnels",
    "AMBU": "Ambulance privée",
    "VSAB": "Pompiers (VSAV)",
    "SMUR": "SMUR, route",
    "HELI": "SMUR, hélicoptère",
    "FO": "Forces de l’ordre",
}
ARRIVAL_TRANSPORTS: Mapping[ArrivalMode, str] = {
    ArrivalMode.UNKNOWN: "",
    ArrivalMode.ALONE: "PERSO",
    ArrivalMode.FAMILY: "PERSO",
    ArrivalMode.AMBULANCE: "AMBU",
    ArrivalMode.FIRE_BRIGADE: "VSAB",
    ArrivalMode.SMUR: "SMUR",
    ArrivalMode.POLICE: "FO",
    ArrivalMode.GENDARMERIE: "FO",
    ArrivalMode.TRANSFER: "",
}
