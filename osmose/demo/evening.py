"""Which passages the demonstration shows: cases of the file caught at some minute, and drawn ones around them.

At Perpignan, 44 are active, 21 have left and are not closed, 65 are closed; Narbonne has its own few.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from osmose.demo import cases, notes
from osmose.demo.case import Case, Person, Step, focused
from osmose.demo.names import Names
from osmose.demo.outlooks import followed
from osmose.demo.situations import Situations
from osmose.patients.rules import IdentityStatus, Sex

SEED = "osmose"


@dataclass(frozen=True)
class Scene:
    """A passage whose patient arrived `minutes` ago; what would come later has not happened.

    `closed_after` counts from the exit. `shares` says why the box asked for may be somebody else's.
    """

    case: Case
    minutes: int
    hospital: str = "perpignan"
    is_protected: bool = False
    is_homonym: bool = False
    closed_after: int | None = None
    is_closed_by_itself: bool = False
    shares: str = ""

    @property
    def key(self) -> str:
        return self.case.key

    @property
    def is_told(self) -> bool:
        """One of the cases of the file (D01, D02…), the others being drawn."""
        return self.key.startswith("D")

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for step in self.case.steps if step.t <= self.minutes)

    @property
    def has_exited(self) -> bool:
        return any(step.kind == "sortie" for step in self.steps)


# Cases of the file, and how many minutes ago their patient arrived; those that have a `snapshot` are caught there.
_CAUGHT = {
    "D02": 300, "D04": 300, "D05": 64, "D07": 118, "D08": 82, "D11": 110, "D16": 164, "D18": 230, "D24": 127,
    "D25": 200,
}  # fmt: skip
_EXITED = {"D01": 420, "D03": 395, "D09": 1000, "D12": 330}
_CLOSED = {"D19": (900, 180), "D20": (1100, 95)}
# Situations, and at which minute of their course they are now.
_DRAWN_ACTIVE = (
    ("bronchite", 420), ("ehpad", 150), ("thorax", 200), ("fracture", 205), ("deuil", 185), ("harcelement", 175),
    ("ebrius", 155), ("occlusion", 140), ("migraine", 128), ("abdomen", 126), ("chute", 104), ("accident", 90),
    ("scam", 80), ("pyelo", 75), ("sepsis", 66), ("lombalgie", 52), ("bronchiolite", 48), ("poignet", 44),
    ("avc", 36), ("asthme", 30), ("cheville", 24), ("oeil", 3),
)  # fmt: skip
# Situations, and how many minutes ago their patient left.
_DRAWN_EXITED = (
    ("panique", 25), ("sevrage", 95), ("melancolie", 210), ("intox", 340), ("hallu", 480), ("burnout", 640),
    ("cheville", 12), ("plaie", 40), ("malaise", 130), ("brulure", 65), ("palpitations", 300), ("renvoi", 55),
    ("perdu", 180), ("lait", 150), ("ventre", 260), ("insuffisance", 720), ("fin", 1150),
)  # fmt: skip
# Who came before: whose case it is tonight, what it was then, how many hours ago they left.
_EARLIER = (
    ("D16", "social", 132), ("D16", "social", 86), ("D16", "social", 34), ("D07", "panique", 210),
    ("D25", "retention", 290), ("D08", "asthme", 470),
)  # fmt: skip
_DRAWN_CLOSED = 57
_NARBONNE = (("thorax", 65), ("panique", 80), ("colique", 130))
_PROTECTED = frozenset({"D18"})
_HOMONYM = Person("H01", "TARRIDEC", "Léo", Sex.MALE, 58, status=IdentityStatus.QUALIFIEE)
_HOMONYMS = frozenset({"D05", _HOMONYM.key})
_SIBLINGS = "Frère et sœur, même gastro-entérite, un seul parent présent"
_TO_BED = Step(200, "installation", "UHCD")
# Added to the file's cases: boxes that are waited for, a bed by now, what the body allows, who comes and when.
_STEPS = {
    "D02": (Step(40, "soma_en_cours"), Step(75, "soma_reserves", "365 Alcoolémie à contrôler avant l’entretien")),
    "D06": (Step(22, "soma_en_cours"), Step(64, "soma_faite")),
    "D07": (Step(52, "soma_en_cours"), Step(113, "psy_differee", "150 Alcool")),
    "D08": (Step(58, "soma_demandee"),),
    "D11": (Step(90, "box_demande"), Step(101, "psy_promise", "40 Entretien en cours ailleurs")),
    "D13": (Step(33, "soma_faite"),),
    "D14": (_TO_BED,),
    "D17": (
        Step(8, "soma_en_cours"),
        Step(400, "soma_reserves", "260 Somnolence, à réévaluer au réveil"),
        Step(430, "decision", "Revoir au réveil"),
    ),
    "D21": (Step(80, "soma_demandee"), Step(137, "box_demande")),
    "D22": (
        *(Step(48, "soma_faite"), Step(104, "psy_renfort")),
        Step(112, "psy_interruption", "35 Appelé pour une contention"),
    ),
    "D25": (Step(150, "box_demande"),),
}
# In how many minutes an interview that the file interrupts is to go on.
_RETURNS = {"D02": 275}
# What only the author's unit should read.
_CONFIDENTIAL = {
    "D08": (64, "IDE", "Parole de l'adolescent", "Parle de messages reçus au collège, à ne pas évoquer devant "
            "ses parents avant l'entretien.", "Prévenir la psychiatrie de liaison de ce souhait."),
    "D13": (70, "PSY", "Lien mère-enfant", "Dit avoir pensé à partir sans le bébé, en a honte, ne "
            "veut pas que son mari l'apprenne par nous.", "À reprendre avec elle seule en fin d'entretien."),
    "D18": (208, "PSY", "Mise à l'abri", "Adresse d'hébergement connue de l'équipe mobile seule, "
            "ne la donner à personne au téléphone.", "Rappel prévu par l'équipe mobile."),
    "D22": (101, "PSY", "Idées de persécution", "Cite une soignante des urgences par son prénom et "
            "pense qu'elle le filme.", "Éviter qu'elle entre seule dans le box."),
}  # fmt: skip


def scenes() -> list[Scene]:
    """The whole demonstration, in order of arrival: the same each time."""
    told = {key: _completed(case) for key, case in cases.load().items()}
    dice = random.Random(SEED)  # noqa: S311 - the same evening every time, no secret
    taken = {name for case in told.values() for name in (case.person.birth_name, case.person.used_name)}
    situations = Situations(dice, Names(dice, taken=taken))
    found = [*_of_the_file(told), *_active(situations), *_gone(situations, told), *_elsewhere(situations)]
    whole = [replace(scene, case=followed(scene.case)) for scene in found]
    return sorted(whole, key=lambda scene: (-scene.minutes, scene.key))


def _completed(case: Case) -> Case:
    if case.key in _STEPS:
        case = case.with_steps(*_STEPS[case.key])
    if case.key in _RETURNS:
        back = f"{_RETURNS[case.key]} "
        told = [replace(s, detail=back + s.detail) if s.kind == "psy_interruption" else s for s in case.steps]
        case = replace(case, steps=tuple(told))
    if case.key in _CONFIDENTIAL:
        t, writer, *parts = _CONFIDENTIAL[case.key]
        case = case.with_notes(focused(t, writer, *parts, is_confidential=True))
    return case.with_notes(*notes.notes_of(case.key))


def _of_the_file(told: dict[str, Case]) -> Iterator[Scene]:
    caught = {key: case.snapshot for key, case in told.items() if case.snapshot is not None}
    for key, minutes in {**caught, **_CAUGHT, **_EXITED}.items():
        yield Scene(told[key], minutes, is_protected=key in _PROTECTED, is_homonym=key in _HOMONYMS)
    for key, (minutes, after) in _CLOSED.items():
        yield Scene(told[key], minutes, closed_after=after)


def _active(situations: Situations) -> Iterator[Scene]:
    """Those who are here, and the deliberate exceptions: a namesake, and two children in one box."""
    for number, (situation, minute) in enumerate(_DRAWN_ACTIVE, 1):
        yield _caught(situations.draw(situation, f"A{number:02d}"), minute)
    yield replace(_caught(situations.draw("colique", _HOMONYM.key, _HOMONYM), 128), is_homonym=True)
    first = situations.draw("gastro", "S01")
    second = situations.draw("gastro", "S02", _sibling(situations, first.person))
    yield _caught(first, 58)
    yield replace(_caught(second, 56), shares=_SIBLINGS)


def _sibling(situations: Situations, of: Person) -> Person:
    sex = Sex.FEMALE if of.sex is Sex.MALE else Sex.MALE
    told = {**situations.told["gastro"], "sexe": sex.value}
    return situations.person("S02", told, family=of.birth_name)


def _caught(case: Case, minute: int) -> Scene:
    return Scene(case, round(minute * case.stretch))


def _gone(situations: Situations, told: dict[str, Case]) -> Iterator[Scene]:
    for number, (situation, ago) in enumerate(_DRAWN_EXITED, 1):
        case = situations.draw(situation, f"B{number:02d}")
        yield Scene(case, case.exit_minute + ago)
    for number, (whose, situation, hours) in enumerate(_EARLIER, 1):
        case = situations.draw(situation, f"P{number:02d}", told[whose].person)
        yield _closed(case, hours * 60, number)
    known = [key for key in situations.told if key != "social"]
    for number in range(_DRAWN_CLOSED):
        case = situations.draw(known[number % len(known)], f"C{number + 1:02d}")
        # From five hours ago to four weeks ago, the more the nearer.
        yield _closed(case, round(300 + 38_000 * (number / _DRAWN_CLOSED) ** 1.6), number)


def _closed(case: Case, ago: int, number: int) -> Scene:
    """Closed by somebody within some hours, or by itself a day after the exit."""
    by_itself = number % 3 == 0 and ago > 1500
    after = 1440 if by_itself else 25 + number * 37 % 200
    return Scene(case, case.exit_minute + ago, closed_after=after, is_closed_by_itself=by_itself)


def _elsewhere(situations: Situations) -> Iterator[Scene]:
    for number, (situation, minute) in enumerate(_NARBONNE, 1):
        yield replace(_caught(situations.draw(situation, f"N{number:02d}"), minute), hospital="narbonne")
