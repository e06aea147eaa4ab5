"""« Suivi de la prise en charge »: motif, arrival, company, treatment, allergies, cognition, OH, Tox, référents."""

from typing import Any

from osmose.accounts.models import User
from osmose.encounters.lifecycle.people import Referent, may_be
from osmose.encounters.lifecycle.tracking import (
    Alcohol,
    AlcoholStatus,
    Allergies,
    Cognition,
    Company,
    Known,
    Substance,
    Substances,
    SubstanceSource,
    Treatment,
    number,
)
from osmose.encounters.models import Assignment
from osmose.encounters.queries import mode_label
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.base import french
from osmose.kernel.base.moments import write_moment
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.workspace.patient_page.lines import NARROW, NOTHING, Group, Line, Option, Sight

_COGNITION_TONES = {Cognition.ALTERED: "w"}
_ALCOHOL_TONES = {AlcoholStatus.POSITIVE: "w"}


def motif_line(sight: Sight) -> Line:
    """What brings the patient: a favourite in one click while nothing is said, free text with completion."""
    written = readable(sight.encounter, "motif")
    text, revision = "" if written is UNREADABLE else str(written or ""), sight.revision("motif")
    favourites = tuple(Option(m.label, m.label) for m in sight.offers.motifs if m.is_favourite)
    group = Group("Motifs fréquents", "pec_motif", favourites, revision, name="motif")
    return Line(
        "motif",
        "Motif",
        (group,) if favourites and not text and not sight.reason else (),
        text=text or ("" if favourites and not sight.reason else "Non précisé"),
        by=sight.by("motif"),
        revision=revision,
        form="" if sight.reason else "motif",
        edit="Modifier" if text else "Autre motif" if favourites else "Préciser",
        values={"motif": text},
    )


def mode_line(sight: Sight) -> Line:
    """How the patient came; a mode that is offered no more stays where it was said."""
    current, revision = sight.encounter.arrival_mode, sight.revision("arrival_mode")
    offered = [(m.code, m.label) for m in sight.offers.modes]
    if current not in dict(offered):
        offered.append((current, mode_label(current, sight.offers.modes)))
    options = tuple(Option(code, label, code == current, reason=sight.reason) for code, label in offered)
    group = Group("Mode d’arrivée", "pec_arrival_mode", options, revision, name="arrival_mode")
    return Line("arrival_mode", "Mode d’arrivée", (group,), by=sight.by("arrival_mode"), revision=revision)


def arrival_line(sight: Sight) -> Line:
    """When the patient came."""
    at = sight.encounter.arrived_at
    return Line(
        "arrived_at",
        "Arrivée",
        text=french.day_time(at),
        by=sight.by("arrived_at"),
        revision=sight.revision("arrived_at"),
        form="" if sight.reason else "arrived_at",
        edit="Corriger",
        values={"arrived_at": write_moment(at)},
    )


def _known_line(
    sight: Sight, field: str, label: str, words: dict[Known, str], *, text: str = "", badge: str = "", **form: Any
) -> Line:
    value, revision = sight.value(field), sight.revision(field)
    current = value.status if value else None
    options = tuple(
        Option(f"{field}:{status.value}", word, current is status, reason=sight.reason)
        for status, word in words.items()
    )
    return Line(
        field,
        label,
        (Group(label, "pec_tracking", options, revision),),
        text=text,
        badge=badge,
        by=sight.by(field) if value else "",
        revision=revision,
        form="" if sight.reason else field,
        **form,
    )


def company_line(sight: Sight) -> Line:
    value: Company | None = sight.value("company")
    said = value.words if value and value.status is Known.YES and (value.by or value.phone) else ""
    words = {Known.NO: "Non", Known.YES: "Oui", Known.UNKNOWN: "NC"}
    values = {"by": value.by if value else "", "phone": value.phone if value else ""}
    edit = "Modifier" if said else "Par qui, téléphone"
    return _known_line(sight, "company", "Accompagné", words, text=said, edit=edit, values=values)


def treatment_line(sight: Sight) -> Line:
    value: Treatment | None = sight.value("treatment")
    words = {Known.NO: "Aucun", Known.UNKNOWN: "NC"}
    text = value.text if value else ""
    edit = "Modifier" if text else "Préciser"
    return _known_line(sight, "treatment", "Traitement actuel", words, text=text, edit=edit, values={"text": text})


def allergies_line(sight: Sight) -> Line:
    value: Allergies | None = sight.value("allergies")
    words = {Known.NO: "Aucune connue", Known.UNKNOWN: "NC"}
    text = value.text if value else ""
    edit = "Modifier" if text else "Préciser"
    return _known_line(sight, "allergies", "Allergies", words, badge=text, edit=edit, values={"text": text})


def cognition_line(sight: Sight) -> Line:
    value, revision = sight.value("cognition"), sight.revision("cognition")
    options = tuple(
        Option(f"cognition:{c.value}", c.label, c is value, _COGNITION_TONES.get(c, "n"), sight.reason)
        for c in Cognition
    )
    group = Group("État cognitif", "pec_tracking", options, revision)
    by = sight.by("cognition") if value else ""
    return Line("cognition", "État cognitif", (group,), by=by, revision=revision)


