"""To whom one's patients may be offered: the staff of the units that take part, and how many each can receive."""

from collections.abc import Iterable
from dataclasses import dataclass

from osmose.accounts.queries import staff_of_units
from osmose.encounters.lifecycle.relays import Standing, cannot_receive
from osmose.encounters.operations.standing import units_taking_part
from osmose.encounters.queries.charge import Mine
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.queries import by_label, units_named


@dataclass(frozen=True)
class Receiver:
    """Somebody in the list: why they can't be chosen, or how many of the patients they can receive."""

    id: str
    name: str
    note: str
    is_possible: bool


Unit = tuple[str, tuple[Receiver, ...]]


def receivers(request: StaffRequest, mine: Iterable[Mine]) -> tuple[Unit, ...]:
    """The people by unit, those who can receive none included, with the reason: three queries."""
    encounters = {one.encounter.pk for one in mine}
    taking_part = units_taking_part(encounters, request.now)
    ids = {unit for units in taking_part.values() for unit in units}
    staff = staff_of_units(ids, request.now, *CLINICAL)
    works_in: dict[str, set[object]] = {}
    for unit_id, people in staff.items():
        for person in people:
            works_in.setdefault(str(person.pk), set()).add(unit_id)
    found = []
    for unit in by_label(units_named(ids).values()):
        options = []
        for person in staff.get(unit.pk, ()):
            if person.pk == request.actor.id:
                continue
            held = frozenset(u for u in ids if u in works_in[str(person.pk)])
            standing = Standing(person.pk, person.is_active, True, held)
            able = sum(1 for units in taking_part.values() if not cannot_receive(standing, units))
            options.append(_receiver(str(person.pk), str(person), able, len(encounters)))
        if options:
            found.append((unit.short_name, tuple(options)))
    return tuple(found)


def _receiver(pk: str, name: str, able: int, count: int) -> Receiver:
    if able == count:
        return Receiver(pk, name, "", True)
    if not able:
        return Receiver(pk, name, "ne prend part à aucune de ces prises en charge", False)
    return Receiver(pk, name, f"{able} de ces {count} patients", True)
