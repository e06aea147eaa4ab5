"""The relais that wait for an answer, as the board knows them: who, how many, since when; nothing of any patient."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache


@dataclass(frozen=True)
class PendingRelay:
    """A relais that names the actor: with whom, and whether it is theirs to answer."""

    id: uuid.UUID
    other: str
    is_giver: bool
    is_asked: bool
    sent_at: datetime
    due_at: datetime
    patients: int

    @property
    def is_mine_to_answer(self) -> bool:
        """The taker answers an offer, the giver what was asked."""
        return self.is_giver is self.is_asked

    def is_late(self, now: datetime) -> bool:
        """« Sans réponse »."""
        return now >= self.due_at


@lru_cache(maxsize=1024)
def read_relays(text: str, user_id: uuid.UUID) -> tuple[PendingRelay, ...]:
    """What `listing.PENDING_RELAYS` wrote, for one of the two people."""
    relays = []
    for pk, is_asked, giver, giver_name, _, taker_name, sent_at, due_at, patients in json.loads(text):
        is_giver = uuid.UUID(giver) == user_id
        relays.append(
            PendingRelay(
                id=uuid.UUID(pk),
                other=taker_name if is_giver else giver_name,
                is_giver=is_giver,
                is_asked=is_asked,
                sent_at=datetime.fromisoformat(sent_at),
                due_at=datetime.fromisoformat(due_at),
                patients=patients,
            )
        )
    return tuple(relays)
