"""Template tags of the design system: icons of the sprite, French times and typography, submission tokens."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from osmose.kernel.base import french
from osmose.kernel.base.ids import new_id
from osmose.kernel.web.pieces import FIELDS, SUBJECT, VISIT, completed, pieces

register = template.Library()

SPRITE = Path(__file__).resolve().parent.parent / "static" / "web" / "icons.svg"
FALLBACK_ICON = "circle"
_BEFORE_HIGH_PUNCTUATION = re.compile(r"[ \u00a0]+(?=[;:!?])")
_AFTER_OPENING = re.compile(r"«[ \u00a0\u202f]*")
_BEFORE_CLOSING = re.compile(r"[ \u00a0\u202f]*»")


@cache
def icon_names() -> frozenset[str]:
    """The icons of the built sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """One icon of the sprite; decorative unless it carries a label. An unknown name shows a plain circle.

    A page shows hundreds of them, of a few dozen kinds: each is drawn once.
    """
    shown = name if name in icon_names() else FALLBACK_ICON
    css = f"icon {classes}".strip()
    address = f"{static('web/icons.svg')}#{shown}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, address)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, address)


@register.simple_tag
def home() -> str:
    """The page where one lands after logging in."""
    return str(settings.LOGIN_REDIRECT_URL)


@register.simple_tag
def submission_token() -> SafeString:
    """The hidden field that makes a submission idempotent: sent twice, done once."""
    return format_html('<input type="hidden" name="_token" value="{}">', new_id())


@register.simple_tag(takes_context=True)
def form_fields(context: Context) -> SafeString:
    """The hidden fields of a form: against forgery, against being done twice, and the page's visit for the journal."""
    csrf, visit = context.get("csrf_token"), context["page"]["visit"]
    fields = [("csrfmiddlewaretoken", csrf), ("_token", new_id()), ("visit", visit)]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', (f for f in fields if f[1]))


@register.simple_tag(takes_context=True)
def drawn(context: Context, name: str, subject: object, **facts: Any) -> SafeString:
    """A piece of the page, kept by its facts: all that its template may read, besides three stand-ins.

    `subject` is the record of its addresses, `fields` the hidden fields of a form, `visit` the page's visit.
    """

    def draw() -> str:
        return get_template(name).render({**facts, "subject": SUBJECT, "fields": FIELDS, "visit": VISIT})

    piece = pieces.get((name, *facts.items()), draw)
    return completed(piece, subject=subject, visit=context["page"]["visit"], fields=lambda: form_fields(context))


@register.filter
def elapsed(span: timedelta) -> str:
    """« 2 h 10 »."""
    return french.elapsed(span)


@register.filter
def french_time(at: datetime) -> str:
    """« 14:05 »."""
    return french.time(at)


@register.filter
def french_day_time(at: datetime) -> str:
    """« lun. 23 nov. 14:05 »."""
    return french.day_time(at)


@register.filter
def french_day(at: datetime) -> str:
    """« lun. 23 nov. »."""
    return french.day(at)


@register.filter
def french_date(value: date) -> str:
    """« 12/03/1981 »."""
    return french.numeric_date(value)


@register.filter
def ordinal(number: int, gender: str = "m") -> str:
    """« 4ᵉ »; `:"f"` for « 1re »."""
    return french.ordinal(number, feminine=gender == "f")


@register.filter
def iso(at: datetime) -> str:
    """The instant as browsers read it."""
    return at.isoformat()


@register.filter
def microseconds(at: datetime) -> int:
    """The instant as one number, for the server to read again."""
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


@register.filter
def instant(at: datetime) -> str:
    """« 2026-11-25T19:05:00Z »: the instant to the second, for rows that are many."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@register.filter
def nbsp(text: str) -> str:
    """French spaces: narrow no-break before ; : ! ? and inside guillemets."""
    narrow = french.NARROW
    spaced = _BEFORE_HIGH_PUNCTUATION.sub(narrow, str(text))
    return _BEFORE_CLOSING.sub(f"{narrow}»", _AFTER_OPENING.sub(f"«{narrow}", spaced))


@register.filter
def entry(mapping: Mapping[str, Any], key: str) -> Any:
    """`mapping[key]`, or nothing: for keys only known when the page is drawn."""
    return mapping.get(key, "")


@register.simple_tag
def filter_choices(spec: Any, changes: Any) -> list[Any]:
    """The choices of one filter of the administration's list: Django asks for the list, templates give no argument."""
    return list(spec.choices(changes))
