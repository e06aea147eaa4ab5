"""Small rules about sessions, redirections and professions."""

from enum import StrEnum

ACTING_UNIT_KEY = "acting_unit_id"
THEMES = {"auto": "Comme l’appareil", "light": "Clair", "night": "Nuit"}


class Profession(StrEnum):
    """The professional category of a member of the staff: a note may be kept for one of them."""

    label: str

    MEDICAL = "medical", "Médecins"
    NURSING = "nursing", "Soignants"
    PSYCHOLOGY = "psychology", "Psychologues"
    SOCIAL = "social", "Travailleurs sociaux"

    def __new__(cls, value: str, label: str = "") -> "Profession":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


# By the first word of the function, as accounts hold it (« Dr », « IDE », « Cadre de santé »).
_PROFESSIONS = {
    **dict.fromkeys(("dr", "pr", "médecin", "docteur", "interne", "psychiatre"), Profession.MEDICAL),
    **dict.fromkeys(("ide", "as", "aide-soignante", "aide-soignant", "cadre", "ipa", "ibode", "iade", "sf",
                     "infirmier", "infirmière", "puéricultrice", "ap"), Profession.NURSING),
    **dict.fromkeys(("psychologue", "neuropsychologue"), Profession.PSYCHOLOGY),
    **dict.fromkeys(("ase", "ass", "assistante", "assistant", "éducateur", "éducatrice"), Profession.SOCIAL),
}  # fmt: skip
_NURSES = frozenset(("ide", "ipa", "ibode", "iade", "infirmier", "infirmière", "puéricultrice"))


def profession_of(function: str) -> Profession | None:
    """The category of a function; None where it is none of these, or not known."""
    return _PROFESSIONS.get(_first_word(function))


def is_nurse(function: str) -> bool:
    """A nurse, whatever the speciality: not an aide, and not a manager (« cadre »), whose function is another one."""
    return _first_word(function) in _NURSES


def is_psychiatric(function: str) -> bool:
    """A function that is psychiatry's in whatever unit: a psychiatrist, a psychologist."""
    return _first_word(function) == "psychiatre" or profession_of(function) is Profession.PSYCHOLOGY


def _first_word(function: str) -> str:
    return next(iter(function.casefold().replace(".", " ").split()), "")


def is_own_path(url: str) -> bool:
    """True for a path of Osmose itself: `/pec/`, never `//elsewhere`, `https://…` nor `javascript:`."""
    return url.startswith("/") and not url.startswith("//") and "\\" not in url and url.isprintable()
