"""What an establishment and a unit offer to click on, kept in process memory until the reference data move."""

import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass

from osmose.encounters.models import Encounter, Motif, RequestKind
from osmose.encounters.queries.reference import Mode, kinds_of, modes_of, motifs_of

# A region's units; one entry is some kilobytes.
_MOST = 500
_Key = tuple[uuid.UUID, uuid.UUID, int]
_kept: OrderedDict[_Key, "Offers"] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Offers:
    """Kinds of request, modes of arrival, motifs: to be read, never changed."""

    kinds: tuple[RequestKind, ...]
    modes: tuple[Mode, ...]
    motifs: tuple[Motif, ...]


def offers_of(encounter: Encounter) -> Offers:
    """What the page of a PEC loaded by `one` offers: three queries once an epoch of the reference data, else none.

    The epoch was read before the data: what is kept may be newer than its key says, never older.
    """
    key = (encounter.establishment_id, encounter.care_unit_id, int(getattr(encounter, "epoch", None) or 0))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    offers = Offers(
        tuple(kinds_of(encounter.establishment_id)),
        modes_of(encounter.establishment_id),
        tuple(motifs_of(encounter.establishment_id, encounter.care_unit_id)),
    )
    with _lock:
        _kept[key] = offers
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return offers
