"""Sex, identity statuses and attributes of RNIV, and what each demands of the others.

A status tells two facts: was an identity document checked, was the INS fetched? « Qualifiée » is both, and only it
may carry the matricule with health data. A doubtful or fictitious identity stays « provisoire ».
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from osmose.kernel.base.refused import Refused


class Sex(StrEnum):
    """RNIV's three values."""

    MALE = "M"
    FEMALE = "F"
    UNDETERMINED = "I"


class IdentityStatus(StrEnum):
    """How far an identity can be trusted."""

    PROVISOIRE = "provisoire"
    RECUPEREE = "recuperee"
    VALIDEE = "validee"
    QUALIFIEE = "qualifiee"


class IdentityAttribute(StrEnum):
    """What staff must beware of."""

    HOMONYME = "homonyme"
    DOUTEUSE = "douteuse"
    FICTIVE = "fictive"


SEX_LABELS: Mapping[Sex, str] = {Sex.MALE: "Masculin", Sex.FEMALE: "Féminin", Sex.UNDETERMINED: "Indéterminé"}
STATUS_LABELS: Mapping[IdentityStatus, str] = {
    IdentityStatus.PROVISOIRE: "Identité provisoire",
    IdentityStatus.RECUPEREE: "Identité récupérée",
    IdentityStatus.VALIDEE: "Identité validée",
    IdentityStatus.QUALIFIEE: "Identité qualifiée",
}
ATTRIBUTE_LABELS: Mapping[IdentityAttribute, str] = {
    IdentityAttribute.HOMONYME: "Homonyme",
    IdentityAttribute.DOUTEUSE: "Identité douteuse",
    IdentityAttribute.FICTIVE: "Identité fictive",
}
STAYS_PROVISIONAL = frozenset({IdentityAttribute.DOUTEUSE, IdentityAttribute.FICTIVE})

_P, _R, _V, _Q = IdentityStatus
TRANSITIONS: Mapping[IdentityStatus, frozenset[IdentityStatus]] = {
    _P: frozenset({_R, _V, _Q}),
    _R: frozenset({_P, _V, _Q}),  # document checked: agrees → qualifiée, disagrees → the INS goes, validée
    _V: frozenset({_P, _Q}),  # a document in doubt first makes the identity provisional again
    _Q: frozenset({_P, _V}),  # the INS was withdrawn by INSi, or everything is in doubt
}


def status_for(
    *, document_checked: bool, ins_fetched: bool, attributes: Collection[IdentityAttribute] = ()
) -> IdentityStatus:
    """The one status that these facts allow."""
    if STAYS_PROVISIONAL.intersection(attributes):
        return IdentityStatus.PROVISOIRE
    if document_checked:
        return IdentityStatus.QUALIFIEE if ins_fetched else IdentityStatus.VALIDEE
    return IdentityStatus.RECUPEREE if ins_fetched else IdentityStatus.PROVISOIRE


def may_carry_ins(status: IdentityStatus) -> bool:
    """Whether the matricule INS may be kept and sent with this identity."""
    return status is IdentityStatus.QUALIFIEE


def require_consistent(status: IdentityStatus, attributes: Collection[IdentityAttribute], *, has_ins: bool) -> None:
    """Refused: doubtful or fictitious but not provisional; qualified without INS; INS without qualification."""
    if STAYS_PROVISIONAL.intersection(attributes) and status is not IdentityStatus.PROVISOIRE:
        raise Refused(
            "Une identité douteuse ou fictive reste provisoire.", field="identity_status", code="status_provisional"
        )
    if status is IdentityStatus.QUALIFIEE and not has_ins:
        raise Refused(
            "Une identité qualifiée porte un matricule INS.", field="identity_status", code="status_without_ins"
        )
    if has_ins and not may_carry_ins(status):
        raise Refused(
            "Seule une identité qualifiée porte un matricule INS.", field="ins", code="ins_without_qualification"
        )


def availability(
    current: IdentityStatus, wanted: IdentityStatus, attributes: Collection[IdentityAttribute] = ()
) -> str | None:
    """Why the status can't become the wanted one, in French, or None when it can. Staying is always possible."""
    if current is wanted:
        return None
    if STAYS_PROVISIONAL.intersection(attributes) and wanted is not IdentityStatus.PROVISOIRE:
        return "Une identité douteuse ou fictive reste provisoire."
    if wanted not in TRANSITIONS[current]:
        return f"{STATUS_LABELS[current]}\u202f: elle doit d’abord redevenir provisoire."
    return None


def require_transition(
    current: IdentityStatus, wanted: IdentityStatus, attributes: Collection[IdentityAttribute] = ()
) -> None:
    """Refused: a change of status that RNIV doesn't know."""
    if reason := availability(current, wanted, attributes):
        raise Refused(reason, field="identity_status", code="status_transition")
