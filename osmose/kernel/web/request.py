"""The request as views see it: typed, with one actor and one clock."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from osmose.kernel.access.actor import Actor


class StaffRequest(HttpRequest):
    """A request behind a door: memberships loaded once, one instant for the whole request."""

    actor: Actor
    now: datetime
    door: Any
    visit: uuid.UUID | None
    refusal: Any
    listed: "Listing | None"  # what a refused post shows again besides its subject: journaled before it is sent


@dataclass(frozen=True)
class Listing:
    """What a list is about to show: the ids that the policy gave, journaled before any of them is rendered.

    `version` is an opaque word that changes when anything shown changes: an equal one gets 204.
    """

    subjects: tuple[uuid.UUID, ...]
    persons: tuple[uuid.UUID, ...]
    version: str = ""
    rows: Any = None


def is_htmx(request: HttpRequest) -> bool:
    """True for a fragment request sent by htmx."""
    return request.headers.get("HX-Request") == "true"
