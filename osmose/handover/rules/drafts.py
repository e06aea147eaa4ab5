"""A draft of a note is one text: what was typed where nothing else was, the fields of its form as JSON otherwise."""

import json
from collections.abc import Mapping
from typing import Any

from osmose.handover.rules.shapes import SHAPES, Part

_MARK = "forme"
_PLAIN = "plain"


def pack(typed: Mapping[str, Any]) -> str:
    """The body of the draft of what is in the composer; empty where no word was written."""
    if not any(isinstance(value, str) and value.strip() for name, value in typed.items() if name in _words()):
        return ""
    held = {name: value for name, value in typed.items() if name != _MARK}
    text = str(typed.get("text", ""))
    if set(held) <= {"text"} and typed.get(_MARK, "") in ("", _PLAIN) and not text.startswith("{"):
        return text
    return json.dumps({_MARK: typed.get(_MARK) or _PLAIN, **held}, ensure_ascii=False)


def unpack(body: str) -> dict[str, Any]:
    """What was in the composer. A text that looks like JSON without being ours is a text."""
    try:
        found = json.loads(body) if body.startswith("{") else None
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get(_MARK) not in (_PLAIN, *SHAPES):
        return {"text": body} if body else {}
    kept = {name: value for name, value in found.items() if isinstance(value, str)}
    codes = found.get("to")
    return kept | ({"to": [str(code) for code in codes]} if isinstance(codes, list) else {})


def drafted_words(body: str) -> str:
    """The draft as its author reads it in a list, whatever its form: one line a field, under its name."""
    typed = unpack(body)
    lines = [str(typed.get("text", ""))]
    lines += [f"{label}\u202f: {typed[name]}" for name, label in _labels() if typed.get(name)]
    return "\n".join(line for line in lines if line)


def carried(typed: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What was typed, in another form: what that form has no field for goes to the end of its first one."""
    shape = SHAPES.get(kind)
    own = {f"part_{part.name}" for part in shape.parts} if shape else {"text"}
    if kind == "focus":
        own.add("focus")
    first = f"part_{shape.parts[0].name}" if shape else "text"
    lost = [
        str(typed[name]) if name == "text" else f"{label}\u202f: {typed[name]}"
        for name, label in (("text", ""), *_labels())
        if name != "third_party" and name not in own and typed.get(name)
    ]
    kept = {name: value for name, value in typed.items() if name not in _words() or name in {*own, "third_party"}}
    whole = "\n".join(part for part in (str(kept.get(first, "")), *lost) if part)
    return {**kept, _MARK: kind, **({first: whole} if whole else {})}


def _parts() -> list[Part]:
    return [part for shape in SHAPES.values() for part in shape.parts]


def _labels() -> list[tuple[str, str]]:
    named = [(f"part_{part.name}", part.label) for part in _parts()]
    return [("focus", "Cible"), *named, ("third_party", "Confié par un tiers")]


def _words() -> set[str]:
    return {"text", *(name for name, _ in _labels())}
