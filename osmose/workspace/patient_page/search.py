"""Searching inside a PEC: in what its timeline shows to this reader, once decrypted. Nothing typed is kept.

Neither SQL, nor an address, nor the journal sees a word of it. What a card doesn't show, a search doesn't find.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from osmose.kernel.base import french
from osmose.kernel.base.finding import holds, spans, terms_of
from osmose.kernel.base.text import clean
from osmose.workspace.patient_page.note_after import NoteAfter
from osmose.workspace.patient_page.timeline import Day, Item, Timeline

TYPED_MAX = 100
# Beyond, a list is no answer: another word is.
MOST = 40
# However long the notes are, the answer comes.
SECONDS = 1.5


@dataclass(frozen=True, repr=False)
class Found:
    """What was typed and the entries that hold it, marked; `count` may be more than what is shown.

    `until` is how far back the search went, where it stopped before the arrival.
    """

    typed: str
    is_too_short: bool = False
    days: tuple[Day, ...] = ()
    count: int = 0
    until: str = ""

    @property
    def words(self) -> str:
        """« 3 résultats », « 40 premiers résultats sur 240 »."""
        if self.count > MOST:
            return f"{MOST} premiers résultats sur {self.count}"
        return f"{self.count or 'Aucun'} résultat{'s' if self.count > 1 else ''}"


def among(told: Timeline, typed: str) -> Found:
    """The entries of a timeline that hold each word typed, newest first."""
    typed = clean(typed)[:TYPED_MAX]
    terms = terms_of(typed)
    if not terms:
        return Found(typed, is_too_short=True)
    stops_at, count, until = time.monotonic() + SECONDS, 0, ""
    days: list[Day] = []
    for day in told.days:
        kept = []
        for item in day.items:
            if time.monotonic() > stops_at:
                until = until or french.day_time(item.at)
                break
            if holds(" ".join(_texts(item)), terms):
                count += 1
                if count <= MOST:
                    kept.append(_marked(item, terms))
        if kept:
            days.append(Day(day.label, tuple(kept)))
    if told.older and not until and told.days:
        until = french.day_time(told.days[-1].items[-1].at)
    return Found(typed, days=tuple(days), count=count, until=until)


def _texts(item: Item) -> Iterable[str]:
    """All that the entry shows, but its author: the filter is for them."""
    shown: list[Iterable[str]] = [(item.comment,)]
    if item.note is None:
        shown.append((item.title, item.detail))
    else:
        note = item.note
        shown += [(note.title, note.text, note.third_party), (text for _, _, text in note.parts)]
    if item.after is not None:
        shown.append(said.text for said in item.after.said)
        shown.append((item.after.strike.text,) if item.after.strike else ())
    return chain.from_iterable(shown)


def _marked(item: Item, terms: tuple[str, ...]) -> Item:
    """The entry to read: its words are marked, and nothing is done from there but on a note."""
    note = item.note
    if note is not None:
        note = replace(
            note,
            title=marked(note.title, terms),
            text=marked(note.text, terms),
            parts=tuple((letter, label, marked(text, terms)) for letter, label, text in note.parts),
            third_party=marked(note.third_party, terms),
        )
    return replace(
        item,
        title=marked(item.title, terms),
        detail=marked(item.detail, terms),
        comment=marked(item.comment, terms),
        note=note,
        after=_after_marked(item.after, terms),
        own="",
        commented="",
    )


def _after_marked(after: NoteAfter | None, terms: tuple[str, ...]) -> NoteAfter | None:
    if after is None:
        return None
    strike = replace(after.strike, text=marked(after.strike.text, terms)) if after.strike else None
    return replace(after, said=tuple(replace(s, text=marked(s.text, terms)) for s in after.said), strike=strike)


def marked(text: str, terms: tuple[str, ...]) -> SafeString:
    """The text with what was sought in `<mark>`, and everything else escaped."""
    parts, place = [], 0
    for start, end in spans(text, terms):
        parts += [escape(text[place:start]), "<mark>", escape(text[start:end]), "</mark>"]
        place = end
    return mark_safe("".join([*parts, escape(text[place:])]))
