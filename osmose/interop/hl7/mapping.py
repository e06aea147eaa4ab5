"""Code tables between HL7 (v2.5, IHE PAM France) and Osmose. Tables only: no reading, no writing.

Sources: HL7 v2.5 tables 0001, 0003, 0203, 0430; FR Core table 0445; PMSI/RPU modes (arrêté du 24 juillet 2013).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from osmose.encounters.lifecycle import ArrivalMode
from osmose.patients.rules import IdentityAttribute, Sex
from osmose.patients.rules.ins import DEMO_OID, NIA_OID, NIR_OID, TEST_OID

SUPPORTED_VERSIONS = frozenset({"2.5", "2.5.1"})
SUPPORTED_PROCESSING = frozenset({"P", "T", "D"})


class MovementAction(StrEnum):
    """ZBE-4."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"


class Deed(StrEnum):
    """What Osmose does with an event."""

    ARRIVE = "arrive"
    MOVE = "move"
    LEAVE = "leave"
    UPDATE_VISIT = "update_visit"
    UPDATE_IDENTITY = "update_identity"
    CANCEL_ARRIVAL = "cancel_arrival"
    CANCEL_LEAVE = "cancel_leave"
    MERGE = "merge"


@dataclass(frozen=True)
class EventRule:
    """What an event does, its French name, and what it can't do without."""

    deed: Deed
    label: str
    needs_visit: bool = False
    needs_location: bool = False
    needs_movement: bool = False
    needs_prior: bool = False
    action: MovementAction | None = None  # the only ZBE-4 that fits, where a ZBE is sent


EVENTS: Mapping[str, EventRule] = {
    "A02": EventRule(Deed.MOVE, "Mutation", needs_visit=True, needs_location=True, action=MovementAction.INSERT),
    "A03": EventRule(Deed.LEAVE, "Sortie", needs_visit=True, action=MovementAction.INSERT),
    "A04": EventRule(Deed.ARRIVE, "Arrivée", needs_visit=True, action=MovementAction.INSERT),
    "A08": EventRule(Deed.UPDATE_VISIT, "Mise à jour de la venue"),
    "A11": EventRule(Deed.CANCEL_ARRIVAL, "Annulation de l’arrivée", needs_visit=True, action=MovementAction.CANCEL),
    "A13": EventRule(Deed.CANCEL_LEAVE, "Annulation de la sortie", needs_visit=True, action=MovementAction.CANCEL),
    "A31": EventRule(Deed.UPDATE_IDENTITY, "Mise à jour de l’identité"),
    "A40": EventRule(Deed.MERGE, "Fusion d’identités", needs_prior=True),
    "Z99": EventRule(
        Deed.UPDATE_VISIT,
        "Mise à jour d’un mouvement",
        needs_visit=True,
        needs_movement=True,
        action=MovementAction.UPDATE,
    ),
}

# Table 0001. RNIV knows no « other »: what is neither M nor F is undetermined.
SEX: Mapping[str, Sex] = {
    "M": Sex.MALE,
    "F": Sex.FEMALE,
    "U": Sex.UNDETERMINED,
    "I": Sex.UNDETERMINED,
    "A": Sex.UNDETERMINED,
    "O": Sex.UNDETERMINED,
    "N": Sex.UNDETERMINED,
}


class IdentifierKind(StrEnum):
    """What a number is for Osmose."""

    IPP = "ipp"
    INS = "ins"
    NDA = "nda"
    VISIT = "visit"
    OTHER = "other"


IDENTIFIER_KINDS: Mapping[str, IdentifierKind] = {
    "PI": IdentifierKind.IPP,
    "INS": IdentifierKind.INS,
    "INS-NIR": IdentifierKind.INS,
    "INS-NIA": IdentifierKind.INS,
    "INS-C": IdentifierKind.OTHER,  # computed INS of before 2017
    "AN": IdentifierKind.NDA,
    "VN": IdentifierKind.VISIT,
}
INS_OIDS = frozenset({NIR_OID, NIA_OID, TEST_OID, DEMO_OID})

# Table 0200, as used in France: L is the name of birth. A sender without type code sends one name only.
BIRTH_NAME_TYPES = ("L", "B", "")
USED_NAME_TYPES = ("D", "U")


