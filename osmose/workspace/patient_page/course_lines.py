"""Where the patient goes from here: the decision, and whether the bed that is held still serves it."""

from osmose.encounters.events import RequestChanged
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.tracking import Decision, Outlook
from osmose.encounters.operations.founding import BED
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.workspace.patient_page.lines import NARROW, NOTHING, Group, Line, Option, Sight

_PHYSICIANS = ("Dr ", "Pr ")


def decision_line(sight: Sight) -> Line:
    """One click decides; where exactly, by whom and what must be known of it are typed beside."""
    value: Decision | None = sight.value("decision")
    revision = sight.revision("decision")
    none = Option(
        "decision:", NOTHING, value is None, reason=sight.reason, before="Rien n’est décidé ", title="Rien n’est décidé"
    )
    options = tuple(
        Option(f"decision:{o.value}", o.label, value is not None and o is value.choice, "i", sight.reason)
        for o in Outlook
    )
    by = f"décidée par {value.decided_by}" if value and value.decided_by else ""
    parts = (value.where, by, value.text) if value else ()
    text = " · ".join(part for part in parts if part)
    return Line(
        "decision",
        "Décision",
        (Group("Décision", "pec_tracking", (none, *options), revision),),
        text=f"{text[:1].upper()}{text[1:]}",
        by=sight.by("decision") if value else "",
        revision=revision,
        form="" if sight.reason or value is None else "decision",
        edit="Modifier" if text else "Où, par qui, précision",
        values=_values(sight, value),
    )


def _values(sight: Sight, value: Decision | None) -> dict[str, str]:
    """What the form opens on: a physician who writes is most often the one who decided."""
    if value is None:
        return {}
    is_blank = not (value.where or value.decided_by or value.text)
    self_ = sight.actor.name if is_blank and sight.actor.name.startswith(_PHYSICIANS) else ""
    return {"where": value.where, "decided_by": value.decided_by or self_, "text": value.text}


def held_for(sight: Sight) -> str:
    """« Psychiatrie, soins libres »: the former decision that the bed held was obtained for; empty where it serves."""
    bed, told = sight.course.requests.get(BED), sight.last.get(f"request:{BED}")
    if bed is None or bed.state.meaning is not Meaning.DONE or told is None:
        return ""
    purpose = told.payload.purpose if isinstance(told.payload, RequestChanged) else ""
    stored = readable(sight.noted, "decision") if sight.noted else None
    if not purpose or stored is UNREADABLE:
        return ""
    decision: Decision | None = sight.value("decision")
    return "" if decision and decision.choice == purpose else Outlook(purpose).label


def bed_badge(former: str) -> str:
    """What the bed's line says of a bed obtained for a former decision."""
    return f"Obtenu pour «{NARROW}{former}{NARROW}»" if former else ""
