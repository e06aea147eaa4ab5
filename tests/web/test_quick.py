"""The short ways of `kernel.web.quick` lead where Django's own do, whatever is shown or named."""

from collections import UserDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from django.template import Context, base, engines
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.web import quick


class Colour(StrEnum):
    RED = "<rouge>"


class Counted(int):
    pass


@dataclass(frozen=True)
class Plain:
    name: str = "d’<Élodie> & « co »"
    number: int = 1234567
    nested: dict[str, Any] = field(default_factory=lambda: {"items": "clé", "autre": None})
    many: tuple[str, ...] = ("zéro", "un")

    @property
    def broken(self) -> str:
        return self.nothing  # type: ignore[attr-defined, no-any-return]

    def said(self) -> str:
        return "appelé"

    def asks(self, what: str) -> str:
        return what

    def erase(self) -> str:
        raise AssertionError("called")

    erase.alters_data = True  # type: ignore[attr-defined]


class Keyed(UserDict[str, str]):
    name = "attribut"


VALUES: dict[str, Any] = {
    "text": "d’<Élodie> & \"guillemets\" 'simples'",
    "safe": mark_safe("<b>sûr</b>"),
    "number": 1234567,
    "truth": True,
    "counted": Counted(3),
    "decimal": Decimal("1234.56"),
    "real": 1234.5,
    "nothing": None,
    "day": date(2026, 11, 25),
    "instant": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "lazy": gettext_lazy("Monday"),
    "colour": Colour.RED,
    "object": Plain(),
    "later": SimpleLazyObject(Plain),
    "keyed": Keyed(name="clé"),
    "defaults": defaultdict(str, {"name": "<a>"}),
    "mapping": {"items": "clé", "0": "zéro", "nested": Plain()},
    "list": ["<a>", "b"],
    "call": lambda: "appelé",
    "kind": Plain,
}
PATHS = [
    *VALUES, "object.name", "object.number", "object.nested.items", "object.nested.autre", "object.nested.absent",
    "object.many.1", "object.many.9", "object.said", "object.asks", "object.erase", "object.absent",
    "object.name.upper", "later.name", "later.nested.items", "keyed.name", "keyed.absent", "defaults.name",
    "defaults.absent", "defaults.items", "mapping.items", "mapping.keys", "mapping.nested.name", "mapping.0",
    "list.0", "list.7",
    "nothing.name", "colour.name", "colour.value", "call.upper", "kind.name", "absent", "absent.name", "text.upper",
    "instant.year",
]  # fmt: skip


@contextmanager
def djangos_own() -> Iterator[None]:
    """Inside, Django as it comes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base.Variable, "_resolve_lookup", quick._resolve_slowly)
        patch.setattr(base, "render_value_in_context", quick._render_slowly)
        yield


def drawn(source: str, values: dict[str, Any], *, autoescape: bool) -> str:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    context = Context(values, autoescape=autoescape)
    try:
        return str(engine.from_string(source).render(context))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def test_the_application_takes_the_short_ways() -> None:
    assert base.Variable._resolve_lookup is quick.resolve_lookup
    assert base.render_value_in_context is quick.render_value


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("path", PATHS)
def test_a_name_says_the_same_both_ways(path: str, autoescape: bool) -> None:
    for source in (
        f"{{{{ {path} }}}}",
        f"{{% if {path} %}}oui{{% else %}}non{{% endif %}}",
        f"{{% with x={path} %}}{{{{ x }}}}{{% endwith %}}",
        f"{{{{ {path}|default:'rien'|length }}}}",
    ):
        short = drawn(source, VALUES, autoescape=autoescape)
        with djangos_own():
            assert drawn(source, VALUES, autoescape=autoescape) == short, source


@given(st.text() | st.integers() | st.booleans() | st.floats() | st.none() | st.binary() | st.lists(st.text()))
def test_any_value_is_written_the_same_both_ways(value: Any) -> None:
    short = [drawn("{{ value }}", {"value": value}, autoescape=escaped) for escaped in (True, False)]
    with djangos_own():
        assert short == [drawn("{{ value }}", {"value": value}, autoescape=escaped) for escaped in (True, False)]


def test_a_deed_is_never_done_by_showing_it() -> None:
    assert "called" not in drawn("{{ object.erase }}", VALUES, autoescape=True)


def test_the_error_of_a_property_is_not_taken_for_a_missing_name() -> None:
    assert "AttributeError" in drawn("{{ object.broken }}", VALUES, autoescape=True)
