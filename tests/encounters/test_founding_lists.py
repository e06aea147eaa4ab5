"""What a new establishment begins with."""

import pytest

from osmose.encounters.models import ModeOfArrival
from osmose.encounters.operations.founding_lists import (
    FAVOURITE_MOTIFS,
    OTHER_MOTIFS,
    create_founding_modes,
    create_founding_motifs,
)
from osmose.encounters.queries import FOUNDING_MODES, modes_of, motifs_of
from tests.cast import Hospitals

pytestmark = pytest.mark.django_db


def test_motifs_are_offered_favourites_first(hospitals: Hospitals) -> None:
    create_founding_motifs(hospitals.perpignan)
    labels = [motif.label for motif in motifs_of(hospitals.perpignan.pk, hospitals.sau.pk)]
    assert labels == [*FAVOURITE_MOTIFS, *OTHER_MOTIFS]
    assert len(set(labels)) == len(labels)
    assert not motifs_of(hospitals.narbonne.pk, hospitals.narbonne_sau.pk)


def test_modes_are_the_founding_ones_with_their_transport(hospitals: Hospitals) -> None:
    create_founding_modes(hospitals.perpignan)
    assert [(m.code, m.label) for m in modes_of(hospitals.perpignan.pk)] == [(m.code, m.label) for m in FOUNDING_MODES]
    assert ModeOfArrival.objects.get(code="pompiers").transport == "VSAB"
