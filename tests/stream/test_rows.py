"""What changes reaches the screens of those who may see it, drawn as the board draws it."""

import re

import pytest

from osmose.encounters.actions import set_motif, set_place
from osmose.kernel.base import clock
from osmose.kernel.events import tell
from osmose.organisations.models import CareUnit
from tests.cast import Character, Hospitals
from tests.encounters.test_relays import offer
from tests.factories import encounters as make
from tests.factories.expected import announced
from tests.factories.sectors import assign
from tests.stream.client import Source
from tests.stream.conftest import Listen, quiet


def test_an_arrival_reaches_its_unit_and_nobody_elses(
    hospitals: Hospitals, hugo: Character, zoe: Character, listen: Listen
) -> None:
    theirs, elsewhere = listen(hugo), listen(zoe)
    pec = make.encounter(unit=hospitals.sau, birth_name="LENOIR", motif="Chute")
    told = theirs.wait("row").data
    assert told["id"] == str(pec.pk)
    assert told["html"].startswith("<tr")
    assert "LENOIR" in told["html"]
    assert "Chute" in told["html"]
    assert told["card"].startswith("<li")
    assert "LENOIR" in told["card"]
    assert f'data-version="{told["version"]}"' in told["html"]
    quiet(zoe, elsewhere)
    assert elsewhere.of("row") == []
    assert "LENOIR" not in elsewhere.raw.decode()


def test_the_row_is_the_boards_own(hospitals: Hospitals, claire: Character, hugo: Character, listen: Listen) -> None:
    pec = make.encounter(unit=hospitals.sau, motif="Chute")
    stream = listen(hugo)
    set_motif(actor=claire.actor, encounter=pec, motif="Plaie du cuir chevelu", revision=None, now=clock.now())
    pushed = stream.wait("row").data["html"]
    page = hugo.client().get("/pec/").content.decode()
    drawn = re.search(rf'<tr id="pec-{pec.pk}".*?</tr>', page, re.DOTALL)
    assert drawn is not None
    assert re.sub(r"<!--.*?-->", "", pushed).strip() == re.sub(r"<!--.*?-->", "", drawn.group()).strip()


