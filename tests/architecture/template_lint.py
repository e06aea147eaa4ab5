"""The house rules of templates, each with its reason: `faults()` reads one template, test_templates.py has samples."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

_COMMENT = re.compile(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", re.DOTALL)
_LOGIC = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_TAG = re.compile(r"<([a-zA-Z][\w:.-]*)((?:\"[^\"]*\"|'[^']*'|[^\"'>])*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([^\s\"'=<>/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_FORM = re.compile(
    r"<form\b(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^\"'>])*)>(?P<inside>.*?)</form>", re.DOTALL | re.IGNORECASE
)
# Names of formats, never fetched.
_NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


class Fault(NamedTuple):
    line: int
    rule: str
    excerpt: str


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str]
    start: int


Rule = Callable[[str, list[Tag]], Iterator[tuple[int, str]]]


def _blank(match: re.Match[str]) -> str:
    """Same length and lines, so that positions stay true."""
    return re.sub(r"[^\n]", " ", match.group())


def _logic(match: re.Match[str]) -> str:
    """Template logic inside a tag must not look like markup or quotes; its place is kept."""
    return re.sub(r"[\"'<>=]", "_", match.group())


def _tags(text: str) -> list[Tag]:
    tags = []
    for match in _TAG.finditer(text):
        attributes = {m.group(1).lower(): (m.group(2) or "").strip("\"'") for m in _ATTRIBUTE.finditer(match.group(2))}
        tags.append(Tag(match.group(1).lower(), attributes, match.start()))
    return tags


def no_inline_handler(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """The policy blocks onclick= and htmx evaluates hx-on: a listener in assets/js instead."""
    for tag in tags:
        for name in tag.attributes:
            if re.fullmatch(r"on[a-z]+", name) or name.startswith("hx-on"):
                yield tag.start, name


def no_inline_style(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """The policy blocks style= and <style>: a class, or a data-attribute."""
    for tag in tags:
        if "style" in tag.attributes or tag.name == "style":
            yield tag.start, "style"


def no_inline_script(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """The policy blocks scripts without src; data blocks (application/json) are fine."""
    for tag in tags:
        if tag.name == "script" and "src" not in tag.attributes and tag.attributes.get("type") != "application/json":
            yield tag.start, "<script>"


def no_evaluated_htmx(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """htmx needs eval for `js:` values and for trigger filters `click[ctrlKey]`: the request is never sent."""
    for tag in tags:
        for name, value in tag.attributes.items():
            is_script = re.match(r"\s*(js|javascript):", value, re.IGNORECASE)
            if is_script or (name.startswith("hx-trigger") and "[" in value):
                yield tag.start, f"{name}={value}"


def one_timer(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """A timer of htmx can't be slowed down while changes are pushed: data-poll, and hx-trigger="refresh"."""
    for tag in tags:
        if re.search(r"\bevery\b", tag.attributes.get("hx-trigger", "")):
            yield tag.start, tag.attributes["hx-trigger"]


def no_disabling_htmx(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """hx-disable loses the keyboard's focus: hx-sync="this:drop" guards the double click."""
    for tag in tags:
        if "hx-disable" in tag.attributes:
            yield tag.start, "hx-disable"


def guarded_sending(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """Without hx-sync a double click sends twice."""
    for tag in tags:
        sends = {"hx-post", "hx-put", "hx-patch", "hx-delete"} & tag.attributes.keys()
        if sends and "hx-sync" not in tag.attributes:
            yield tag.start, f"{sends.pop()} without hx-sync"


def targeted_htmx(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """htmx 4 inherits nothing: without hx-target the answer lands in the button itself, silently."""
    for tag in tags:
        sends = {"hx-post", "hx-get"} & tag.attributes.keys()
        morphs = tag.attributes.get("hx-swap", "").startswith("outerMorph")  # replaces itself, on purpose
        if sends and "hx-target" not in tag.attributes and not morphs and tag.attributes.get("hx-swap") != "none":
            yield tag.start, f"{sends.pop()} without hx-target"


def morphed_pushes(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """A push by outerHTML throws away a click in flight and typed text: outerMorph or innerMorph."""
    for tag in tags:
        swap = tag.attributes.get("hx-swap", "")
        if (tag.name == "hx-partial" or "data-poll" in tag.attributes) and swap.startswith("outerHTML"):
            yield tag.start, swap


def no_generated_rows(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """A morph deletes what x-if and x-for made, and x-html needs eval: x-show, lists by the server."""
    for tag in tags:
        for name in {"x-if", "x-for", "x-html"} & tag.attributes.keys():
            yield tag.start, name


def no_other_host(text: str, _tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """Nothing is asked of, or sent to, another host."""
    for match in re.finditer(r"(?:https?:)?//[a-z0-9][\w.-]*\.[a-z]{2,}[^\s\"'<]*", text, re.IGNORECASE):
        if match.group() not in _NAMESPACES:
            yield match.start(), match.group()


def forms_not_remembered(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """The browser restores typed clinical text on "back" unless the form says autocomplete="off" (login says "on")."""
    for tag in tags:
        if (
            tag.name == "form"
            and tag.attributes.get("method", "").lower() != "dialog"
            and "autocomplete" not in tag.attributes
        ):
            yield tag.start, "<form> without autocomplete"


def forms_with_token(text: str, _tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """A post form carries {% csrf_token %} or, in a kept piece, {{ fields }}: it must work without scripts."""
    for match in _FORM.finditer(text):
        posts = re.search(r"method=[\"']?post", match["attributes"], re.IGNORECASE)
        if posts and not any(known in match["inside"] for known in ("csrf_token", "{{ fields }}")):
            yield match.start(), "<form method=post> without csrf_token"


def escaped_text(text: str, _tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """Injected hx-* attributes act whatever the policy says: autoescape is the defence."""
    for match in re.finditer(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off", text):
        yield match.start(), match.group()


def whole_class_names(_text: str, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """Tailwind does not find `bg-{{ tone }}`: whole names, or data-attributes (badge- and btn- are ours)."""
    for tag in tags:
        for match in re.finditer(r"(?<![\w-])([a-z:]+)-\{\{", tag.attributes.get("class", "")):
            if match.group(1) not in ("badge", "btn"):
                yield tag.start, match.group()


def french_spaces(text: str, _tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """Narrow no-break spaces (U+202F) before ; : ! ? and inside « guillemets »."""
    words = _LOGIC.sub(_blank, text)
    for match in re.finditer(r"[\w»)’] [;!?](?=[\s<\"]|$)|[\w»)] :(?=[ \n<\"]|$)|« | »", words):
        yield match.start(), match.group()


RULES: tuple[Rule, ...] = (
    no_inline_handler,
    no_inline_style,
    no_inline_script,
    no_evaluated_htmx,
    one_timer,
    no_disabling_htmx,
    guarded_sending,
    targeted_htmx,
    morphed_pushes,
    no_generated_rows,
    no_other_host,
    forms_not_remembered,
    forms_with_token,
    escaped_text,
    whole_class_names,
    french_spaces,
)


def faults(source: str) -> list[Fault]:
    """What the house refuses in a template, by line."""
    text = _COMMENT.sub(_blank, source)
    tags = _tags(_LOGIC.sub(_logic, text))
    found = [
        Fault(text.count("\n", 0, at) + 1, rule.__name__, excerpt) for rule in RULES for at, excerpt in rule(text, tags)
    ]
    return sorted(found)


def templates(root: Path) -> list[Path]:
    """Every template of Osmose."""
    return sorted(path for path in root.glob("osmose/**/templates/**/*.html"))
