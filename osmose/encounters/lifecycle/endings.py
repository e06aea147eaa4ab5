"""What stands in the way of ending a unit, a place or a state of a request; nobody is named."""

from osmose.encounters.lifecycle.requests import RequestTable


def unit_in_use(count: int) -> str:
    """Why the unit can't close, or nothing."""
    if not count:
        return ""
    if count == 1:
        return "Une prise en charge non clôturée dépend encore de cette unité\u202f: clôturez-la ou passez le relais."
    return f"{count} prises en charge non clôturées dépendent encore de cette unité\u202f: clôturez-les d’abord."


def location_in_use(count: int) -> str:
    """What must be confirmed before a place with patients in it ends, or nothing."""
    if not count:
        return ""
    here = "Un patient s’y trouve" if count == 1 else f"{count} patients s’y trouvent"
    return f"{here} en ce moment. Cochez la case pour retirer cette localisation quand même."


def lost_states(before: RequestTable, after: RequestTable) -> dict[str, str]:
    """The states that a new table takes away or gives another meaning, by code, with why not if one served."""
    meanings = {status.code: status.meaning for status in after.statuses}
    lost = {}
    for status in before.statuses:
        word = f"L’état «\u202f{status.word}\u202f» a déjà servi\u202f: "
        if status.code not in meanings:
            lost[status.code] = f"{word}changez son mot si besoin, sans le supprimer."
        elif meanings[status.code] is not status.meaning:
            lost[status.code] = f"{word}son sens ne peut plus changer."
    return lost
