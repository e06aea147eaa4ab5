"""Two short ways through Django's template engine, for what nearly every variable of a page is.

A page shows some 1,700 values and asks as many attributes. Django looks each name up as a key first, raising and
catching an exception for every attribute of a plain object, then passes each text by time zones, number formats and
lazy translations. Where a value is a plain text, or a name an attribute of an object without keys, the same answer is
given at once; everything else takes Django's own way, unchanged (docs/decisions/0010).
"""

from html import escape
from typing import Any

from django.template import base as _base
from django.utils.safestring import SafeString

base: Any = _base  # the stubs don't show what is private
_resolve_slowly = base.Variable._resolve_lookup
_render_slowly = base.render_value_in_context
_without_keys: dict[type, bool] = {}


def install() -> None:
    """Once, when the application is ready."""
    base.Variable._resolve_lookup = resolve_lookup
    base.render_value_in_context = render_value


def render_value(value: Any, context: Any) -> str:
    """What `{{ value }}` writes: texts and whole numbers at once."""
    kind = type(value)
    if kind is SafeString:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return escape(value) if context.autoescape else value
    if kind is int:
        return str(value)  # no thousands separator: USE_THOUSAND_SEPARATOR stays off
    return str(_render_slowly(value, context))


def resolve_lookup(variable: Any, context: Any) -> Any:
    """What `first.second.third` names: keys of dictionaries, attributes of objects without keys, nothing to call.

    A name that isn't there, and whatever is to be called, is Django's business from the beginning.
    """
    try:
        current = context[variable.lookups[0]]
        if callable(current):
            return _resolve_slowly(variable, context)
        for name in variable.lookups[1:]:
            kind = type(current)
            if kind is dict:
                current = current[name]
            elif _has_no_keys(kind):
                current = getattr(current, name)
            else:
                return _resolve_slowly(variable, context)
            if callable(current):
                return _resolve_slowly(variable, context)
    except (KeyError, AttributeError, TypeError):
        return _resolve_slowly(variable, context)
    return current


def _has_no_keys(kind: type) -> bool:
    """Whether `value[name]` is never tried on values of this type; asked of the type, as Django does."""
    known = _without_keys.get(kind)
    if known is None:
        known = _without_keys[kind] = not hasattr(kind, "__getitem__")
    return known
