"""Reads the whole database as a thief with its files would, and looks for words in it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session

from osmose.kernel.base.text import fold

_TABLES = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'
      AND c.relkind IN ('r', 'p', 'm') AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1
"""
# A word in bytes is met by chance: only long ones are looked for there.
SHORTEST_IN_BYTES = 6
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass
class Dump:
    """Every value of every column of every table (partitions, history and queue included)."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    blobs: list[tuple[str, bytes]] = field(default_factory=list)
    rows: int = 0

    def add(self, place: str, value: Any) -> None:
        if isinstance(value, (bytes, bytearray, memoryview)):
            self.blobs.append((place, bytes(value)))
        elif isinstance(value, (dict, list, tuple)):
            self.texts.append((place, json.dumps(value, ensure_ascii=False, default=str)))
        elif value is not None:
            self.texts.append((place, str(value)))

    def words(self) -> dict[str, str]:
        """Each word of the texts, folded, and a place where it is."""
        once = {text: place for place, text in reversed(self.texts)}
        found: dict[str, str] = {}
        for text, place in once.items():
            for word in words_of(text):
                found.setdefault(word, place)
        return found


def read_all(cursor: Any, *, but: str = "") -> Dump:
    """The whole database, tables whose name begins with `but` apart, through a cursor; sessions are also decoded."""
    dump = Dump()
    cursor.execute(_TABLES)
    for (table,) in cursor.fetchall():
        if but and table.startswith(but):
            continue
        cursor.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            dump.rows += 1
            for name, value in zip(names, row, strict=True):
                dump.add(f"{table}.{name}", value)
    for session in Session.objects.all():
        dump.add("django_session.decoded", session.get_decoded())
    return dump


def words_of(text: str) -> set[str]:
    """The words of a text: folded, letters only."""
    return {word for word in _LETTERS.findall(fold(text)) if len(word) > 2}


def _readings(blob: bytes) -> Iterator[str]:
    yield blob.decode("latin-1")
    yield blob.decode("utf-8", "replace")
    yield blob.decode("utf-16-le", "replace")


@dataclass(frozen=True)
class Secrets:
    """What must not be found: words of people, words of clinical texts, and figures as they may be written."""

    words: frozenset[str]
    figures: frozenset[str]

    def found(self, dump: Dump) -> list[str]:
        """« table.column: what », for each secret met."""
        met = [f"{place}: {word}" for word, place in dump.words().items() if word in self.words]
        everything = "\n".join({text for _, text in dump.texts})
        figures = [f for f in self.figures if f in everything]
        met += [f"{place}: {f}" for place, text in dump.texts for f in figures if f in text]
        return met + self._in_bytes(dump.blobs)

    def _in_bytes(self, blobs: Iterable[tuple[str, bytes]]) -> list[str]:
        long = {word for word in self.words if len(word) >= SHORTEST_IN_BYTES}
        beginnings = {word[:SHORTEST_IN_BYTES] for word in long}
        read = list(blobs)
        everything = b"\n".join(blob for _, blob in read)
        figures = [f.encode() for f in self.figures if f.encode() in everything]
        met = []
        for place, blob in read:
            met += [f"{place}: {f.decode()}" for f in figures if f in blob]
            for reading in _readings(blob):
                for run in re.findall(r"[^\W\d_]{6,}", reading):
                    letters = fold(run)
                    starts = (letters[i : i + SHORTEST_IN_BYTES] for i in range(len(letters) - 5))
                    if beginnings.intersection(starts):
                        met += [f"{place}: {word}" for word in long if word in letters]
        return met
