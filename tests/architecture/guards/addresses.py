"""Every address is a door, an open door with its reason, or exempt by name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver

from osmose.kernel.web.doors import Door, OpenDoor


def patterns(entries: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(route, pattern) of every leaf of the resolver."""
    for entry in entries:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, route)
        else:
            yield route, entry


def undeclared(entries: Iterable[URLPattern | URLResolver], exempt: Iterable[str]) -> list[str]:
    """Addresses that declare nothing, open ones without a reason, and exemptions that no address needs any more."""
    needed, allowed, faults = set(), set(exempt), []
    for route, pattern in patterns(entries):
        declared = getattr(pattern.callback, "door", None)
        if isinstance(declared, Door):
            if pattern.name != declared.name:
                faults.append(f"/{route}: the door {declared.name} is mounted as {pattern.name}.")
        elif isinstance(declared, OpenDoor):
            if len(declared.reason.split()) < 4:
                faults.append(f"/{route}: open without a stated reason.")
        elif pattern.name in allowed:
            needed.add(pattern.name)
        else:
            faults.append(f"/{route}: neither a door nor exempt by name.")
    return faults + [f"« {name} » is exempt, and no address bears that name." for name in sorted(allowed - needed)]


def unmounted(entries: Iterable[URLPattern | URLResolver], doors: Mapping[str, Any]) -> list[str]:
    """Doors declared that lead nowhere: a view nobody reaches, or reached by another way."""
    mounted = {id(getattr(pattern.callback, "door", None)) for _, pattern in patterns(entries)}
    return [f"door {name}: declared and not mounted." for name, door in doors.items() if id(door) not in mounted]
