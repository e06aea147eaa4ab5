"""What a door declares: who may, on what, what the journal says; and the register of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.request import Listing, StaffRequest

View = Callable[..., HttpResponse]


class Loader(Protocol):
    """Fetches the subject through the policy's rows; None answers 404."""

    def __call__(self, request: StaffRequest, policy: Policy[Any], **kwargs: Any) -> Any: ...


Lister = Callable[..., Listing]


@dataclass(frozen=True)
class Visitors:
    """Who may knock at a door that is not for the staff: how they are recognised, and what a stranger is answered.

    Nobody's session opens such a door, and nothing that opens it opens another one.
    """

    actor: Callable[[HttpRequest, datetime], Actor | None]
    stranger: Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, eq=False)
class Door:
    """One address. `get` and `post` are views; with `subject`, they receive what it loaded instead of raw ids.

    `listing` resolves and journals the ids of a list before `get` (or, with `post_reads`, `post`) renders them.
    `fragment`: part of a page already journaled, named by its visit. `replay` shows the outcome of a submission
    already carried out; `refused` draws the page again with the refusal on its field and the typed text kept.
    `display`: a list that stays up with nobody before it; the journal has a line each time what it shows changes.
    `visitors`: none for the staff.
    """

    route: str
    name: str
    may: Policy[Any]
    get: View | None = None
    post: View | None = None
    subject: Loader | None = None
    listing: Lister | None = None
    journal: Verb | None = None
    fragment: bool = False
    post_reads: bool = False
    replay: View | None = None
    refused: View | None = None
    display: bool = False
    visitors: Visitors | None = None

    def __post_init__(self) -> None:
        if self.get is None and self.post is None:
            raise TypeError(f"{self.name}: a door opens on something.")
        shows = self.subject is not None or self.listing is not None
        if self.get is not None and shows and self.journal is None:
            raise TypeError(f"{self.name}: what is shown is journaled; say under which verb.")
        _doors[self.name] = self


@dataclass(frozen=True, eq=False)
class OpenDoor:
    """An address for anybody, with the reason why it may be."""

    route: str
    name: str
    view: View
    reason: str

    def __post_init__(self) -> None:
        _open_doors[self.name] = self


_doors: dict[str, Door] = {}
_open_doors: dict[str, OpenDoor] = {}


def doors() -> dict[str, Door]:
    """Every declared door by name."""
    return dict(_doors)


def open_doors() -> dict[str, OpenDoor]:
    return dict(_open_doors)
