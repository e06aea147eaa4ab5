"""How an identity is shown: the band of the patient page, a row of the board, a line of the search.

Reading is safe here: a destroyed key or an altered row says « Dossier illisible » and takes nobody else down.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from osmose.kernel.base import french
from osmose.kernel.crypto.errors import Unreadable
from osmose.kernel.crypto.reading import readable
from osmose.patients.models import Patient, PatientIdentifier, attributes_of
from osmose.patients.queries import Candidate
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Likeness, Sex, Traits
from osmose.patients.rules.registration import IdentifierKind
from osmose.patients.rules.statuses import STATUS_LABELS

UNREADABLE_NAME = "Dossier illisible"
UNSHARED_NAME = "Identité non partagée"
PROTECTED_NAME = "Identité protégée"
SEX_LETTERS = {Sex.MALE: "H", Sex.FEMALE: "F", Sex.UNDETERMINED: "I"}
_BORN = {Sex.MALE: "né", Sex.FEMALE: "née", Sex.UNDETERMINED: "né(e)"}


@dataclass(frozen=True)
class Flag:
    """A word beside the name: never by colour alone."""

    words: str
    icon: str
    tone: str


@dataclass(frozen=True)
class Banner:
    """A line under the band that stays until the cause is gone."""

    title: str
    text: str
    icon: str
    tone: str


@dataclass(frozen=True, kw_only=True, repr=False)
class IdentityBand:
    """Who this is. `name` is « NOM Prénom » (birth name); `details` « né le 12/03/1981 · 45 ans · H »."""

    name: str
    details: str
    birth_name: str = ""
    used_name: str = ""
    first_name: str = ""
    sex: str = ""
    born: str = ""
    age: str = ""
    ipp: str = ""
    signs: str = ""
    status: Flag
    flags: tuple[Flag, ...] = ()
    banners: tuple[Banner, ...] = ()
    is_readable: bool = True
    is_minor: bool = False
    is_protected: bool = False
    is_unknown: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class Match:
    """One line of the search or of the likely duplicates: identity and why it is shown."""

    patient_id: str
    who: IdentityBand
    likelihood: str = ""
    reasons: str = ""
    found_by_number: bool = False
    was_merged: bool = False


_STATUS = {
    IdentityStatus.PROVISOIRE: ("hourglass", "warning"),
    IdentityStatus.RECUPEREE: ("id-card", "info"),
    IdentityStatus.VALIDEE: ("check", "success"),
    IdentityStatus.QUALIFIEE: ("shield-check", "success"),
}
_UNREADABLE = Flag(UNREADABLE_NAME, "shield-alert", "danger")
_UNREADABLE_BANNER = Banner(
    "Dossier illisible\u202f:",
    "l’identité de ce patient ne peut pas être déchiffrée. Prévenez l’administrateur.",
    "shield-alert",
    "danger",
)
_UNKNOWN = Flag("Inconnu", "circle-help", "warning")
_MINOR = Flag("Mineur", "baby", "info")
_PROTECTED = Flag("Protégée", "eye-off", "danger")
_ATTRIBUTES = {
    IdentityAttribute.HOMONYME: Flag("Homonyme", "users-round", "warning"),
    IdentityAttribute.DOUTEUSE: Flag("Identité douteuse", "circle-alert", "danger"),
    IdentityAttribute.FICTIVE: Flag("Identité fictive", "info", "neutral"),
}
_WORDS = {
    _UNKNOWN: "aucune identité connue. Complétez-la dès qu’elle est donnée.",
    _ATTRIBUTES[IdentityAttribute.HOMONYME]: "un autre patient a des traits proches. Vérifiez la date de naissance.",
    _ATTRIBUTES[IdentityAttribute.DOUTEUSE]: "les traits sont en doute. Aucun matricule INS n’est utilisé.",
    _ATTRIBUTES[IdentityAttribute.FICTIVE]: "ce dossier ne concerne aucune personne réelle.",
    _MINOR: "moins de 18 ans.",
    _PROTECTED: "ne prononcez pas ce nom devant des tiers.",
}


def identity(
    patient: Patient,
    *,
    today: date,
    numbers: Iterable[PatientIdentifier] = (),
    ipp: str = "",
    hide_protected: bool = False,
) -> IdentityBand:
    """The band of a patient; `numbers` are the open identifiers already fetched, or `ipp` the one to show.

    With `hide_protected`, a protected identity keeps sex and age only: for screens that more than its team can see.
    """
    try:
        traits = patient.traits()
        age, is_minor = patient.age_on(today), patient.is_minor_on(today)
    except Unreadable:
        return _unreadable(patient)
    if hide_protected and patient.is_protected:
        sex = SEX_LETTERS[traits.sex]
        return IdentityBand(
            name=PROTECTED_NAME,
            details=_dotted(age, sex),
            sex=sex,
            age=age,
            status=status_flag(patient.status),
            flags=_flags(patient, is_minor=is_minor),
            is_minor=is_minor,
            is_protected=True,
            is_unknown=patient.is_unknown,
        )
    flags = _flags(patient, is_minor=is_minor)
    return IdentityBand(
        name=full_name(traits),
        details=_dotted(born(traits), age, SEX_LETTERS[traits.sex]),
        birth_name=traits.birth_name,
        used_name=traits.used_name,
        first_name=_capitalised(traits.first_name),
        sex=SEX_LETTERS[traits.sex],
        born=born(traits),
        age=age,
        ipp=ipp or _ipp(numbers),
        signs=str(readable(patient, "distinctive_signs") or ""),
        status=status_flag(patient.status),
        flags=flags,
        banners=_banners(patient, flags),
        is_minor=is_minor,
        is_protected=patient.is_protected,
        is_unknown=patient.is_unknown,
    )


def unshared(patient: Patient) -> IdentityBand:
    """The band for a partner whose agreement doesn't open the identity."""
    return IdentityBand(name=UNSHARED_NAME, details="", status=status_flag(patient.status))


