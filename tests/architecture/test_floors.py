"""Foreign keys, templates, addresses and dotted names go down, like imports."""

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from tests.architecture import tree
from tests.architecture.guards import floors
from tests.architecture.tree import Source, Template
from tests.architecture.verdict import none

_OWNERS = {"workspace/page.html": "workspace", "cotton/badge.html": "kernel.web", "base.html": "kernel.web"}


def _apps() -> dict[str, str]:
    return {
        config.label: tree.app_of(config.name) for config in apps.get_app_configs() if config.name.startswith("osmose.")
    }


def test_no_foreign_key_climbs() -> None:
    none(floors.climbing_relations(tree.house(), _apps()))


@pytest.mark.parametrize(
    "text",
    [
        'encounter = models.ForeignKey("encounters.Encounter", on_delete=models.PROTECT)',
        'encounter = models.OneToOneField(to="encounters.Encounter", on_delete=models.PROTECT)',
        'Encounter = apps.get_model("encounters.Encounter")',
    ],
)
def test_a_foreign_key_that_climbs_is_seen(text: str) -> None:
    assert floors.climbing_relations([Source("osmose/patients/models.py", text)], _apps())


def test_the_user_model_is_above_the_organisations() -> None:
    text = "by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)"
    assert floors.climbing_relations([Source("osmose/organisations/models.py", text)], _apps())
    assert not floors.climbing_relations([Source("osmose/patients/models.py", text)], _apps())


def test_no_string_names_an_app_above() -> None:
    none(floors.climbing_names(tree.house()))


def test_a_string_that_names_an_app_above_is_seen() -> None:
    planted = Source("osmose/kernel/web/urls.py", 'path("", include("osmose.workspace.urls"))')
    assert floors.climbing_names([planted])


def test_no_template_climbs() -> None:
    none(floors.climbing_templates(tree.templates(), floors.owners_of(tree.templates())))


@pytest.mark.parametrize(
    "text",
    [
        '{% include "workspace/page.html" %}',
        '{% include "workspace/page.html#row" %}',
        '{% extends "workspace/page.html" %}',
        "<c-missing />",
    ],
)
def test_a_template_that_climbs_is_seen(text: str) -> None:
    assert floors.climbing_templates([Template("osmose/kernel/web/templates/web/_x.html", text)], _OWNERS)


def test_a_template_may_use_those_below() -> None:
    text = '{% extends "base.html" %}<c-badge tone="info">x</c-badge><c-slot name="y"></c-slot>'
    assert not floors.climbing_templates([Template("osmose/workspace/templates/workspace/x.html", text)], _OWNERS)


def test_no_python_draws_a_template_of_an_app_above() -> None:
    none(floors.climbing_drawings(tree.house(), floors.owners_of(tree.templates())))


def test_a_drawing_that_climbs_is_seen() -> None:
    planted = Source("osmose/accounts/views.py", 'render(request, "workspace/page.html#row", {})')
    assert floors.climbing_drawings([planted], _OWNERS)


def test_no_address_climbs() -> None:
    addresses = floors.addresses_of(get_resolver().url_patterns, settings.ROOT_URLCONF)
    assert addresses["account_login"] == "accounts"
    none(floors.climbing_addresses(tree.house(), tree.templates(), addresses))


def test_an_address_that_climbs_is_seen() -> None:
    addresses = {"board": "workspace"}
    assert floors.climbing_addresses([Source("osmose/accounts/views.py", 'reverse("board")')], [], addresses)
    link = Template("osmose/kernel/web/templates/web/_x.html", "{% url 'board' %}")
    assert floors.climbing_addresses([], [link], addresses)
    assert floors.climbing_addresses([], [Template("osmose/demo/templates/x.html", "{% url 'nowhere' %}")], addresses)
