"""Several open pages, one draft: whatever each of them holds is kept, and what is signed does not come back."""

import uuid
from datetime import timedelta

import pytest

from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.models import DataKey
from osmose.kernel.drafts import keeping
from osmose.kernel.drafts.keeping import Kept, Mark
from tests.kernel.world import writing

pytestmark = pytest.mark.django_db
USER, SUBJECT = new_id(), new_id()
CLOCK = iter(range(1, 10**6))


@pytest.fixture
def key(db: None) -> DataKey:
    return keys.create(new_id())


class Page:
    """One open page: it goes on with the draft it was drawn with, as a browser does."""

    def __init__(self, key: DataKey, shown: keeping.Text | None = None, user: uuid.UUID = USER):
        self.key, self.user, self.tab, self.number = key, user, uuid.uuid4(), 0
        self.draft, self.seen = (shown.id, shown.revision) if shown else (uuid.uuid4(), 0)

    def mark(self) -> Mark:
        self.number += 1
        return Mark(self.draft, self.tab, self.number, self.seen)

    def send(self, body: str, mark: Mark) -> Kept:
        with writing():
            return keeping.keep(
                user_id=self.user, subject_id=SUBJECT, data_key_id=self.key.pk, kind="note", body=body, mark=mark,
                now=clock.now() + timedelta(milliseconds=next(CLOCK)),
            )  # fmt: skip

    def types(self, body: str) -> Kept:
        kept = self.send(body, self.mark())
        self.draft, self.seen = kept.draft, kept.revision
        return kept

    def signs(self) -> None:
        with writing():
            keeping.settle(
                user_id=self.user, subject_id=SUBJECT, data_key_id=self.key.pk, kind="note", now=clock.now(),
                mark=Mark(self.draft, self.tab, 0),
            )  # fmt: skip


def newest(user: uuid.UUID = USER) -> keeping.Text:
    return keeping.texts_about(user_id=user, subject_id=SUBJECT)[0]


def bodies(user: uuid.UUID = USER) -> list[str]:
    return [text.body for text in keeping.texts_about(user_id=user, subject_id=SUBJECT)]


def test_one_page_writes_one_draft(key: DataKey) -> None:
    page = Page(key)
    page.types("Il dit")
    assert not page.types("Il dit que ça va").is_apart
    assert bodies() == ["Il dit que ça va"]


def test_a_page_opened_later_goes_on_with_the_draft_it_shows(key: DataKey) -> None:
    Page(key).types("Commencé au SAU")
    elsewhere = Page(key, newest())
    elsewhere.types("Commencé au SAU, fini en psychiatrie")
    assert bodies() == ["Commencé au SAU, fini en psychiatrie"]


def test_two_pages_that_write_the_same_draft_lose_nothing(key: DataKey) -> None:
    first = Page(key)
    first.types("Il dit")
    second = Page(key, newest())
    second.types("Il dit qu’il rentre")
    assert first.types("Il dit que ça va").is_apart
    second.types("Il dit qu’il rentre seul")
    first.types("Il dit que ça va mieux")
    assert sorted(bodies()) == ["Il dit que ça va mieux", "Il dit qu’il rentre seul"]


def test_two_pages_opened_empty_keep_a_draft_each(key: DataKey) -> None:
    Page(key).types("un")
    Page(key).types("deux")
    assert bodies() == ["deux", "un"]


def test_a_saving_whose_answer_was_lost_is_sent_again_without_a_second_draft(key: DataKey) -> None:
    first = Page(key)
    first.types("Il dit")
    second = Page(key, newest())
    second.types("Il dit qu’il rentre")
    lost = first.mark()
    once = first.send("Il dit que ça va", lost)
    assert first.send("Il dit que ça va", first.mark()).draft == once.draft
    assert len(bodies()) == 2


def test_an_older_saving_that_arrives_late_changes_nothing(key: DataKey) -> None:
    page = Page(key)
    late = page.mark()
    page.types("Il dit que ça va")
    page.send("Il di", late)
    assert bodies() == ["Il dit que ça va"]


def test_what_was_signed_does_not_come_back_with_a_saving_on_its_way(key: DataKey) -> None:
    page = Page(key)
    page.types("Il dit que ça va")
    late = page.mark()
    page.signs()
    page.send("Il dit que ça va", late)
    assert bodies() == []


def test_signed_before_it_was_ever_saved_it_does_not_come_back_either(key: DataKey) -> None:
    page = Page(key)
    late = page.mark()
    page.signs()
    page.send("Signé aussitôt", late)
    assert bodies() == []


def test_another_page_goes_on_after_the_signature(key: DataKey) -> None:
    first = Page(key)
    first.types("Il dit")
    second = Page(key, newest())
    second.types("Il dit qu’il rentre")
    Page(key, newest()).signs()
    assert second.types("Il dit qu’il rentre seul").is_apart
    assert first.types("Il dit que ça va").is_apart
    assert sorted(bodies()) == ["Il dit que ça va", "Il dit qu’il rentre seul"]


def test_another_page_goes_on_after_its_draft_was_deleted(key: DataKey) -> None:
    page = Page(key)
    page.types("Il dit")
    with writing():
        assert keeping.discard(user_id=USER, draft_id=page.draft, now=clock.now())
    assert bodies() == []
    page.types("Il dit que ça va")
    assert bodies() == ["Il dit que ça va"]


def test_nobody_writes_nor_deletes_somebody_else_s_draft(key: DataKey) -> None:
    mine = Page(key)
    mine.types("moi")
    theirs = Page(key, newest(), user=new_id())
    kept = theirs.types("elle")
    with writing():
        assert not keeping.discard(user_id=theirs.user, draft_id=mine.draft, now=clock.now())
    assert kept.draft != mine.draft
    assert (bodies(), bodies(theirs.user)) == (["moi"], ["elle"])


def test_an_emptied_text_can_be_written_anew(key: DataKey) -> None:
    page = Page(key)
    page.types("Il dit")
    page.types("  ")
    assert bodies() == []
    page.types("Autre chose")
    assert bodies() == ["Autre chose"]


def test_too_many_drafts_are_refused_in_words_and_those_there_go_on(key: DataKey) -> None:
    pages = [Page(key) for _ in range(keeping.MOST)]
    for number, page in enumerate(pages):
        page.types(f"brouillon {number}")
    with pytest.raises(Refused) as refused:
        Page(key).types("un de trop")
    assert "signez-en, ou supprimez-en" in refused.value.sentence
    pages[0].types("brouillon 0, fini")
    assert bodies()[0] == "brouillon 0, fini"
