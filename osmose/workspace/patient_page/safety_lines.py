"""« Sécurité »: introuvable, surveillance, effets, contention; and the parental authority of a minor."""

from datetime import datetime

from osmose.encounters import lifecycle
from osmose.encounters.lifecycle.tracking import (
    REASSESS_MINUTES,
    Belongings,
    BelongingsStep,
    ChildProtection,
    Guardians,
    Known,
    Missing,
    Restraint,
    Watch,
    WatchCheck,
    WatchLevel,
    next_look,
)
from osmose.kernel.base import french
from osmose.kernel.base.moments import write_moment
from osmose.workspace.patient_page.lines import NARROW, NOTHING, Group, Line, Option, Sight

# « 30 min », « 1 h »: within how long a restraint is seen again.
_WITHIN = tuple((str(m), f"{m} min" if m < 60 else f"{m // 60} h") for m in REASSESS_MINUTES)
_YES_NO = ((Known.YES, "Oui"), (Known.NO, "Non"))


def _reason(sight: Sight) -> str:
    """Why this can't be noted now: closed, or the patient has left."""
    return sight.reason or lifecycle.availability(sight.encounter.status, "look_after").reason


def missing_line(sight: Sight) -> Line:
    """One click says it; what helps to look for the patient is typed after."""
    value: Missing | None = sight.value("missing")
    reason, revision = _reason(sight), sight.revision("missing")
    options = [Option("missing:oui", "Introuvable", value is not None, "w", reason, icon="user-round-search")]
    if value is not None:
        options.append(Option("missing:", "Retrouvé", reason=sight.reason))
    return Line(
        "missing",
        "Introuvable",
        (Group("Introuvable", "pec_tracking", tuple(options), revision),),
        text=value.words if value else "",
        by=sight.by("missing") if value else "",
        revision=revision,
        form="missing" if value is not None and not reason else "",
        is_of_safety=True,
        edit="Modifier les précisions" if value and value.parts else "Vu où, quand, par qui\u202f?",
        values={
            "seen_at": _hour(sight, value.seen_at) if value and value.seen_at else "",
            "missing_place": value.place if value else "",
            "missing_by": value.seen_by if value else "",
            "clothing": value.clothing if value else "",
            "called": value.called if value else "",
            "constrained": "1" if value and value.is_constrained else "",
        },
    )


def _hour(sight: Sight, at: datetime) -> str:
    """As it is typed: the hour, with its day where it is another one."""
    return french.time(at) if sight.hour(at) == french.time(at) else write_moment(at)


def watch_line(sight: Sight) -> Line:
    """The rhythm; while one is due, « Surveillance faite » and the next hour."""
    value: Watch | None = sight.value("watch")
    check: WatchCheck | None = sight.value("watch_check")
    reason, revision = _reason(sight), sight.revision("watch")
    levels = tuple(
        Option(f"watch:{level.value}", level.label, value is not None and value.level is level, "i", reason)
        for level in WatchLevel
    )
    groups = [Group("Surveillance", "pec_tracking", levels, revision)]
    due = next_look(value, check)
    if due is not None and not reason:
        done = Option("watch_check:faite", "Surveillance faite", icon="check")
        groups.append(Group("Surveillance, faite", "pec_tracking", (done,), sight.revision("watch_check")))
    is_on = value is not None and not value.level.is_none
    return Line(
        "watch",
        "Surveillance",
        tuple(groups),
        text=_watch_words(sight, value, check, due) if value else "",
        by=sight.by("watch") if value else "",
        revision=revision,
        form="watch" if is_on and not reason else "",
        is_of_safety=True,
        edit="Modifier qui l’a décidée" if value and value.decided_by else "Décidée par\u202f?",
        values={"decided_by": value.decided_by if value else ""},
    )


def _watch_words(sight: Sight, watch: Watch, check: WatchCheck | None, due: datetime | None) -> str:
    """« prochaine à 14:35 · dernière 14:20, IDE Claire Morel · décidée par Dr Ferrer »."""
    last = sight.last.get("watch_check")
    said = []
    if due is not None:
        said.append(f"prochaine à {sight.hour(due)}")
    if check is not None and check.at >= watch.since:
        said.append(f"dernière à {sight.hour(check.at)}{f', {last.by}' if last and last.by else ''}")
    if watch.decided_by:
        said.append(f"décidée par {watch.decided_by}")
    return " · ".join(said)


