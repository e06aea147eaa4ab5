"""A kind of request that exists: its words change, what requests rest on doesn't."""

import pytest

from osmose.encounters.models import RequestKind
from osmose.encounters.queries import kinds_of
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.administration import KINDS, Desk, text
from tests.factories import encounters

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(paul: Character, hospitals: Hospitals) -> Desk:
    made = Desk(paul)
    made.client.post("/compte/unite/", {"unit": str(hospitals.sau.pk), "next": KINDS})
    return made


@pytest.fixture
def imaging(hospitals: Hospitals) -> RequestKind:
    return encounters.kinds(hospitals.perpignan)["imaging"]


def fresh(kind: RequestKind) -> RequestKind:
    return RequestKind.objects.get(pk=kind.pk)


def test_words_icon_and_order_change_and_codes_stay(desk: Desk, imaging: RequestKind, claire: Character) -> None:
    path = f"{KINDS}{imaging.pk}/"
    codes = [status["code"] for status in imaging.statuses]
    assert "Radio prescrite" in text(desk.type(path, short_label="Radio", word_1="Prescrite", preview="1"))
    assert fresh(imaging).short_label == imaging.short_label
    answer = desk.type(path, label="Radiologie", short_label="Radio", word_1="Prescrite", icon="stethoscope", order="7")
    assert answer["Location"] == KINDS
    changed = fresh(imaging)
    assert (changed.label, changed.short_label, changed.icon, changed.order, changed.code) == (
        "Radiologie",
        "Radio",
        "stethoscope",
        7,
        "imaging",
    )
    assert [status["code"] for status in changed.statuses] == codes
    assert changed.statuses[1]["word"] == "Prescrite"
    assert changed.transitions == imaging.transitions
    entry = timeline.of(imaging.pk)[0]
    assert entry.sentence == "Type de demande modifié\u202f: Radiologie"
    assert "libellé\u202f: Imagerie → Radiologie" in entry.detail
    assert "états" in entry.detail
    assert "passages" not in entry.detail


def test_a_kind_saved_as_it_is_changes_nothing(desk: Desk, hospitals: Hospitals) -> None:
    for kind in encounters.kinds(hospitals.perpignan).values():
        assert desk.type(f"{KINDS}{kind.pk}/").status_code == 302
        assert timeline.of(kind.pk) == []
        assert fresh(kind).transitions == kind.transitions
        assert list(fresh(kind).addressees.all()) == list(kind.addressees.all())


def test_a_state_that_served_stays_and_keeps_its_sense(desk: Desk, imaging: RequestKind, hospitals: Hospitals) -> None:
    pec = encounters.encounter(unit=hospitals.sau)
    encounters.request(pec, "imaging", "asked")
    encounters.request(pec, "imaging", "running")
    path, line = f"{KINDS}{imaging.pk}/", [status["code"] for status in imaging.statuses].index("asked")
    typed = {f"word_{line}": "", "passages": ["0-2", "2-3", "3-2", "0-3", "0-4", "0-5", "0-6", "0-7"]}
    page = text(desk.type(path, **typed), 409)
    assert "L’état «\u202fDemandée\u202f» a déjà servi" in page
    page = text(desk.type(path, **{f"meaning_{line}": "done"}), 409)
    assert "son sens ne peut plus changer" in page
    assert fresh(imaging).statuses == imaging.statuses
    assert desk.type(path, **{f"word_{line}": "Voulue"}).status_code == 302


def test_a_state_added_by_mistake_can_be_taken_away(desk: Desk, imaging: RequestKind) -> None:
    path, count = f"{KINDS}{imaging.pk}/", len(imaging.statuses)
    passages = desk.open(path)["passages"]
    desk.type(path, **{f"word_{count}": "À refaire", f"meaning_{count}": "waiting"}, passages=[*passages, f"0-{count}"])
    assert [status["code"] for status in fresh(imaging).statuses][count:] == ["a-refaire"]
    desk.type(path, **{f"word_{count}": ""})
    assert fresh(imaging).statuses == imaging.statuses


def test_addressees_change(desk: Desk, hospitals: Hospitals) -> None:
    kind = encounters.kinds(hospitals.perpignan)["psychiatry"]
    desk.type(f"{KINDS}{kind.pk}/", addressees=[str(hospitals.psyli.pk)])
    assert list(fresh(kind).addressees.all()) == [hospitals.psyli]
    assert "unités destinataires\u202f: " in timeline.of(kind.pk)[0].detail


def test_a_kind_is_ended_and_restored(desk: Desk, imaging: RequestKind, hospitals: Hospitals) -> None:
    offer = f"{KINDS}{imaging.pk}/offre/"
    assert desk.client.post(offer, {"offer": "0"}).status_code == 302
    assert imaging not in kinds_of(hospitals.perpignan.pk)
    page = desk.get(KINDS)
    assert "Hors service" in page
    assert "Remettre en service" in desk.get(f"{KINDS}{imaging.pk}/")
    assert desk.client.post(offer, {"offer": "1"}).status_code == 302
    assert imaging in kinds_of(hospitals.perpignan.pk)
    assert [line.sentence.partition("\u202f")[0] for line in timeline.of(imaging.pk)] == [
        "Type de demande remis en service",
        "Type de demande retiré",
    ]


def test_what_is_wrong_is_said_and_kept(desk: Desk, imaging: RequestKind) -> None:
    page = text(desk.type(f"{KINDS}{imaging.pk}/", label="", order="-1", word_0=""), 422)
    for sentence in ("Donnez un nom", "L’ordre va de 0 à 30 000", "Rien n’est encore enregistré"):
        assert sentence in page
