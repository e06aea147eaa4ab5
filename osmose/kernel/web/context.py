"""What every page needs, without a query."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.base.clock import now

THEMES = {"light": "light", "night": "night"}


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the rail: an address, its word, its icon, and for whom.

    `count_url` names the door that draws its count: the page asks for it once it is there, so that none waits for it.
    """

    label: str
    url_name: str
    icon: str
    roles: frozenset[Any]
    count_url: str = ""


@dataclass(frozen=True)
class TopPiece:
    """A piece at the right of every page's top, drawn by a door of its own once the page is there.

    Until then, and without scripts, a link to `url_name` stands for it.
    """

    label: str
    name: str
    url_name: str
    icon: str
    roles: frozenset[Any]


_top: list[TopPiece] = []
_navigation: list[NavigationItem] = []
_menu: list[NavigationItem] = []
_record = ""
_registering: list[tuple[NavigationItem, Callable[[Actor], bool]]] = []


def add_navigation(
    label: str, url_name: str, icon: str, *, roles: frozenset[Any] = CLINICAL, count_url: str = ""
) -> None:
    """An app above tells its entry of the rail, in order."""
    _navigation.append(NavigationItem(label, url_name, icon, roles, count_url))


def add_menu_item(label: str, url_name: str, icon: str, *, roles: frozenset[Any] = frozenset()) -> None:
    """An app above tells its entry of the person's menu, for these roles; for everybody where none is given."""
    _menu.append(NavigationItem(label, url_name, icon, roles))


def records_are_at(url_name: str) -> None:
    """An app above tells the address of a record, which takes its identifier."""
    global _record  # noqa: PLW0603 - one address, told when the screens are ready
    _record = url_name


def record_url(subject_id: uuid.UUID) -> str:
    """Where a record is shown; its page judges by itself who may see it."""
    return reverse(_record, args=[subject_id])


def add_top_piece(label: str, name: str, url_name: str, icon: str, *, roles: frozenset[Any] = CLINICAL) -> None:
    """An app above tells a piece of the top of every page: `name` is the door that draws it."""
    _top.append(TopPiece(label, name, url_name, icon, roles))


def registers_when(label: str, url_name: str, answer: Callable[[Actor], bool]) -> None:
    """An app above tells the button that opens a new record (shortcut n), and who is offered it."""
    _registering.append((NavigationItem(label, url_name, "plus", frozenset()), answer))


def _register(actor: Actor | None) -> dict[str, str] | None:
    for item, answer in _registering:
        if actor is not None and answer(actor):
            return {"label": item.label, "url": reverse(item.url_name)}
    return None


def landing(actor: Actor) -> str | None:
    """The address of the first entry of the rail that is for this person; None where there is none."""
    return next((reverse(item.url_name) for item in _ordered() if actor.has_role(*item.roles)), None)


def _ordered() -> list[NavigationItem]:
    """Care before settings, for who does both."""
    return sorted(_navigation, key=lambda item: not item.roles & CLINICAL)


def _items(request: HttpRequest, actor: Any) -> list[dict[str, Any]]:
    shown = []
    for item in _ordered():
        if actor is not None and actor.has_role(*item.roles):
            url = reverse(item.url_name)
            current = request.path == url or (url != "/" and request.path.startswith(url))
            count = reverse(item.count_url) if item.count_url else ""
            shown.append(
                {
                    "label": item.label,
                    "url": url,
                    "icon": item.icon,
                    "current": current,
                    "name": item.url_name,
                    "count_url": count,
                }
            )
    return shown


def _pieces(actor: Any) -> list[dict[str, str]]:
    return [
        {"name": p.name, "piece_url": reverse(p.name), "label": p.label, "url": reverse(p.url_name), "icon": p.icon}
        for p in _top
        if actor is not None and actor.has_role(*p.roles)
    ]


def _menu_of(actor: Any) -> list[dict[str, str]]:
    shown = [i for i in _menu if actor is not None and (not i.roles or actor.has_role(*i.roles))]
    return [{"label": item.label, "url": reverse(item.url_name), "icon": item.icon} for item in shown]


def page(request: HttpRequest) -> dict[str, Any]:
    """`page` and `actor` for the base template; both exist on every page, error pages included."""
    actor = getattr(request, "actor", None)
    acting = actor.acting if actor is not None else None
    return {
        "actor": actor,
        "page": {
            "theme": THEMES.get(request.COOKIES.get("theme", ""), ""),
            "nav": _items(request, actor),
            "menu": _menu_of(actor),
            "poll_seconds": settings.POLL_SECONDS,  # type: ignore[misc]  # the settings are built, not listed
            "stream": settings.STREAM_TICKETS,  # type: ignore[misc]
            "top": _pieces(actor),
            "server_now": getattr(request, "now", None) or now(),
            "unit_label": acting.unit_label if acting else "",
            "unit_id": acting.unit_id if acting else None,
            "units": list(actor.memberships) if actor is not None else [],
            "register": _register(actor),
            "visit": getattr(request, "visit", None),
        },
    }