def alcohol_line(sight: Sight) -> Line:
    """What the breath test said; a measured rate with its computed equivalent, never called a result of the lab."""
    value: Alcohol | None = sight.value("alcohol")
    revision = sight.revision("alcohol")
    current = value.status if value else None
    options = tuple(
        Option(f"alcohol:{s.value}", s.label, s is current, _ALCOHOL_TONES.get(s, "n"), sight.reason)
        for s in AlcoholStatus
    )
    rate = value.mg_per_l if value else None
    return Line(
        "alcohol",
        "Alcool (OH)",
        (Group("Alcool (OH)", "pec_tracking", options, revision),),
        text=_rate(value) if value else "",
        by=sight.by("alcohol") if value else "",
        revision=revision,
        form="" if sight.reason else "alcohol",
        edit="Corriger le taux" if rate is not None else "Taux",
        values={
            "rate": number(rate) if rate is not None else "",
            "measured_at": value.measured_at if value and rate is not None else french.time(sight.now),
        },
    )


def _rate(value: Alcohol) -> str:
    """« 1,28 mg/L à 14:05 · équivalent calculé : 2,56 g/L »."""
    if value.mg_per_l is None:
        return ""
    measured = f"{number(value.mg_per_l)} mg/L{f' à {value.measured_at}' if value.measured_at else ''}"
    if not value.mg_per_l:
        return measured
    return f"{measured} · équivalent calculé{NARROW}: {number(value.g_per_l or value.mg_per_l)} g/L"


def substances_line(sight: Sight) -> Line:
    """Whether, which ones, and how it is known; each button sends the whole wanted set."""
    value: Substances | None = sight.value("substances")
    revision, current = sight.revision("substances"), value.status if value else None
    taken = value.taken if value and current is Known.YES else ()
    source = value.source if value else None
    statuses = tuple(
        Option(
            _wanted(s, taken, source) if s is current else f"substances:{s.value}",
            s.label,
            s is current,
            "w" if s is Known.YES else "n",
            sight.reason,
        )
        for s in (Known.YES, Known.NO, Known.UNKNOWN)
    )
    groups = [Group("Substances (Tox)", "pec_tracking", statuses, revision)]
    if current is Known.YES:
        groups += [_which(taken, source, revision, sight), _source(taken, source, revision, sight)]
    has_other = Substance.OTHER in taken
    return Line(
        "substances",
        "Substances (Tox)",
        tuple(groups),
        text=value.other if value and has_other else "",
        by=sight.by("substances") if value else "",
        revision=revision,
        form="substances" if has_other and not sight.reason else "",
        edit="Modifier" if value and value.other else "Laquelle\u202f?",
        values={"other": value.other if value else ""},
    )


def _wanted(status: Known, taken: tuple[Substance, ...], source: SubstanceSource | None) -> str:
    return f"substances:{status.value}:{','.join(taken)}:{source.value if source else ''}"


def _which(taken: tuple[Substance, ...], source: SubstanceSource | None, revision: int, sight: Sight) -> Group:
    options = tuple(
        Option(
            _wanted(Known.YES, tuple(s for s in Substance if (s in taken) is not (s is substance)), source),
            substance.label,
            substance in taken,
            "w",
            sight.reason,
        )
        for substance in Substance
    )
    return Group("Lesquelles", "pec_tracking", options, revision)


def _source(taken: tuple[Substance, ...], source: SubstanceSource | None, revision: int, sight: Sight) -> Group:
    options = tuple(
        Option(_wanted(Known.YES, taken, s), s.label, s is source, reason=sight.reason) for s in SubstanceSource
    )
    return Group("Comment on le sait", "pec_tracking", options, revision)


def referents_line(sight: Sight, referents: dict[Referent, Assignment]) -> Line:
    """Who is in charge, by role: me, nobody, or who it is now."""
    groups = tuple(_referent(sight, role, referents.get(role)) for role in Referent)
    return Line("referents", "Référents", groups)


def _referent(sight: Sight, role: Referent, held: Assignment | None) -> Group:
    user: User | None = held.user if held else None
    is_me = user is not None and user.pk == sight.actor.id
    label = f"Référent {role.label}"
    nobody = Option(f"{role.value}:", NOTHING, user is None, reason=sight.reason, before="Personne ", title="Personne")
    options = [nobody]
    if user is not None and not is_me:
        options.append(Option(f"{role.value}:{user.pk}", str(user), True, reason=sight.reason))
    if is_me or _may_be(sight, role):
        mine = str(user) if is_me else "Moi"
        options.append(Option(f"{role.value}:{sight.actor.id}", mine, is_me, reason=sight.reason))
    return Group(label, "pec_referent", tuple(options), sight.revision(f"assignment:{role.value}"), caption=role.label)


def _may_be(sight: Sight, role: Referent) -> bool:
    """« Moi » is offered for the role of one's profession: anybody else would be refused."""
    kinds = {membership.unit_kind for membership in sight.actor.memberships if membership.role in CLINICAL}
    return may_be(role, sight.actor.function, kinds, sight.encounter.care_unit.kind)
