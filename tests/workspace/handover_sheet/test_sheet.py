"""The handover sheet of a unit and a shift: what it shows, to whom, at what cost."""

import re
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from osmose.encounters.actions import set_motif
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Allergies, Concern, ConcernReason, Decision, Known, Outlook
from osmose.encounters.models import Encounter
from osmose.handover.actions import give_treatment, sign_note, strike_note
from osmose.handover.models import HandoverNote, ReadBack
from osmose.handover.operations.treatments import Given
from osmose.kernel.actions.deeds import new_token
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base import clock
from osmose.kernel.crypto import keys
from osmose.organisations import rules as shifts
from osmose.organisations.models import DataCategory
from osmose.patients.models import Patient
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, note
from tests.encounters.test_query_counts import queries_of
from tests.factories.encounters import encounter, exited
from tests.factories.patients import acting
from tests.factories.sectors import assign, sector, take
from tests.strict import StrictClient
from tests.workspace.patient_page.posts import HTMX, said

pytestmark = pytest.mark.django_db
SEDATED = Given(drug="Loxapine", dose=Decimal(50), dose_unit="mg", route="im", is_sedation=True)


def browser_of(who: Character) -> StrictClient:
    client = StrictClient()
    client.force_login(who.user)
    return client


def address(hospitals: Hospitals, unit: str = "sau") -> str:
    return f"/releve/{getattr(hospitals, unit).pk}/"


def sheet(who: Character, hospitals: Hospitals, unit: str = "sau", query: str = "") -> str:
    answer = browser_of(who).get(address(hospitals, unit) + query)
    assert answer.status_code == 200
    return said(answer)


def block_of(page: str, pec: Encounter) -> str:
    found = re.search(rf'<article class="handover" id="b-{pec.pk}".*?</article>', page, re.DOTALL)
    assert found, "no block"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def reads(who: Character, hospitals: Hospitals, *pecs: Encounter, htmx: bool = False, **more: str) -> Any:
    fields = {"_token": new_token(), "pec": [str(pec.pk) for pec in pecs], **more}
    path = f"{address(hospitals)}pris-connaissance/"
    return browser_of(who).post(path, fields, headers=HTMX if htmx else None)