class Reliability(StrEnum):
    """What a code of PID-32 says of the document that proves the identity."""

    CHECKED = "checked"
    NOT_CHECKED = "not_checked"


# Table 0445. The INS among PID-3 makes a checked identity « qualifiée » (FR Core invariant), another « récupérée ».
RELIABILITY: Mapping[str, Reliability] = {
    "VALI": Reliability.CHECKED,
    "PROV": Reliability.NOT_CHECKED,
    "VIDE": Reliability.NOT_CHECKED,
    "INVA": Reliability.NOT_CHECKED,
}
ATTRIBUTES: Mapping[str, IdentityAttribute] = {
    "HOMD": IdentityAttribute.HOMONYME,
    "HOMA": IdentityAttribute.HOMONYME,
    "DOUT": IdentityAttribute.DOUTEUSE,
    "USUR": IdentityAttribute.DOUTEUSE,
    "FICT": IdentityAttribute.FICTIVE,
    "ANOM": IdentityAttribute.FICTIVE,
}
# Known, but about duplicates, collisions or domains: they change neither status nor attributes.
OTHER_RELIABILITY = frozenset({"DOUB", "DESA", "DPOT", "DOUA", "COLP", "COLV", "FILI", "IDVER", "RECD", "IDRA"})
PROTECTED = frozenset({"CACH", "ANOM"})  # hidden or anonymous: the name is not shown on shared screens

# Table 0430 (PV2-38) and RPU words that some senders use → RPU « transport »; None where it says nothing.
TRANSPORT: Mapping[str, str | None] = {
    "A": "AMBU",
    "C": "PERSO",
    "F": "PERSO",
    "P": "PERSO",
    "H": "HELI",
    "O": None,
    "U": None,
    "PERSO": "PERSO",
    "AMBU": "AMBU",
    "VSAB": "VSAB",
    "SMUR": "SMUR",
    "HELI": "HELI",
    "FO": "FO",
}
# RPU « transport » → mode d’arrivée. « PERSO » says neither alone nor with whom: the staff does.
ARRIVAL_MODES: Mapping[str, ArrivalMode] = {
    "AMBU": ArrivalMode.AMBULANCE,
    "VSAB": ArrivalMode.FIRE_BRIGADE,
    "SMUR": ArrivalMode.SMUR,
    "HELI": ArrivalMode.SMUR,
    "FO": ArrivalMode.POLICE,
    "PERSO": ArrivalMode.UNKNOWN,
}
# ZFM-1 (PMSI) → RPU « mode d’entrée »: 6 mutation, 7 transfert, 8 domicile. 0 is the provisional transfer.
ENTRY_MODES: Mapping[str, str] = {"6": "6", "7": "7", "0": "7", "8": "8"}
# ZFM-2 or PV1-36 (PMSI) → RPU « mode de sortie »: 6 mutation, 7 transfert, 8 domicile, 9 décès.
EXIT_MODES: Mapping[str, str] = {"6": "6", "7": "7", "0": "7", "8": "8", "9": "9"}
# ZFM-3 and ZFM-4. Sources swap provenance 5 and 8: kept as sent, read by a setting of the establishment.
PROVENANCES = frozenset("12345678")
DESTINATIONS = frozenset("123467")

# Where a field refused by a rule of the domain stands in the message: what the acknowledgement points to.
REFUSED_FIELDS: Mapping[str, tuple[str, int]] = {
    "ins": ("PID", 3),
    "identifiers": ("PID", 3),
    "birth_name": ("PID", 5),
    "used_name": ("PID", 5),
    "first_name": ("PID", 5),
    "birth_date": ("PID", 7),
    "sex": ("PID", 8),
    "birth_place": ("PID", 11),
    "birth_place_code": ("PID", 11),
    "ipp": ("PID", 3),
    "identity_status": ("PID", 32),
    "location": ("PV1", 3),
    "visit_number": ("PV1", 19),
    "arrived_at": ("PV1", 44),
    "left_at": ("PV1", 45),
    "exited_at": ("PV1", 45),
    "movement": ("ZBE", 1),
}
