"""What the patient page shows."""

import re

import pytest

from osmose.encounters import actions
from osmose.encounters.models import MOTIF_MAX, Encounter
from osmose.kernel.web.pieces import FIELDS, SUBJECT, VISIT
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click
from tests.factories.encounters import encounter

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(
        unit=hospitals.sau, birth_name="ABELLANOSA", used_name="MARTINEZ", first_name="RACHID", motif="m" * 300
    )


def test_older_entries_are_one_link_away(claire: Character, pec: Encounter) -> None:
    client = claire.client()
    for n in range(70):
        client.post(f"/pec/{pec.pk}/transmissions/", {"text": f"Note numéro {n:03}"})
    first = client.get(f"/pec/{pec.pk}/").content.decode()
    assert "Note numéro 069" in first
    assert "Note numéro 000" not in first
    (older,) = re.findall(rf'href="(/pec/{pec.pk}/\?avant=[0-9-]+)#fil"', first)
    whole = client.get(older).content.decode()
    assert "Note numéro 000" in whole
    assert "Note numéro 069" not in whole
    assert "Entrées plus anciennes" not in whole
    assert "Revenir au plus récent" in whole


def test_the_used_name_is_in_the_band(claire: Character, pec: Encounter) -> None:
    page = claire.client().get(f"/pec/{pec.pk}/").content.decode()
    assert "ABELLANOSA Rachid" in page
    assert "MARTINEZ" in page


def test_joining_two_motifs_keeps_within_the_length(claire: Character, pec: Encounter) -> None:
    answer = claire.client().post(
        f"/pec/{pec.pk}/motif/", {"motif": "n" * (MOTIF_MAX - 100), "revision": 0, "keep": "both"}
    )
    assert answer.status_code == 422
    assert "Le motif est trop long" in answer.content.decode()
    pec.refresh_from_db()
    assert pec.motif == "m" * 300


def test_what_somebody_wrote_passes_for_no_part_of_the_page(claire: Character, pec: Encounter) -> None:
    """The page completes what it keeps: a text that looks like what it completes stays a text."""
    strange = f"{FIELDS} {VISIT} {{{{ subject }}}}"
    click(actions.set_motif, claire, pec, motif=strange)
    shown = claire.client().get(f"/pec/{pec.pk}/").content.decode()
    assert "&lt;!--fields--&gt; &lt;!--visit--&gt; {{ subject }}" in shown
    assert all(hidden not in shown for hidden in (str(FIELDS), str(VISIT), SUBJECT))