def match(candidate: Candidate, *, today: date, likeness: Likeness | None = None) -> Match:
    """A hit of the search, or a likely duplicate with its word and reasons."""
    return Match(
        patient_id=str(candidate.patient_id),
        who=identity(candidate.patient, today=today, ipp=candidate.ipp),
        likelihood=likeness.likelihood.value if likeness else "",
        reasons=", ".join(likeness.reasons) if likeness else "",
        found_by_number=candidate.found_by_number,
        was_merged=candidate.merged_from is not None,
    )


def full_name(traits: Traits) -> str:
    """« ABELLANOSA Rachid », « INCONNU H 1 »."""
    return f"{traits.birth_name} {_capitalised(traits.first_name)}".strip()


def born(traits: Traits) -> str:
    """« née le 12/03/1981 », or nothing."""
    if traits.birth_date is None:
        return ""
    return f"{_BORN[traits.sex]} le {french.numeric_date(traits.birth_date)}"


def status_flag(status: IdentityStatus) -> Flag:
    """The status as word, icon and tone."""
    return Flag(STATUS_LABELS[status], *_STATUS[status])


def _capitalised(name: str) -> str:
    return name.title()


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _ipp(numbers: Iterable[PatientIdentifier]) -> str:
    held = next((number for number in numbers if number.kind == IdentifierKind.IPP), None)
    return str(readable(held, "value")) if held is not None else ""


def _flags(patient: Patient, *, is_minor: bool) -> tuple[Flag, ...]:
    held = attributes_of(patient)
    flags = [_UNKNOWN] if patient.is_unknown else []
    flags += [flag for attribute, flag in _ATTRIBUTES.items() if attribute in held]
    if is_minor:
        flags.append(_MINOR)
    if patient.is_protected:
        flags.append(_PROTECTED)
    return tuple(flags)


def _banners(patient: Patient, flags: Iterable[Flag]) -> tuple[Banner, ...]:
    banners = [Banner(f"{flag.words}\u202f:", _WORDS[flag], flag.icon, flag.tone) for flag in flags]
    if patient.status is IdentityStatus.PROVISOIRE and not patient.is_unknown:
        provisional = status_flag(IdentityStatus.PROVISOIRE)
        text = "aucun document n’a été vérifié. Contrôlez les traits avec le patient."
        banners.insert(0, Banner(f"{provisional.words}\u202f:", text, provisional.icon, provisional.tone))
    return tuple(banners)


def _unreadable(patient: Patient) -> IdentityBand:
    return IdentityBand(
        name=UNREADABLE_NAME,
        details="",
        status=status_flag(patient.status),
        flags=(_UNREADABLE,),
        banners=(_UNREADABLE_BANNER,),
        is_readable=False,
        is_protected=patient.is_protected,
        is_unknown=patient.is_unknown,
    )
