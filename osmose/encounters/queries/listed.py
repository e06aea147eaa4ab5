"""A PEC as a list knows it before it shows anything: ids, times and codes, nothing that is encrypted."""

import hashlib
import json
import uuid
from collections.abc import Hashable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from osmose.encounters.lifecycle import OPEN, EncounterStatus, Meaning, Place, is_deceased
from osmose.encounters.lifecycle.waiting import Asked, Waits, psychiatric_meanings
from osmose.organisations.models import DataCategory

_PLACE = tuple(field.name for field in fields(Place))


@dataclass(frozen=True, slots=True)
class InCharge:
    """One référent: the role, and who in few words."""

    role: str
    user_id: uuid.UUID
    function: str
    given_name: str
    family_name: str

    @property
    def words(self) -> str:
        """« IDE Claire Morel »."""
        return " ".join(part for part in (self.function, self.given_name, self.family_name) if part)

    @property
    def short(self) -> str:
        """« IDE Morel »."""
        return " ".join(part for part in (self.function, self.family_name) if part)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A PEC as a list knows it before it shows anything, masked to what the actor's grants open.

    `shares_box` and `has_twin` (another open PEC of the same patient) are facts of other PECs, told on the side of the
    establishment only; `passages` is how many times the patient came in the 30 days up to this arrival, this one
    included, among what the actor may read. Nobody waits for anything for somebody who died, nor worries any more.
    """

    id: uuid.UUID
    patient_id: uuid.UUID
    establishment_id: uuid.UUID
    version: int
    patient_version: int
    epoch: int
    is_readable: bool
    is_protected: bool
    status: str
    arrived_at: datetime
    exited_at: datetime | None
    closed_at: datetime | None
    unit_id: uuid.UUID
    unit: str
    place: Place
    place_order: int
    is_of_concern: bool
    is_missing: bool
    is_deceased: bool
    triage: str
    requests: tuple[Asked, ...]
    in_charge: tuple[InCharge, ...]
    scope: frozenset[str]
    is_own_side: bool
    passages: int
    shares_box: bool
    has_twin: bool

    @cached_property
    def waits(self) -> Waits:
        return Waits.of(self.requests)

    @cached_property
    def psychiatry(self) -> frozenset[Meaning]:
        return psychiatric_meanings(self.requests)

    @property
    def is_active(self) -> bool:
        return self.status == EncounterStatus.ACTIVE

    @property
    def has_exited(self) -> bool:
        """Gone, and not closed yet."""
        return self.status == EncounterStatus.EXITED

    @property
    def has_result_to_see(self) -> bool:
        return any(request.meaning is Meaning.AVAILABLE for request in self.requests)

    @property
    def is_closed(self) -> bool:
        return self.status == EncounterStatus.CLOSED

    @cached_property
    def state(self) -> Hashable:
        """All that its row is drawn from, the day apart: when none of it moves, neither do the bytes."""
        return (self.version, self.patient_version, self.epoch, self.is_readable, self.in_charge)

    @cached_property
    def variant(self) -> Hashable:
        """For whom it is drawn, with the facts of other PECs that this audience is told."""
        return (self.audience, self.passages, self.shares_box, self.has_twin)

    @cached_property
    def fingerprint(self) -> str:
        """A word that changes whenever its row does, for anybody and in every process."""
        return hashlib.sha256(repr((self.id, self.state, self.variant)).encode()).hexdigest()[:16]

    @cached_property
    def audience(self) -> "Audience":
        return Audience(tuple(sorted(self.scope)), self.is_own_side)


@dataclass(frozen=True)
class Audience:
    """Who sees the same bytes: the categories that are open to them, and whether the establishment is theirs."""

    scope: tuple[str, ...]
    is_own_side: bool


@lru_cache(maxsize=4096)
def read(pk: uuid.UUID, state: tuple[int, int], head: str, body: str, own: frozenset[uuid.UUID]) -> Listed:
    """One row of `listing.LISTING`, in its order; `state` is its version and the epoch, `own` the actor's hospitals.

    The same texts say the same thing: they are parsed once. It is the database that is asked, at every request.
    """
    version, epoch = state
    patient_id, patient_version, is_protected, is_readable, shares_box, scopes, passages, has_twin = json.loads(head)
    stored: list[Any] = json.loads(body)
    (establishment, status, arrived_at, exited_at, closed_at, unit_id, unit, *rest) = stored
    (is_of_concern, triage, is_missing, exit_mode, *place, place_order, requests, in_charge) = rest
    scope, establishment_id = frozenset((scopes or "").split(",")) - {""}, uuid.UUID(establishment)
    is_own_side, died = establishment_id in own, is_deceased(exit_mode)
    return Listed(
        id=pk,
        patient_id=uuid.UUID(patient_id),
        establishment_id=establishment_id,
        version=version,
        patient_version=patient_version,
        epoch=epoch,
        is_readable=is_readable,
        is_protected=is_protected,
        status=status,
        arrived_at=datetime.fromisoformat(arrived_at),
        exited_at=_instant(exited_at),
        closed_at=_instant(closed_at),
        unit_id=uuid.UUID(unit_id),
        unit=unit,
        place=Place.from_json(dict(zip(_PLACE, place, strict=True))),
        place_order=place_order,
        is_of_concern=is_of_concern and not died,
        is_missing=is_missing and status == EncounterStatus.ACTIVE,
        is_deceased=died,
        triage=triage,
        # Without the requests, a partner neither sees them nor counts them, nor has a list ordered by them.
        requests=tuple(map(_asked, requests)) if DataCategory.REQUESTS in scope and not died else (),
        in_charge=tuple(InCharge(role, uuid.UUID(user), *words) for role, user, *words in in_charge),
        scope=scope,
        is_own_side=is_own_side,
        passages=passages,
        shares_box=shares_box and is_own_side and status == EncounterStatus.ACTIVE,
        has_twin=has_twin and is_own_side and status in OPEN,
    )


def _instant(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


def _asked(stored: list[Any]) -> Asked:
    meaning, is_psychiatric, requested_at, changed_at, unit, unit_name = stored
    return Asked(
        meaning=Meaning(meaning) if meaning else Meaning.NONE,
        is_psychiatric=is_psychiatric,
        requested_at=_instant(requested_at),
        changed_at=datetime.fromisoformat(changed_at),
        unit_id=uuid.UUID(unit) if unit else None,
        unit=unit_name or "",
    )