def test_a_change_is_told_once_to_each_screen_with_growing_numbers(
    hospitals: Hospitals, claire: Character, hugo: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    one, other = listen(hugo), listen(claire)
    for motif in ("Chute", "Malaise", "Plaie"):
        set_motif(actor=claire.actor, encounter=pec, motif=motif, revision=None, now=clock.now())
        for stream in (one, other):
            stream.wait("row", lambda row, motif=motif: motif in row["html"])
    for stream in (one, other):
        numbers = [event.id for event in stream.events]
        assert numbers == sorted(set(numbers))
        versions = [row["version"] for row in stream.of("row")]
        assert len(versions) == len(set(versions))


def test_the_place_moves_with_the_patient_and_not_with_the_words(
    hospitals: Hospitals, claire: Character, hugo: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    stream = listen(hugo)
    set_motif(actor=claire.actor, encounter=pec, motif="Malaise", revision=None, now=clock.now())
    first = stream.wait("row", lambda row: "Malaise" in row["html"]).data
    set_motif(actor=claire.actor, encounter=pec, motif="Vertige", revision=None, now=clock.now())
    second = stream.wait("row", lambda row: "Vertige" in row["html"]).data
    assert second["place"] == first["place"]
    box = hospitals.place("BOX-3")
    set_place(actor=claire.actor, encounter=pec, place=f"|{box.pk}", revision=None, now=clock.now())
    third = stream.wait("row", lambda row: "Box 3" in row["html"]).data
    assert third["place"] != first["place"]


def test_whoever_shares_a_box_is_told_of_the_other(
    hospitals: Hospitals, claire: Character, hugo: Character, listen: Listen
) -> None:
    box = hospitals.place("BOX-3")
    first, second = make.encounter(unit=hospitals.sau, box=box), make.encounter(unit=hospitals.sau)
    stream = listen(hugo)
    shared = {"place": f"|{box.pk}", "revision": None, "now": clock.now(), "reason": "Deux brancards"}
    set_place(actor=claire.actor, encounter=second, **shared)
    stream.wait("row", lambda row: row["id"] == str(first.pk) and "partagé" in row["html"])
    make.place(second, None)
    stream.wait("row", lambda row: row["id"] == str(first.pk) and "partagé" not in row["html"])


def test_another_passage_of_the_patient_moves_the_first(hospitals: Hospitals, hugo: Character, listen: Listen) -> None:
    first = make.encounter(unit=hospitals.sau)
    stream = listen(hugo)
    make.encounter(unit=hospitals.sau, patient=first.patient)
    stream.wait("row", lambda row: row["id"] == str(first.pk))


def test_the_reference_data_change_the_epoch(hospitals: Hospitals, hugo: Character, listen: Listen) -> None:
    make.encounter(unit=hospitals.sau)
    stream = listen(hugo)
    before = stream.wait("hello").data["epoch"]
    assert before[0].isdigit()
    CareUnit.objects.filter(pk=hospitals.sau.pk).update(short_name="Urgences")
    make.encounter(unit=hospitals.sau)  # any news makes the process look
    stream.wait("hello", lambda hello: hello["epoch"] != before)


@pytest.mark.parametrize("topic", ["unread", "inbox", "drafts", "relays", "expected"])
def test_what_is_personal_reaches_that_person_alone(
    hospitals: Hospitals, hugo: Character, claire: Character, listen: Listen, topic: str
) -> None:
    mine, other = listen(hugo), listen(claire)
    tell(topic, hugo.id)
    assert mine.wait("personal").data == {"topic": topic}
    tell("presence", hospitals.sau.pk)
    other.wait("presence")
    assert other.of("personal") == []


def test_who_is_expected_is_told_to_the_units_of_the_announcement_and_to_no_other(
    hospitals: Hospitals, claire: Character, hugo: Character, martin: Character, listen: Listen
) -> None:
    here, elsewhere = listen(hugo), listen(martin)
    announced(claire, hospitals.sau)
    assert here.wait("personal").data == {"topic": "expected"}
    quiet(martin, elsewhere)
    assert elsewhere.of("personal") == []


def test_a_relais_is_told_to_the_two_who_are_in_it(
    hospitals: Hospitals, claire: Character, hugo: Character, ines: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    assign(claire, pec)
    giver, taker, other = listen(claire), listen(ines), listen(hugo)
    offer(claire, ines, [pec])
    for stream in (giver, taker):
        stream.wait("personal", lambda said: said["topic"] == "relays")
    quiet(hugo, other)
    assert "relays" not in [said["topic"] for said in other.of("personal")]


def test_presence_reaches_the_partners_and_no_other_hospital(
    hospitals: Hospitals, hugo: Character, martin: Character, zoe: Character, listen: Listen
) -> None:
    here, partner, stranger = listen(hugo), listen(martin), listen(zoe)
    tell("presence", hospitals.sau.pk)
    for stream in (here, partner):
        assert stream.wait("presence").data == {"unit": str(hospitals.sau.pk)}
    quiet(zoe, stranger)
    assert {"unit": str(hospitals.sau.pk)} not in stranger.of("presence")


def _people(stream: Source, count: int) -> list[dict[str, str]]:
    return stream.wait("with", lambda told: len(told["people"]) == count).data["people"]


def test_two_who_have_the_same_record_open_see_each_other(
    hospitals: Hospitals, claire: Character, hugo: Character, samia: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    hers, his, third = listen(claire), listen(hugo), listen(samia)
    hugo.client().post(f"/flux/ici/{pec.pk}/", {"doing": "lit"})
    claire.client().post(f"/flux/ici/{pec.pk}/", {"doing": "redige"})
    told = his.wait("with", lambda one: bool(one["people"])).data
    given, family = claire.user.given_name, claire.user.family_name
    assert told == {
        "encounter": str(pec.pk),
        "people": [{"who": f"{given} {family[0]}.", "doing": "rédige une transmission"}],
    }
    assert [one["doing"] for one in _people(hers, 1)] == ["consulte"]
    claire.client().post(f"/flux/ici/{pec.pk}/", {"doing": "part"})
    his.wait("with", lambda one: one["people"] == [] and len(his.of("with")) > 2)
    quiet(samia, third)
    assert third.of("with") == []  # who has not opened it is not told who did


def test_another_tab_of_one_person_is_told_who_is_there(
    hospitals: Hospitals, claire: Character, hugo: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    hers, his = listen(claire), listen(hugo)
    claire.client().post(f"/flux/ici/{pec.pk}/", {"doing": "redige"})
    for heard in (1, 2):  # a page that opens says « lit »: all his tabs hear, through one connection
        hugo.client().post(f"/flux/ici/{pec.pk}/", {"doing": "lit"})
        his.wait("with", lambda _, heard=heard: len(his.of("with")) == heard)
    assert [[one["doing"] for one in told["people"]] for told in his.of("with")] == [["rédige une transmission"]] * 2
    quiet(claire, hers)
    assert len([told for told in hers.of("with") if told["people"]]) == 1, "she learns nothing new"


def test_nobody_is_present_in_a_record_that_they_may_not_read(hospitals: Hospitals, zoe: Character) -> None:
    pec = make.encounter(unit=hospitals.sau)
    assert zoe.client().post(f"/flux/ici/{pec.pk}/", {"doing": "lit"}).status_code == 404
