"""Who may see and act on a PEC."""

from osmose.encounters.models import Encounter, ExpectedArrival, ModeOfArrival, Motif, PhoneCall, Relay, RequestKind
from osmose.kernel.access.policy import Both, Granted, InEstablishments, InUnits, Named, Policy
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.organisations.models import CareUnit, DataCategory, Sector, UnitKind

# An identity, and the end of a record, belong to the establishment that holds them; never to a partner.
OWN_DOMAIN = InEstablishments("establishment_id")
READ: Policy[Encounter] = Policy(
    name="encounters.read",
    label="Lire une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.TRACKING),
    model=lambda: Encounter,
)
WRITE: Policy[Encounter] = Policy(
    name="encounters.write",
    label="Agir sur une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.TRACKING),
    model=lambda: Encounter,
    feeds=True,
)
IDENTIFY: Policy[Encounter] = Policy(
    name="encounters.identify",
    label="Compléter ou corriger l’identité du patient d’une prise en charge",
    roles=CLINICAL,
    relation=Both(Granted(DataCategory.IDENTITY), OWN_DOMAIN),
    model=lambda: Encounter,
)
ASK: Policy[Encounter] = Policy(
    name="encounters.ask",
    label="Demander, suivre et annoter les demandes d’une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.REQUESTS),
    model=lambda: Encounter,
    feeds=True,
)
COMMENT: Policy[Encounter] = Policy(
    name="encounters.comment",
    label="Commenter sa propre action dans le fil d’une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.NOTES),
    model=lambda: Encounter,
)
NOTE_FAMILY: Policy[Encounter] = Policy(
    name="encounters.note_family",
    label="Noter qui accompagne le patient ou exerce l’autorité parentale",
    roles=CLINICAL,
    relation=Granted(DataCategory.IDENTITY),
    model=lambda: Encounter,
)
INSTRUCT: Policy[Encounter] = Policy(
    name="encounters.instruct",
    label="Écrire, corriger, relire et terminer les consignes du patient d’une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.INSTRUCTIONS),
    model=lambda: Encounter,
)
CLOSE: Policy[Encounter] = Policy(
    name="encounters.close",
    label="Clôturer ou rouvrir une prise en charge de son établissement",
    roles=CLINICAL,
    relation=Both(Granted(DataCategory.TRACKING), OWN_DOMAIN),
    model=lambda: Encounter,
    feeds=True,
)
CONTINUE: Policy[Encounter] = Policy(
    name="encounters.continue",
    label="Poursuivre une prise en charge dans une autre unité de son établissement",
    roles=CLINICAL,
    relation=Both(Granted(DataCategory.TRACKING), OWN_DOMAIN),
    model=lambda: Encounter,
)
REGISTER: Policy[CareUnit] = Policy(
    name="encounters.register",
    label="Enregistrer une arrivée",
    roles=CLINICAL,
    relation=InUnits(
        kinds=frozenset({UnitKind.EMERGENCY.value, UnitKind.WARD.value}),
        words="aux urgences ou dans un service d’hospitalisation",
    ),
    model=lambda: CareUnit,
    feeds=True,
)
ANNOUNCE: Policy[CareUnit] = Policy(
    name="encounters.announce",
    label="Annoncer un patient attendu",
    roles=CLINICAL,
    relation=InUnits(),
    model=lambda: CareUnit,
)
EXPECTED: Policy[ExpectedArrival] = Policy(
    name="encounters.expected",
    label="Lire, annuler et rétablir l’annonce d’un patient attendu",
    roles=CLINICAL,
    relation=Granted(DataCategory.TRACKING, words="l’unité attend le patient, ou l’a annoncé"),
    model=lambda: ExpectedArrival,
)
RECEIVE: Policy[ExpectedArrival] = Policy(
    name="encounters.receive",
    label="Dire arrivé un patient attendu",
    roles=CLINICAL,
    relation=InUnits(
        "care_unit_id",
        kinds=frozenset({UnitKind.EMERGENCY.value}),
        words="dans l’unité qui attend le patient",
    ),
    model=lambda: ExpectedArrival,
)
CALLS: Policy[PhoneCall] = Policy(
    name="encounters.calls",
    label="Lire, rattacher et corriger un appel ou un avis",
    roles=CLINICAL,
    relation=Granted(DataCategory.NOTES, words="l’unité a passé ou reçu l’appel"),
    model=lambda: PhoneCall,
)
NOTE_CALL: Policy[CareUnit] = Policy(
    name="encounters.note_call",
    label="Noter un appel ou un avis",
    roles=CLINICAL,
    relation=InUnits(),
    model=lambda: CareUnit,
)
DEFINE_KINDS: Policy[RequestKind] = Policy(
    name="encounters.define_kinds",
    label="Définir les types de demandes de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("establishment_id"),
    model=lambda: RequestKind,
)
DEFINE_MOTIFS: Policy[Motif] = Policy(
    name="encounters.define_motifs",
    label="Définir les motifs de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("establishment_id"),
    model=lambda: Motif,
)
DEFINE_MODES: Policy[ModeOfArrival] = Policy(
    name="encounters.define_modes",
    label="Définir les modes d’arrivée de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("establishment_id"),
    model=lambda: ModeOfArrival,
)
HOLD_SECTOR: Policy[Sector] = Policy(
    name="encounters.hold_sector",
    label="Prendre ou rendre un secteur de son unité",
    roles=CLINICAL,
    relation=InUnits("care_unit_id"),
    model=lambda: Sector,
)
RELAY: Policy[Relay] = Policy(
    name="encounters.relay",
    label="Proposer ses patients en relais, répondre à un relais ou le retirer",
    roles=CLINICAL,
    relation=Named(("giver_id", "taker_id"), words="entre deux personnes, pour elles seules"),
    model=lambda: Relay,
)
_SCREENS = frozenset({Role.SCREEN})
ON_WALL: Policy[Encounter] = Policy(
    name="encounters.on_wall",
    label="Afficher sur le mur d’une unité le lieu et l’attente d’une prise en charge",
    roles=_SCREENS,
    relation=Granted(DataCategory.TRACKING),
    model=lambda: Encounter,
)
ON_WALL_ASKED: Policy[Encounter] = Policy(
    name="encounters.on_wall_asked",
    label="Afficher en salle de soins les demandes d’une prise en charge",
    roles=_SCREENS,
    relation=Granted(DataCategory.REQUESTS),
    model=lambda: Encounter,
)
ON_WALL_NAMED: Policy[Encounter] = Policy(
    name="encounters.on_wall_named",
    label="Afficher en salle de soins les initiales du patient d’une prise en charge",
    roles=_SCREENS,
    relation=Granted(DataCategory.IDENTITY),
    model=lambda: Encounter,
)
