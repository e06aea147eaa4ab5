"""A word on one's own click: part of its entry in the timeline, kept through undo and a corrected hour."""

from datetime import timedelta

import pytest
from django.db import connection

from osmose.encounters import actions
from osmose.encounters.lifecycle import ArrivalMode, ExitMode
from osmose.encounters.lifecycle.tracking import Triage
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin, click, fresh, last, move, note, refused, retime, revision_of, undo
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
WORDS = "Prélevée par le SMUR"


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    now = clock.now()
    return pecs.encounter(
        unit=hospitals.sau, motif="Chute", location=hospitals.place("AV"), now=now - timedelta(hours=1)
    )


def comment(who: Character, pec: Encounter, event: Event | None = None, text: str = WORDS) -> Encounter:
    return click(actions.comment_event, who, pec, event_uid=(event or last(pec)).uid, comment=text)


def said(pec: Encounter) -> str:
    told = timeline.read(last(pec)).payload
    return str(getattr(told, "comment", ""))


def test_every_kind_of_click_takes_a_comment(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    clicks = [
        lambda: click(actions.set_motif, claire, pec, motif="Malaise"),
        lambda: click(actions.set_arrival_mode, claire, pec, mode=ArrivalMode.SMUR),
        lambda: move(claire, pec, hospitals.place("SAS"), hospitals.place("BOX-3")),
        lambda: ask(claire, pec, "biology"),
        lambda: click(actions.note_request, claire, pec, kind="biology", text="Lactates"),
        lambda: note(claire, pec, "triage", Triage("2")),
        lambda: click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None),
    ]
    for deed in clicks:
        deed()
        before = last(pec)
        comment(claire, pec)
        after = last(pec)
        assert (after.kind, after.undoes, after.occurred_at) == (before.kind, before.uid, before.occurred_at)
        assert said(pec) == WORDS


def test_an_interview_takes_one_too(claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    begin(martin, pec, martin)
    comment(martin, pec, last(pec, "encounters.intervention_started"))
    assert said(pec) == WORDS


def test_nobody_else_s_page_grows_stale(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    revision, version = revision_of(pec, "motif"), fresh(pec).version
    comment(claire, pec)
    assert revision_of(pec, "motif") == revision
    assert fresh(pec).version == version + 1


def test_undone_the_click_keeps_its_comment_struck_through(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    comment(claire, pec)
    commented = last(pec)
    undo(claire, pec)
    assert fresh(pec).motif == "Chute"
    assert last(pec).undoes == commented.uid
    page = claire.client().get(f"/pec/{pec.pk}/").content.decode()
    entry = page.partition(f'id="e-{commented.uid}"')[2].partition("</li>")[0]
    assert WORDS in entry
    assert "(annulé)" in entry


def test_a_corrected_hour_keeps_the_comment_and_says_both(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology")
    comment(claire, pec)
    retime(claire, pec, clock.now() - timedelta(minutes=20))
    assert said(pec) == WORDS
    entry = claire.client().get(f"/pec/{pec.pk}/").content.decode().partition(f'id="e-{last(pec).uid}"')[2]
    assert WORDS in entry.partition("</li>")[0]
    assert "(heure corrigée)" in entry.partition("</li>")[0]


def test_an_hour_corrected_before_the_comment_is_still_said(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology")
    retime(claire, pec, clock.now() - timedelta(minutes=20))
    comment(claire, pec)
    page = claire.client().get(f"/pec/{pec.pk}/").content.decode()
    entry = page.partition(f'id="e-{last(pec).uid}"')[2].partition("</li>")[0]
    assert (WORDS in entry, "(heure corrigée)" in entry) == (True, True)


def test_a_comment_alone_corrects_no_hour(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology")
    comment(claire, pec)
    page = claire.client().get(f"/pec/{pec.pk}/").content.decode()
    assert "(heure corrigée)" not in page


def test_a_comment_gives_no_more_than_the_ten_seconds_of_the_click(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise", now=clock.now())
    clicked = last(pec)
    later = clicked.recorded_at + timedelta(seconds=13)
    comment(claire, pec)
    with refused("10 secondes est passé"):
        click(actions.undo_event, claire, pec, event_uid=last(pec).uid, now=later)


def test_a_corrected_hour_gives_no_more_either(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology")
    later = last(pec).recorded_at + timedelta(seconds=13)
    retime(claire, pec, clock.now() - timedelta(minutes=20))
    with refused("10 secondes est passé"):
        click(actions.undo_event, claire, pec, event_uid=last(pec).uid, now=later)


def test_only_the_author_comments_once_while_nothing_changed_since(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    with refused("Seul son auteur"):
        comment(hugo, pec)
    first = last(pec)
    comment(claire, pec)
    with refused("déjà un commentaire"):
        comment(claire, pec)
    with refused("déjà annulée ou corrigée"):
        comment(claire, pec, first)
    click(actions.set_motif, claire, pec, motif="Malaise vagal")
    mine = last(pec)
    click(actions.set_motif, hugo, pec, motif="Syncope")
    with refused("modifié ce champ depuis"):
        comment(claire, pec, mine)


def test_it_is_hidden_from_who_may_not_read_notes_and_they_write_none(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    comment(claire, pec, last(pec, "encounters.request_changed"))
    assert WORDS in martin.client().get(f"/pec/{pec.pk}/").content.decode()
    hospitals.agreement.categories = ["tracking", "requests"]
    hospitals.agreement.save(update_fields=["categories"])
    other = pecs.encounter(unit=hospitals.sau, motif="Chute", now=clock.now() - timedelta(hours=1))
    ask(claire, other, "psychiatry", unit=hospitals.emp)
    comment(claire, other, last(other, "encounters.request_changed"))
    client = martin.client()
    for path in (f"/pec/{other.pk}/", f"/pec/{other.pk}/impression/"):
        page = client.get(path).content.decode()
        assert "PEC psy" in page
        assert WORDS not in page
    note(martin, other, "triage", Triage("2"))
    assert "Commenter" not in client.get(f"/pec/{other.pk}/").content.decode()
    with pytest.raises(NotVisible):
        comment(martin, other)


def test_it_lies_encrypted(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    comment(claire, pec)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(encode(payload, 'escape'), ' ') FROM events_event")
        assert "SMUR" not in cursor.fetchone()[0]


def test_over_http_it_is_refused_in_words_and_what_was_typed_is_given_back(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    uid, client = last(pec).uid, claire.client()
    path = f"/pec/{pec.pk}/commentaire/"
    for text, words in (("", "Écrivez le commentaire"), ("x" * 501, "trop long")):
        answer = client.post(path, {"event": uid, "comment": text}, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert client.post(path, {"event": uid, "comment": "<b>gras</b>"}).status_code == 302
    page = client.get(f"/pec/{pec.pk}/").content.decode()
    assert "&lt;b&gt;gras&lt;/b&gt;" in page
