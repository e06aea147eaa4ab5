"""Which passages an evening shows: cases of the file seen at some minute, and passages generated beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from osmose.demo.cases import Case, Note, Step
from osmose.encounters.lifecycle import ArrivalMode, ExitMode
from osmose.patients.rules import IdentityStatus, Sex


@dataclass(frozen=True)
class Scene:
    """A case whose patient arrived `minutes` ago; what would come later has not happened."""

    case: Case
    minutes: int
    hospital: str = "perpignan"
    is_protected: bool = False
    is_homonym: bool = False
    is_closed: bool = False

    @property
    def key(self) -> str:
        return self.case.key

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for step in self.case.steps if step.t <= self.minutes)

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(note for note in self.case.notes if note.t <= self.minutes)

    @property
    def has_exited(self) -> bool:
        return any(step.kind == "sortie" for step in self.steps)


# Cases of the file that end there, caught before their end: minutes since the arrival.
_CAUGHT = {
    "D01": 210, "D02": 300, "D04": 185, "D05": 120, "D07": 160, "D08": 150, "D09": 100, "D12": 60, "D18": 165,
    "D25": 130,
}  # fmt: skip
_EXITED = {"D03": 330, "D11": 240, "D24": 235}
_CLOSED = {"D16": 600, "D19": 900, "D20": 700}
_PROTECTED = frozenset({"D18"})
_HOMONYMS = frozenset({"D05", "G03"})
_TO_UHCD = Step(200, "installation", "UHCD")

_M, _F = Sex.MALE, Sex.FEMALE


def scenes(cases: dict[str, Case]) -> Iterator[Scene]:
    """The whole evening, in order of arrival."""
    found = [
        *(Scene(_adjusted(c), c.snapshot) for c in cases.values() if c.snapshot is not None),
        *(Scene(cases[key], minutes) for key, minutes in {**_CAUGHT, **_EXITED}.items()),
        *(Scene(cases[key], minutes, is_closed=True) for key, minutes in _CLOSED.items()),
        *(Scene(case, minutes) for case, minutes in PERPIGNAN),
        *(Scene(case, minutes, is_closed=True) for case, minutes in GONE),
        *(Scene(case, minutes, hospital="narbonne") for case, minutes in NARBONNE),
    ]
    for scene in sorted(found, key=lambda s: (-s.minutes, s.key)):
        yield replace(scene, is_protected=scene.key in _PROTECTED, is_homonym=scene.key in _HOMONYMS)


def _adjusted(case: Case) -> Case:
    """D14 is twenty-five hours old: its bed is in the short-stay unit by now."""
    if case.key != "D14":
        return case
    return replace(case, steps=tuple(sorted((*case.steps, _TO_UHCD), key=lambda step: step.t)))


def _steps(told: str) -> tuple[Step, ...]:
    """« 5 bio_demandee; 12 box_attribue Box 2 »."""
    steps = [Step(0, "arrivee")]
    for part in filter(None, (p.strip() for p in told.split(";"))):
        minute, kind, *detail = part.split(" ", 2)
        steps.append(Step(int(minute), kind, detail[0] if detail else ""))
    return tuple(steps)


def _generated(  # noqa: PLR0917 - the columns of the tables below
    key: str,
    name: str,
    sex: Sex,
    age: int,
    motif: str,
    told: str,
    text: str,
    *,
    unit: str = "SAU",
    zone: str = "AV",
    mode: ArrivalMode = ArrivalMode.ALONE,
    status: IdentityStatus = IdentityStatus.VALIDEE,
    exit_mode: ExitMode | None = None,
) -> Case:
    birth_name, _, first_name = name.partition(", ")
    return Case(
        key=key,
        birth_name=birth_name,
        first_name=first_name,
        sex=sex,
        age=age,
        motif=motif,
        unit=unit,
        zone=zone,
        mode=mode,
        status=status,
        steps=_steps(told),
        notes=(Note(20, "IDE urgences", "SAU", text),) if text else (),
        exit_mode=exit_mode,
    )


PERPIGNAN = (
    (
        _generated(
            "G01", "ALBERTOUX, Noé", _M, 0, "Fièvre et gêne respiratoire du nourrisson",
            "8 box_attribue PED 1; 15 bio_demandee; 25 bio_prelevee",
            "Nourrisson geignard mais consolable, boit la moitié des biberons. Désobstruction nasale faite devant les "
            "parents, surveillance de la saturation.",
            unit="PED", zone="PED", mode=ArrivalMode.FAMILY,
        ),
        48,
    ),
    (
        _generated(
            "G02", "BASTARIEUX, Jade", _F, 9, "Chute de trampoline, poignet déformé",
            "12 imagerie_demandee; 40 imagerie_en_cours",
            "Douleur à 6 sur 10 à l’arrivée, antalgique donné, attelle posée. Pouls et sensibilité conservés.",
            unit="PED", zone="PED", mode=ArrivalMode.FAMILY,
        ),
        55,
    ),
    (
        _generated(
            "G03", "TARRIDEC, Léo", _M, 58, "Douleur lombaire fébrile",
            "10 installation AC; 22 bio_demandee; 30 bio_prelevee; 35 imagerie_demandee",
            "Frissons au domicile depuis la veille. Perfusion posée, hémocultures prélevées. Homonyme signalé à "
            "l’équipe, bracelet vérifié deux fois.",
            zone="AC", mode=ArrivalMode.AMBULANCE, status=IdentityStatus.QUALIFIEE,
        ),
        74,
    ),
    (
        _generated(
            "G04", "CABESTRANNE, Odile", _F, 76, "Malaise avec perte de connaissance",
            "8 installation AC; 20 bio_demandee; 28 bio_prelevee; 80 bio_resultat; 82 imagerie_demandee",
            "Malaise en sortant de table, sans morsure ni perte d’urines. Électrocardiogramme montré au médecin.",
            zone="AC", mode=ArrivalMode.FIRE_BRIGADE, status=IdentityStatus.QUALIFIEE,
        ),
        140,
    ),
    (
        _generated(
            "G05", "DARNAUDOU, Driss", _M, 34, "Plaie profonde de la main par scie",
            "14 installation AV; 20 imagerie_demandee; 45 imagerie_realisee",
            "Pansement compressif, saignement arrêté. Vaccination antitétanique à vérifier.",
            mode=ArrivalMode.FAMILY,
        ),
        90,
    ),
    (
        _generated(
            "G06", "ESPARRAGUEL, Mireille", _F, 63, "Décompensation respiratoire, bronchopathie connue",
            "6 box_attribue Box 8; 12 bio_demandee; 20 bio_prelevee; 25 imagerie_demandee; 60 bio_resultat; "
            "70 imagerie_realisee; 260 installation UHCD",
            "Aérosols en cours, oxygène à deux litres. Parle par phrases courtes, préfère rester assise.",
            zone="SAU", mode=ArrivalMode.AMBULANCE, status=IdentityStatus.QUALIFIEE,
        ),
        420,
    ),
    (
        _generated(
            "G07", "FONTARELLY, Nathan", _M, 24, "Entorse de cheville", "", "",
            status=IdentityStatus.PROVISOIRE,
        ),
        9,
    ),
)  # fmt: skip
GONE = (
    (
        _generated(
            "G11", "GALDERIQUE, Josette", _F, 81, "Chute à domicile, plaie du scalp",
            "15 installation AC; 30 imagerie_demandee; 95 imagerie_realisee; 210 sortie",
            "Plaie suturée, scanner sans saignement. Fille prévenue, retour en ambulance organisé.",
            zone="AC", mode=ArrivalMode.AMBULANCE, exit_mode=ExitMode.HOME,
        ),
        780,
    ),
    (
        _generated(
            "G12", "HOSTALRICQ, Manon", _F, 6, "Douleur abdominale de l’enfant",
            "10 box_attribue PED 2; 20 bio_demandee; 90 bio_resultat; 180 sortie",
            "Ventre souple, douleur calmée. Consignes de surveillance remises aux parents.",
            unit="PED", zone="PED", mode=ArrivalMode.FAMILY, exit_mode=ExitMode.HOME,
        ),
        660,
    ),
)  # fmt: skip
NARBONNE = (
    (
        _generated(
            "N01", "ISARDELLE, Gérard", _M, 69, "Douleur thoracique", "5 box_attribue Box 1; 15 bio_demandee",
            "Douleur cédée à l’arrivée, électrocardiogramme répété, dosage à renouveler.", zone="SAU",
        ),
        65,
    ),
    (
        _generated(
            "N02", "JOUFFRESSE, Chloé", _F, 27, "Crise d’angoisse", "25 avis_psy_demande",
            "Respire mieux après un temps au calme, amie présente.", zone="SAU", mode=ArrivalMode.FAMILY,
        ),
        110,
    ),
    (
        _generated(
            "N03", "LLADANOSA, Véronique", _F, 51, "Colique néphrétique", "10 box_attribue Box 2; 30 imagerie_demandee",
            "Antalgique en perfusion, douleur passée de 9 à 4.", zone="SAU",
        ),
        185,
    ),
)  # fmt: skip
