"""The interviews of a request, read inside the request's own query: neither a page nor a list asks once more."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from osmose.accounts.models import User
from osmose.encounters.lifecycle.interviews import Interview, InterviewState, Pause
from osmose.encounters.models import Interruption, Intervention, ServiceRequest
from osmose.kernel.db import embedded

_USER = ("id", "function", "given_name", "family_name")
_HOURS = ("id", "data_key_id", "request_id", "professional_id", "started_at", "ended_at")
_PAUSE = ("id", "data_key_id", "intervention_id", "starts_at", "ends_at", "expected_at")


@dataclass(frozen=True)
class Held:
    """One professional's interview as it is read: its row, its interruptions in order."""

    row: Intervention
    pauses: tuple[Interruption, ...]

    @property
    def hours(self) -> Interview:
        pauses = tuple(Pause(p.starts_at, p.ends_at, p.expected_at) for p in self.pauses)
        return Interview(self.row.started_at, self.row.ended_at, pauses)

    @property
    def state(self) -> InterviewState:
        return self.hours.state

    @property
    def professional(self) -> User:
        return self.row.professional

    @property
    def short(self) -> str:
        """« Martin D. », as a row of the board has room for."""
        user = self.row.professional
        return f"{user.given_name} {user.family_name[:1]}." if user.given_name else user.family_name

    @property
    def pause(self) -> Interruption | None:
        """The interruption that lasts."""
        return self.pauses[-1] if self.state is InterviewState.PAUSED else None


def interviews(*, is_whole: bool) -> ArraySubquery:
    """The interviews of each request as JSON; with reasons and conclusions where `is_whole`."""
    paused = Interruption.objects.filter(intervention=OuterRef("pk"), cancelled_at=None).order_by("starts_at", "id")
    pause = embedded.columns(*_PAUSE, *(("reason",) if is_whole else ()))
    rows = Intervention.objects.filter(request=OuterRef("pk"), cancelled_at=None).order_by("started_at", "id")
    return ArraySubquery(
        rows.values(
            json=embedded.columns(
                *_HOURS,
                *(("conclusion", "ended_by") if is_whole else ()),
                professional=JSONObject(**{name: F(f"professional__{name}") for name in _USER}),
                interruptions=ArraySubquery(paused.values(json=pause)),
            )
        )
    )


def interviews_of(request: ServiceRequest) -> tuple[Held, ...]:
    """The interviews of a request that was read with them, the first begun first."""
    return tuple(map(_held, getattr(request, "interviews_json", None) or ()))


def _held(stored: dict[str, Any]) -> Held:
    row = embedded.revived(Intervention, stored)
    row.professional = embedded.revived(User, stored["professional"])
    return Held(row, tuple(embedded.revived(Interruption, pause) for pause in stored["interruptions"]))
