"""Components and partials, drawn: cotton and template-partials fail silently when they are configured wrongly."""

from datetime import timedelta

import pytest
from django.template import engines
from django.template.loader import get_template

from osmose.kernel.base.ids import new_id
from osmose.kernel.web.templatetags import osmose as tags
from tests.web.drawing import NOON, component


def test_a_component_is_drawn_and_not_left_as_a_tag() -> None:
    html = component('<c-badge tone="warning" icon="hourglass">Demandée</c-badge>')
    assert "<c-badge" not in html
    assert 'class="badge" data-tone="warning"' in html
    assert "icons.svg#hourglass" in html
    assert "Demandée" in html


def test_a_component_in_a_partial_and_a_partial_in_a_component_are_both_drawn() -> None:
    html = component(
        "{% partialdef inner %}<b>dans la fiche</b>{% endpartialdef %}"
        "{% partialdef outer %}<c-badge>étiquette</c-badge>{% endpartialdef %}"
        '{% partial outer %}<c-panel title="Suivi" body>{% partial inner %}</c-panel>'
    )
    assert html.count('class="badge"') == 1
    assert "<b>dans la fiche</b>" in html.split('class="panel-body"')[1]


def test_a_partial_of_a_page_is_found_by_its_name() -> None:
    assert get_template("styleguide.html#sample").render({}).strip() == "<b>partielle</b>"


def test_what_people_typed_is_escaped_in_attributes_and_slots() -> None:
    hostile = '"><script>alert(1)</script>'
    html = component(
        '<c-field label="Motif" name="motif" :value="text" error="{{ text }}" />'
        '<c-badge title="{{ text }}">{{ text }}</c-badge><c-textarea label="Note" name="n" :value="text" />',
        text=hostile,
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 5


def test_a_toggle_sends_the_wanted_state_with_and_without_scripts() -> None:
    html = component('<c-toggle name="status" value="requested" url="/x/" tone="w" on errors="#m">Demandé</c-toggle>')
    for part in ('form="act"', 'formaction="/x/"', 'hx-post="/x/"', 'hx-sync="this:drop"', 'aria-pressed="true"'):
        assert part in html
    assert 'hx-status:409="target:#m swap:innerHTML"' in html


def test_a_toggle_that_is_not_possible_says_why() -> None:
    html = component('<c-toggle value="done" reason="Demandez-le d’abord">Réalisé</c-toggle>')
    assert 'disabled title="Demandez-le d’abord"' in html
    assert "(Demandez-le d’abord)" in html


def test_a_toggle_group_draws_its_options() -> None:
    options = [
        {"value": "a", "label": "À faire", "tone": "", "current": False, "reason": ""},
        {"value": "b", "label": "En cours", "tone": "i", "current": True, "reason": ""},
    ]
    html = component('<c-toggles label="Bilan" name="status" url="/x/" :options="options" />', options=options)
    assert html.count('aria-pressed="true"') == 1
    assert 'role="group" aria-label="Bilan"' in html
    assert 'value="b"' in html


def test_elapsed_time_shows_the_hour_without_scripts_and_the_same_bytes_to_everybody() -> None:
    html = component('<c-elapsed :since="at" soon="30" late="60" label="Présent depuis" />', at=NOON)
    assert "<span data-elapsed>13:05</span>" in html
    assert 'data-since="2026-11-23T12:05:00+00:00"' in html
    assert 'title="Présent depuis lun. 23 nov. 13:05"' in html


def test_an_invalid_field_is_told_to_screen_readers() -> None:
    html = component('<c-field label="Taux" name="oh" error="Entre 0 et 5." hint="En mg/L" />')
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="oh-hint oh-error"' in html


def test_an_unknown_icon_shows_a_circle_and_a_known_one_itself() -> None:
    assert "#circle" in tags.icon("no-such-icon")
    assert "#bed" in tags.icon("bed")
    assert 'role="img" aria-label="Lit"' in tags.icon("bed", "", "Lit")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Vraiment ?", "Vraiment\u202f?"),
        ("Motif : « fugue »", "Motif\u202f: «\u202ffugue\u202f»"),
        ("14:05", "14:05"),
    ],
)
def test_french_spaces(written: str, shown: str) -> None:
    assert tags.nbsp(written) == shown


def test_french_times_and_ordinals() -> None:
    assert tags.elapsed(timedelta(minutes=130)) == "2\u00a0h\u00a010"
    assert tags.french_day_time(NOON) == "lun. 23 nov. 13:05"
    assert tags.ordinal(4) == "4ᵉ"
    assert tags.ordinal(1, "f") == "1re"


def test_a_submission_token_differs_each_time() -> None:
    template = engines["django"].from_string("{% load osmose %}{% submission_token %}{% submission_token %}")
    first, second = template.render({}).split('value="')[1:]
    assert first[:36] != second[:36]
    assert len(str(new_id())) == 36


def test_an_undefined_variable_fails() -> None:
    with pytest.raises(AssertionError, match="undefined template variable"):
        component("{{ nobody.knows }}")
