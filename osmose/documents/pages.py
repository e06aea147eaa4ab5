"""The documentation of `docs/` as pages: found, parsed once, linked to each other. Needs no database.

`docs/index.md` is the table of contents: its sections and links give the navigation and its order. A section whose
title says « anglais » holds the pages written in English, for developers.

A picture of a screen is a comment, `<!-- écran releve : La relève. -->`: where `make pictures` has taken it, it is
shown with its words; elsewhere nothing is missing.
"""

import functools
import itertools
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from osmose.kernel.base.text import fold

DOCS = Path(__file__).resolve().parents[2] / "docs"
INDEX = "index"
PREFIX = "/doc"
IMAGE_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
SCREENS = "images/ecrans"
SCREEN = re.compile(r"<!-- écran ([a-z-]+) : (.+?) -->")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """A title inside a page, and the anchor that leads to it."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Page:
    """One page, rendered; `slug` is its address under /doc, « guide/tableau »."""

    slug: str
    title: str
    html: SafeString
    headings: tuple[Heading, ...]


@dataclass(frozen=True)
class Link:
    """One entry of the navigation."""

    title: str
    slug: str
    url: str


@dataclass(frozen=True)
class Section:
    """A part of the documentation, as the table of contents names it."""

    title: str
    links: tuple[Link, ...]

    @property
    def is_english(self) -> bool:
        return "anglais" in self.title


def _parser() -> MarkdownIt:
    """CommonMark with tables; HTML in a page is shown as text, never interpreted."""
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def slugs() -> dict[str, Path]:
    """Every page by its address. What is not in this list does not exist, however the address is written."""
    return {path.relative_to(DOCS).with_suffix("").as_posix(): path for path in sorted(DOCS.rglob("*.md"))}


def images() -> dict[str, Path]:
    """Every picture of the documentation by its path."""
    return {path.relative_to(DOCS).as_posix(): path for path in sorted(DOCS.rglob("*")) if path.suffix in IMAGE_TYPES}


def url_of(slug: str) -> str:
    return PREFIX if slug == INDEX else f"{PREFIX}/{slug}"


def page(slug: str) -> Page | None:
    """The page of that address, or None; parsed again only when its file changed."""
    path = slugs().get(slug)
    return _page(slug, path, path.stat().st_mtime_ns, screens()) if path else None


def screens() -> frozenset[str]:
    """The pictures of screens that were taken here, by name."""
    return frozenset(path.stem for path in (DOCS / SCREENS).glob("*.png"))


def sections() -> tuple[Section, ...]:
    """The table of contents."""
    index = slugs().get(INDEX)
    return _sections(index, index.stat().st_mtime_ns) if index else ()


@functools.lru_cache(maxsize=256)
def _page(slug: str, path: Path, _changed: int, taken: frozenset[str]) -> Page:
    parser = _parser()
    tokens = parser.parse(_with_screens(path.read_text(encoding="utf-8"), taken))
    headings = list(_name_headings(tokens))
    for token in _inside(tokens):
        _relink(token, slug)
    title = next((t.content for n, t in enumerate(tokens) if n and tokens[n - 1].tag == "h1"), slug)
    # Safe: the parser escapes the HTML it reads, and the files are the house's own.
    for token in tokens:
        if token.type == "table_open":
            token.attrSet("tabindex", "0")  # a wide table scrolls: the keyboard must reach it
    html = mark_safe(parser.renderer.render(tokens, parser.options, {}))
    return Page(slug, title, html, tuple(headings))


def _with_screens(text: str, taken: frozenset[str]) -> str:
    """The text with the pictures that there are, each under its words."""

    def shown(asked: re.Match[str]) -> str:
        name, words = asked.groups()
        return f"![{words}]({PREFIX}/{SCREENS}/{name}.png)\n\n*{words}*" if name in taken else ""

    return SCREEN.sub(shown, text)


@functools.lru_cache(maxsize=4)
def _sections(path: Path, _changed: int) -> tuple[Section, ...]:
    found: list[Section] = []
    for token in _parser().parse(path.read_text(encoding="utf-8")):
        if token.type != "inline":
            continue
        if token.level == 1 and not token.content.startswith("["):
            found.append(Section(token.content, ()))
        links = tuple(_links(token))
        if links and found:
            found[-1] = Section(found[-1].title, found[-1].links + links)
    return tuple(section for section in found if section.links)


def _links(inline: Token) -> Iterator[Link]:
    children = inline.children or []
    for opened, words in itertools.pairwise(children):
        target = str(opened.attrGet("href") or "") if opened.type == "link_open" else ""
        if target.endswith(".md"):
            slug = target.removesuffix(".md")
            yield Link(words.content, slug, url_of(slug))


def _inside(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _inside(token.children or [])


def _name_headings(tokens: list[Token]) -> Iterator[Heading]:
    """Gives each title an anchor, unique in its page; yields those of the second level."""
    taken: dict[str, int] = {}
    for opened, inline in itertools.pairwise(tokens):
        if opened.type != "heading_open":
            continue
        text = "".join(child.content for child in inline.children or [])
        anchor = fold(text).lower().replace(" ", "-") or "section"
        taken[anchor] = taken.get(anchor, 0) + 1
        if taken[anchor] > 1:
            anchor = f"{anchor}-{taken[anchor]}"
        opened.attrSet("id", anchor)
        if opened.tag == "h2":
            yield Heading(anchor, text)


def _relink(token: Token, slug: str) -> None:
    """`[tableau](../guide/tableau.md#tri)` and pictures, relative to the file, become addresses of /doc."""
    name = {"link_open": "href", "image": "src"}.get(token.type)
    target = str(token.attrGet(name) or "") if name else ""
    if not name or not target or target.startswith(("#", "/")) or _SCHEME.match(target):
        return
    path, hash_sign, anchor = target.partition("#")
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(slug), path))
    address = url_of(resolved.removesuffix(".md")) if resolved.endswith(".md") else f"{PREFIX}/{resolved}"
    token.attrSet(name, f"{address}{hash_sign}{anchor}")
