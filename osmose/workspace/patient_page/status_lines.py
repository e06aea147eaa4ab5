"""« Statut du patient »: where, what is asked, psychiatry, préoccupant, tri, CCMU."""

from osmose.encounters.lifecycle import Meaning, RequestTable, ResultFlag, is_deceased
from osmose.encounters.lifecycle.requests import WITH_RESULT
from osmose.encounters.lifecycle.tracking import Ccmu, Concern, ConcernReason, Triage, concern_title
from osmose.encounters.models import RequestKind, ServiceRequest
from osmose.encounters.presenters import Coming, coming_of, toggle_tone
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.organisations.models import Location
from osmose.workspace.patient_page.expected import expected_of, expected_values, said_with
from osmose.workspace.patient_page.interviews import interviews_of_line, is_open
from osmose.workspace.patient_page.lines import NARROW, NOTHING, Group, Line, Option, Sight

CHOOSE_TEAM = "Choisissez d’abord l’équipe"
NOT_FROM_HERE = "impossible depuis cet état"
_TRIAGE_TONES = {Triage.ONE: "d", Triage.TWO: "w"}


def place_line(sight: Sight, places: list[Location]) -> Line:
    """The zones, then the boxes of the unit; pressing the current zone again keeps the box."""
    here, reason = sight.course.place, sight.reason
    zones = [p for p in places if not p.is_box]
    boxes = [p for p in places if p.is_box]
    zone = tuple(
        Option(
            f"{p.pk}|{here.box if str(p.pk) == here.location else ''}",
            p.label,
            str(p.pk) == here.location,
            reason=reason,
        )
        for p in zones
    )
    none = Option(f"{here.location}|", NOTHING, not here.box, reason=reason, before="Aucun box ", title="Aucun box")
    box = (none, *(_box(p, here.location, here.box, reason) for p in boxes))
    groups = [Group("Lieu", "pec_place", zone, sight.revision("place"), name="place")]
    if boxes:
        groups.append(
            Group("Lieu, précision", "pec_place", box, sight.revision("place"), name="place", caption=_caption(boxes))
        )
    by = sight.by(max(("place", "care_unit"), key=lambda field: sight.last[field].id if field in sight.last else 0))
    return Line("place", "Lieu", tuple(groups), by=by, revision=sight.revision("place"))


def _caption(boxes: list[Location]) -> str:
    return "Box" if any(p.label.startswith("Box ") for p in boxes) else ""


def _box(box: Location, location: str, current: str, reason: str) -> Option:
    is_here = str(box.pk) == current
    is_taken = bool(getattr(box, "is_taken", False))
    short = box.label.removeprefix("Box ")
    return Option(
        f"{location}|{box.pk}",
        short,
        is_here,
        reason=reason,
        before=box.label.removesuffix(short),
        title=f"{box.label}{'' if not is_taken else ' (partagé)' if is_here else ' (occupé)'}",
        icon="users-round" if is_taken else "",
    )


def request_line(sight: Sight, kind: RequestKind) -> Line:
    """What was done, what the result says, and the word beside it."""
    request = sight.course.requests.get(kind.code)
    table, field = kind.table, f"request:{kind.code}"
    said = readable(request, "result") if request else None
    flag = ResultFlag(said) if said and said is not UNREADABLE else None
    current = request.status if request else table.initial.code
    done, results = _states(sight, kind, table, current, flag)
    groups = [Group(kind.label, "pec_request", done, sight.revision(field))]
    if teams := _teams(sight, kind, table, current):
        caption = "Redemander à" if request else "Demander à"
        groups.append(Group(f"{kind.label}, précision", "pec_request", teams, sight.revision(field), caption=caption))
    if results:
        groups.append(Group(f"{kind.label}, résultat", "pec_request", results, sight.revision(field)))
    if request is not None and table.status(current).meaning in WITH_RESULT:
        groups.append(_result(sight, kind, flag))
    written = readable(request, "note") if request else ""
    note = "" if written is UNREADABLE else str(written or "")
    interviews, expected = interviews_of_line(sight, kind, request), expected_of(sight, kind, request)
    return Line(
        field,
        kind.label,
        tuple(groups),
        text="" if request is None or is_open(request) else said_with(request),
        interviews=interviews,
        expected=expected,
        coming=_coming(sight, kind),
        by=_asked_by(sight, request, flag),
        note=note,
        revision=sight.revision(field),
        note_revision=sight.revision(f"note:{kind.code}"),
        can_note=request is not None and not sight.reason,
        values={"note": note, "conclusion": "", **(expected_values(request) if expected else {})},
    )


def _coming(sight: Sight, kind: RequestKind) -> Coming | None:
    """Who said that they come, on the first psychiatric line."""
    first = next((one.code for one in sight.offers.kinds if one.is_psychiatric), "")
    return coming_of(sight.encounter, sight.today) if kind.code == first else None