def test_a_block_says_what_the_next_team_must_know(claire: Character, hugo: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Agitation")
    assign(claire, pec)
    assign(hugo, pec, role=Referent.PHYSICIAN)
    note(claire, pec, "concern", Concern((ConcernReason.RUNAWAY,), "Menace de partir"))
    note(claire, pec, "allergies", Allergies(Known.YES, "Pénicilline"))
    note(hugo, pec, "decision", Decision(Outlook.VOLUNTARY, "CH Thuir"))
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(hugo, pec, "bed", "asked")
    click(give_treatment, claire, pec, given=SEDATED)
    click(sign_note, claire, pec, text="Sa sœur rappelle à 20 h")
    block = block_of(sheet(claire, hospitals), pec)
    for words in (
        "ABELLANOSA Rachid", "Agitation", "Préoccupant", "Sa sœur rappelle à 20 h", "Loxapine 50 mg, IM",
        "Allergies Pénicilline", "CH Thuir", "Lit attendu", "IDE Claire Morel", "Dr Hugo Ferrer",
        "Personne n’en a encore pris connaissance",
    ):  # fmt: skip
        assert words in block, words
    assert block.index("Sa sœur rappelle") < block.index("Attendu")


def test_what_was_said_or_given_twice_is_told_twice_and_a_field_once(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    for text in ("Refuse de manger", "Accepte un verre d’eau"):
        click(sign_note, claire, pec, text=text)
    for dose in (25, 50):
        click(give_treatment, claire, pec, given=replace(SEDATED, dose=Decimal(dose)))
    for reason in (ConcernReason.RUNAWAY, ConcernReason.SUICIDAL):
        note(claire, pec, "concern", Concern((reason,)))
    block = block_of(sheet(claire, hospitals), pec)
    assert "Refuse de manger" in block
    assert "Accepte un verre d’eau" in block
    assert "25 mg" in block
    assert block.count("Préoccupant : fugue") == 0, block


def test_a_struck_note_is_handed_over_and_printed_as_struck(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    click(sign_note, claire, pec, text="Peut sortir seul")
    wrong = HandoverNote.objects.get(encounter=pec)
    click(strike_note, claire, pec, note_id=wrong.pk, reason="Dit d’un autre patient")
    block = block_of(sheet(claire, hospitals), pec)
    assert "Peut sortir seul" not in block
    assert "Transmission, rayée" in block
    paper = said(browser_of(claire).get(f"/pec/{pec.pk}/impression/"))
    assert "Rayée : Dit d’un autre patient" in " ".join(re.sub(r"<[^>]+>", "", paper).split())


def test_who_changed_comes_first_and_says_so(claire: Character, hospitals: Hospitals, monkeypatch: Any) -> None:
    quiet, changed = (encounter(unit=hospitals.sau, location=hospitals.place(code)) for code in ("AC", "SAS"))
    start = clock.now()
    click(sign_note, claire, changed, text="Douleur calmée")
    monkeypatch.setattr(shifts, "handed_over", lambda *_: shifts.Shift(start, start + timedelta(hours=7)))
    page = sheet(claire, hospitals)
    assert page.index(f"b-{changed.pk}") < page.index(f"b-{quiet.pk}")
    assert "Douleur calmée" in block_of(page, changed)
    assert "Rien de nouveau pendant ce poste" in block_of(page, quiet)


def test_sectors_are_read_whole_but_those_who_are_unticked(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1 à 3", "BOX-1", "BOX-2", "BOX-3")
    take(claire, boxes)
    one, two, three = (
        encounter(unit=hospitals.sau, location=hospitals.place("SAU"), box=hospitals.place(f"BOX-{n}"))
        for n in (1, 2, 3)
    )
    elsewhere = encounter(unit=hospitals.sau, location=hospitals.place("SAS"))
    page = sheet(ines, hospitals)
    form = page[page.index("Box 1 à 3") : page.index("Autres lieux")]
    assert set(re.findall(r'name="pec" value="([^"]+)" checked', form)) == {str(p.pk) for p in (one, two, three)}
    assert str(elsewhere.pk) not in form
    assert "IDE Claire Morel" in form
    assert reads(ines, hospitals, one, two).status_code == 302
    outgoing = sheet(claire, hospitals)
    assert f"{ines.name} " in block_of(outgoing, one)
    assert "Personne n’en a encore pris connaissance" in block_of(outgoing, three)
    assert "2 repris" in re.sub(r"<[^>]+>", "", outgoing)


def test_one_patient_is_read_by_its_own_button(claire: Character, hospitals: Hospitals) -> None:
    one, two = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    answer = reads(claire, hospitals, one, two, htmx=True, only=str(two.pk), groupe="autres")
    assert [row.encounter_id for row in ReadBack.objects.all()] == [two.pk]
    text = said(answer)
    assert f'hx-target="#ack-{two.pk}"' in text
    assert 'hx-target="#token-autres"' in text, "the next click of this form is another one"
    assert "FICTIVE" not in text, "nothing of the patient goes with the acknowledgment"
    undo = re.search(r'name="read" value="([^"]+)"', text)
    assert undo
    back = browser_of(claire).post(
        f"{address(hospitals)}pris-connaissance/annuler/", {"_token": new_token(), "read": undo[1]}, headers=HTMX
    )
    assert "Prise de connaissance annulée" in said(back)
    assert not ReadBack.objects.filter(cancelled_at=None).exists()


def test_what_moved_since_is_said_and_read_again(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    reads(ines, hospitals, pec)
    assert "Pris connaissance" not in block_of(sheet(ines, hospitals), pec)
    click(sign_note, claire, pec, text="Chute du brancard")
    block = block_of(sheet(ines, hospitals), pec)
    assert "Modifié depuis" in block
    assert "Pris connaissance de nouveau" in block


@pytest.mark.parametrize(
    ("more", "status"),
    [({}, 422), ({"only": "pas-un-id"}, 422), ({"only": "0198c0de-0000-7000-8000-000000000000"}, 409)],
)
def test_what_cannot_be_read_is_refused_in_words(
    claire: Character, hospitals: Hospitals, more: dict[str, str], status: int
) -> None:
    encounter(unit=hospitals.sau)
    answer = reads(claire, hospitals, htmx=True, **more)
    assert answer.status_code == status
    assert "rechargez la page" in said(answer) or "Cochez au moins" in said(answer)


def test_a_double_click_reads_once(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    for _ in range(2):
        assert reads(claire, hospitals, pec).status_code == 302
    assert ReadBack.objects.count() == 1


def test_the_sheet_and_its_printing_are_journaled_patient_by_patient(claire: Character, hospitals: Hospitals) -> None:
    pec, gone = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    exited(gone)
    page = sheet(claire, hospitals)
    assert "Sortis depuis" in page
    line = AccessEntry.objects.filter(door="handover_sheet").latest("id")
    assert (set(line.subjects), line.verb) == ({pec.pk, gone.pk}, Verb.LIST)
    assert "FICTIVE" in sheet(claire, hospitals, query="impression/")
    line = AccessEntry.objects.filter(door="handover_paper").latest("id")
    assert (set(line.subjects), line.verb) == ({pec.pk, gone.pk}, Verb.PRINT)


def test_each_reads_the_sheet_of_their_own_unit(
    claire: Character, martin: Character, zoe: Character, paul: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    assert f"b-{pec.pk}" in sheet(martin, hospitals, "emp")
    for stranger in (martin, zoe, paul):
        assert browser_of(stranger).get(address(hospitals)).status_code == 404
        assert reads(stranger, hospitals, pec).status_code == 404
    assert browser_of(claire).get("/releve/")["Location"] == address(hospitals)
    assert browser_of(paul).get("/releve/").status_code == 404
    assert not ReadBack.objects.exists()


def test_a_partner_reads_what_the_agreement_opens_and_no_more(
    claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    agreement = hospitals.agreement
    agreement.categories = [DataCategory.TRACKING, DataCategory.REQUESTS]
    agreement.save(update_fields=["categories"])
    pec = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID")
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    click(give_treatment, claire, pec, given=SEDATED)
    click(sign_note, claire, pec, text="Confidence à l’infirmière")
    page = sheet(martin, hospitals, "emp")
    assert "Identité non partagée" in block_of(page, pec)
    for hidden in ("ABELLANOSA", "Loxapine", "Confidence"):
        assert hidden not in page


def test_a_note_kept_for_one_unit_is_not_on_the_sheet_of_another(
    claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    click(sign_note, martin, pec, text="Confidence du patient", confidential=True)
    assert "Confidence du patient" in sheet(martin, hospitals, "emp")
    page = sheet(claire, hospitals)
    assert "Confidence du patient" not in page
    assert "Transmission réservée à Équipe mobile" in block_of(page, pec)


def test_a_protected_identity_and_a_destroyed_record_say_nothing(claire: Character, hospitals: Hospitals) -> None:
    kept = encounter(unit=hospitals.sau, birth_name="SECRETE", motif="Motif caché")
    with acting():
        Patient.objects.filter(pk=kept.patient_id).update(is_protected=True)
    destroyed = encounter(unit=hospitals.sau, birth_name="DETRUITE", motif="Motif détruit")
    other = encounter(unit=hospitals.sau, birth_name="LISIBLE")
    keys.destroy(destroyed.data_key_id, by=claire.id, at=clock.now())
    page = sheet(claire, hospitals)
    assert "Identité protégée" in block_of(page, kept)
    assert "Dossier illisible" in block_of(page, destroyed)
    for hidden in ("SECRETE", "Motif caché", "DETRUITE", "Motif détruit"):
        assert hidden not in page
    assert "LISIBLE" in block_of(page, other)


def test_any_shift_of_the_day_is_shown_and_anything_else_is_the_one_of_now(
    claire: Character, hospitals: Hospitals
) -> None:
    unit = hospitals.sau
    unit.shift_starts = [time(7), time(19)]
    unit.save(update_fields=["shift_starts"])
    current = shifts.shift_at(unit.shift_starts, clock.now())
    previous = shifts.before(unit.shift_starts, current)
    for shift in (current, previous):
        page = sheet(claire, hospitals, query=f"?poste={shift.key}")
        assert re.search(rf'aria-current="page"[^>]*>{re.escape(shift.words)}<', page)
    for strange in ("hier", "20200101-0700", "<b>"):
        assert browser_of(claire).get(address(hospitals), {"poste": strange}).status_code == 200


def test_the_sheet_asks_the_same_however_many_patients_it_hands_over(claire: Character, hospitals: Hospitals) -> None:
    """Two more will come: cibles and instructions, one query each."""
    boxes = sector(hospitals.sau, "Box 1 à 3", "BOX-1", "BOX-2", "BOX-3")
    take(claire, boxes)

    def more(count: int) -> None:
        for _ in range(count):
            pec = encounter(unit=hospitals.sau, location=hospitals.place("SAS"))
            assign(claire, pec)
            ask(claire, pec, "imaging")
            click(give_treatment, claire, pec, given=SEDATED)
            click(sign_note, claire, pec, text="Une transmission")
            reads(claire, hospitals, pec)

    more(1)
    few = queries_of(browser_of(claire), address(hospitals))
    more(6)
    many = queries_of(browser_of(claire), address(hospitals))
    assert len(few) == len(many) <= 11, "\n".join(many)
    assert len(queries_of(browser_of(claire), f"{address(hospitals)}impression/")) <= 11


def test_a_sheet_that_is_no_longer_true_says_so_by_itself(
    claire: Character, hugo: Character, zoe: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    page = sheet(claire, hospitals)
    poll = re.search(r'hx-get="(/releve/nouveau/[^"]+)"', page)
    assert poll
    asked = poll[1].replace("&amp;", "&")
    client = browser_of(claire)
    assert client.get(asked, headers=HTMX).status_code == 204
    reads(claire, hospitals, pec)
    assert client.get(asked, headers=HTMX).status_code == 204, "what one took note of oneself is no news"
    reads(hugo, hospitals, pec)
    told = client.get(asked, headers=HTMX)
    assert "La relève a changé" in said(told)
    asked = re.search(r'hx-get="(/releve/nouveau/[^"]+)"', sheet(claire, hospitals))[1].replace("&amp;", "&")
    assert client.get(asked, headers=HTMX).status_code == 204
    click(set_motif, hugo, pec, motif="Malaise")
    assert client.get(asked, headers=HTMX).status_code == 200
    assert browser_of(zoe).get(asked, headers=HTMX).status_code == 204, "of another hospital’s sheet, nothing is told"