def belongings_line(sight: Sight) -> Line:
    """What was done with the belongings; each button sends the whole wanted set."""
    value: Belongings | None = sight.value("belongings")
    done, revision = value.steps if value else (), sight.revision("belongings")
    options = tuple(
        Option(f"belongings:{_toggled(done, step)}", step.label, step in done, "n", sight.reason)
        for step in BelongingsStep
    )
    by = f"par {value.done_by}" if value and value.done_by else ""
    return Line(
        "belongings",
        "Effets personnels",
        (Group("Effets personnels", "pec_tracking", options, revision),),
        text=" · ".join(part for part in (value.objects if value else "", by) if part),
        by=sight.by("belongings") if value else "",
        revision=revision,
        form="" if sight.reason else "belongings",
        is_of_safety=True,
        edit="Modifier les objets" if value and value.objects else "Quels objets, par qui",
        values={"objects": value.objects if value else "", "done_by": value.done_by if value else ""},
    )


def _toggled(done: tuple[BelongingsStep, ...], step: BelongingsStep) -> str:
    return ",".join(s.value for s in BelongingsStep if (s in done) is not (s is step)) or "-"


def restraint_line(sight: Sight) -> Line:
    """Traced from its start; while it lasts, reassessed or lifted."""
    value: Restraint | None = sight.value("restraint")
    is_on = value is not None and value.is_set
    reason, revision = _reason(sight), sight.revision("restraint")
    ends = (Option("restraint:levee", "Levée", reason=sight.reason, icon="lock-open"),)
    return Line(
        "restraint",
        "Contention",
        (Group("Contention", "pec_tracking", ends, revision),) if is_on else (),
        text=_restraint_words(sight, value) if value else "Aucune",
        by=sight.by("restraint") if value else "",
        revision=revision,
        form="" if reason else "restraint",
        is_of_safety=True,
        choices=_WITHIN,
        edit="Réévaluer" if is_on else "Tracer une contention",
        values={
            "is_on": "1" if is_on else "",
            "prescriber": "",
            "reason": "",
            "from_when": french.time(sight.now),
            "minutes": "60",
        },
    )


def _restraint_words(sight: Sight, value: Restraint) -> str:
    if value.ended_at is not None:
        return f"Levée {sight.hour(value.ended_at)}, posée {sight.hour(value.started_at)}{NARROW}: {value.reason}"
    again = f"réévaluée {sight.hour(value.reassessed_at)} par {value.reassessed_by}" if value.reassessed_at else ""
    parts = (
        f"Depuis {sight.hour(value.started_at)}, prescrite par {value.prescriber}{NARROW}: {value.reason}",
        again,
        f"à réévaluer à {sight.hour(value.due_at)}",
    )
    return " · ".join(part for part in parts if part)


def guardians_line(sight: Sight) -> Line:
    """Who holds parental authority, whether they know and may come, ASE or judge, the secret that the minor asks."""
    value: Guardians = sight.value("guardians") or Guardians()
    revision = sight.revision("guardians")

    def group(label: str, name: str, current: str | None, answers: tuple[tuple[str, str], ...]) -> Group:
        options = tuple(
            Option(f"guardians:{name}={code}", word, code == (current or ""), "n", sight.reason)
            for code, word in answers
        )
        return Group(f"Autorité parentale, {label.lower()}", "pec_tracking", options, revision, caption=label)

    known = tuple((code.value, word) for code, word in _YES_NO)
    protections = tuple((p.value, p.label) for p in ChildProtection)
    secret = "oui" if value.keeps_secret else "non"
    return Line(
        "guardians",
        "Autorité parentale",
        (
            group("Prévenus", "reached", value.reached, (("", NOTHING), *known)),
            group("Peuvent venir", "collect", value.may_collect, (("", NOTHING), *known)),
            group("Mesure", "protection", value.protection, (("", "Aucune"), *protections)),
            group("Secret demandé", "secret", secret, (("non", "Non"), ("oui", "Oui"))),
        ),
        text=" · ".join(part for part in (value.names, value.protection_text) if part),
        by=sight.by("guardians"),
        revision=revision,
        form="" if sight.reason else "guardians",
        is_of_safety=True,
        edit="Modifier les noms" if value.names else "Noms, téléphones",
        values={"names": value.names, "protection_text": value.protection_text},
    )