def _states(
    sight: Sight, kind: RequestKind, table: RequestTable, current: str, flag: ResultFlag | None
) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """What was done, and beside it what became of the result, where there can be one now."""
    done, results, several = [], [], len(_addressees(kind)) > 1
    request = sight.course.requests.get(kind.code)
    follows = request is not None and is_open(request)
    for status in table.statuses:
        is_current = status.code == current
        why = sight.reason or ("" if is_current or table.allows(current, status.code) else NOT_FROM_HERE)
        if follows and not is_current:
            continue  # the state follows the interviews: what is done about it is done there
        if not why and several and status.meaning is Meaning.WAITING and not is_current:
            why = CHOOSE_TEAM
        tone = toggle_tone(kind, status)
        # A success beside an abnormal value would be read as « all is well ».
        tone = "n" if tone == "s" and flag is ResultFlag.ABNORMAL else tone
        option = Option(f"{kind.code}:{status.code}", status.word, is_current, tone, why)
        if status.meaning not in WITH_RESULT:
            done.append(option)
        elif is_current or why != NOT_FROM_HERE:
            results.append(option)
    return tuple(done), tuple(results)


def _addressees(kind: RequestKind) -> list[dict[str, str]]:
    teams: list[dict[str, str]] = getattr(kind, "teams", [])
    return teams


def _teams(sight: Sight, kind: RequestKind, table: RequestTable, current: str) -> tuple[Option, ...]:
    """Whom to ask, where there is a choice and asking is possible now."""
    if sight.reason or len(_addressees(kind)) < 2:
        return ()
    return tuple(
        Option(f"{kind.code}:{s.code}:{team['id']}", team["short_name"], before=f"{s.word}{NARROW}: ")
        for s in table.statuses
        if s.meaning is Meaning.WAITING and s.code != current and table.allows(current, s.code)
        for team in _addressees(kind)
    )


def _result(sight: Sight, kind: RequestKind, flag: ResultFlag | None) -> Group:
    def option(wanted: ResultFlag) -> Option:
        is_abnormal = wanted is ResultFlag.ABNORMAL
        return Option(
            f"{kind.code}:{wanted.value}",
            wanted.label,
            flag is wanted,
            "w" if is_abnormal else "n",
            sight.reason,
            icon="triangle-alert" if is_abnormal and flag is wanted else "",
        )

    none = Option(f"{kind.code}:", NOTHING, flag is None, reason=sight.reason, before="Rien n’en est dit ")
    return Group(
        f"Résultat, {kind.label}",
        "pec_result",
        (none, option(ResultFlag.NORMAL), option(ResultFlag.ABNORMAL)),
        sight.revision(f"result:{kind.code}"),
    )


def _asked_by(sight: Sight, request: ServiceRequest | None, flag: ResultFlag | None) -> str:
    """« Demandée 13:17 · Dr Hugo Ferrer · pour Équipe mobile », « Résultat vu par Dr Hugo Ferrer à 14:05 »."""
    if request is None:
        return ""
    who, hour = readable(request, "changed_by"), sight.hour(request.changed_at)
    who = "" if who is UNREADABLE else str(who or "")
    said = f"{request.state.word} {hour} · {who}"
    if request.state.meaning is Meaning.SEEN:
        said = f"{request.state.word} par {who} à {hour}"
    flagged = sight.last.get(f"result:{request.kind.code}")
    if flagged and flag is ResultFlag.ABNORMAL:
        said = f"{said} · dit anormal par {flagged.by}"
    unit = request.addressed_unit
    return f"{said} · pour {unit.short_name}" if unit else said


def concern_line(sight: Sight) -> Line:
    """Every reason is a button that sends the whole wanted set."""
    value = sight.value("concern")
    known = value if isinstance(value, Concern) else Concern()
    tone = "n" if is_deceased(sight.encounter.exit_mode) else "d"
    options = tuple(
        Option(
            "concern:" + ",".join(r.value for r in ConcernReason if (r in known.reasons) is not (r is reason)),
            reason.label,
            reason in known.reasons,
            tone,
            sight.reason,
        )
        for reason in ConcernReason
    )
    label = concern_title(is_minor=sight.is_minor)
    revision = sight.revision("concern")
    return Line(
        "concern",
        label,
        (Group(label, "pec_tracking", options, revision),),
        text=known.text,
        by=sight.by("concern") if value else "",
        revision=revision,
        form="" if sight.reason or not known.is_set else "concern",
        edit="Modifier la précision" if known.text else "Préciser",
        values={"text": known.text},
    )


def triage_line(sight: Sight) -> Line:
    tones = {} if is_deceased(sight.encounter.exit_mode) else _TRIAGE_TONES
    return _levels(sight, "triage", "Tri", [(t.value, t.label, tones.get(t, "n"), "") for t in Triage])


def ccmu_line(sight: Sight) -> Line:
    return _levels(sight, "ccmu", "CCMU", [(c.value, c.label, "n", c.meaning) for c in Ccmu])


def _levels(sight: Sight, field: str, label: str, levels: list[tuple[str, str, str, str]]) -> Line:
    value = sight.value(field)
    current = value.words if value else ""
    options = tuple(
        Option(f"{field}:{code}", word, word == current, tone, sight.reason, before=f"{label} ", title=meaning)
        for code, word, tone, meaning in levels
    )
    none = Option(f"{field}:", NOTHING, not current, reason=sight.reason, before=f"{label} non fait ", title="Non fait")
    revision = sight.revision(field)
    by = sight.by(field) if value else ""
    return Line(field, label, (Group(label, "pec_tracking", (none, *options), revision),), by=by, revision=revision)
