"""Templates keep the strict policy and the ways of htmx 4; each rule is tried on a good and a bad sample."""

import re
from pathlib import Path

import pytest

from tests.architecture.template_lint import RULES, faults, templates

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 150

# rule, what it refuses, what it lets through
SAMPLES = [
    ("no_inline_handler", '<button onclick="go()">x</button>', "<button data-dialog-open>x</button>"),
    ("no_inline_handler", '<div hx-on:click="go()"></div>', '<div data-on="w"></div>'),
    ("no_inline_handler", "<img src=x onerror=go()>", '<c-toggle tone="w" on>x</c-toggle>'),
    ("no_inline_style", '<p style="">x</p>', '<p class="wait">x</p>'),
    ("no_inline_style", "<style>p{}</style>", '<link rel="stylesheet" href="/static/web/osmose.css">'),
    ("no_inline_script", "<script>go()</script>", '<script src="/static/web/osmose.js" defer></script>'),
    ("no_inline_script", '<script type="module">go()</script>', '<script type="application/json">{}</script>'),
    ("no_evaluated_htmx", "<div hx-vals='js:{a: 1}'></div>", "<div hx-vals='{\"a\": 1}'></div>"),
    ("no_evaluated_htmx", '<div hx-trigger="click[open]"></div>', '<div hx-trigger="load, refresh"></div>'),
    ("one_timer", '<div hx-trigger="every 5s, refresh"></div>', '<div data-poll hx-trigger="refresh"></div>'),
    ("no_evaluated_htmx", '<a href="javascript:go()">x</a>', '<a href="/pec/">x</a>'),
    ("no_disabling_htmx", '<button hx-disable="this">x</button>', "<button>x</button>"),
    (
        "guarded_sending",
        '<button hx-post="/x/" hx-target="#a">x</button>',
        '<button hx-post="/x/" hx-target="#a" hx-sync="this:drop">x</button>',
    ),
    (
        "targeted_htmx",
        '<button hx-get="/x/">x</button>',
        '<div hx-get="/x/" hx-swap="outerMorph"></div><i hx-get="/y/" hx-target="#a"></i>',
    ),
    (
        "morphed_pushes",
        '<hx-partial hx-target="#r" hx-swap="outerHTML"></hx-partial>',
        '<hx-partial hx-target="#r" hx-swap="outerMorph"></hx-partial>',
    ),
    ("no_generated_rows", '<template x-for="i in items"></template>', '<div x-show="open"></div>'),
    ("no_generated_rows", '<div x-html="text"></div>', '<div x-text="text"></div>'),
    ("no_other_host", '<img src="https://cdn.example.org/a.png">', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
    ("no_other_host", '<script src="//cdn.example.org/a.js"></script>', '<a href="/pec//x">x</a>'),
    ("forms_not_remembered", "<form></form>", '<form autocomplete="off"></form><form method="dialog"></form>'),
    (
        "forms_with_token",
        '<form method="post" autocomplete="off"></form>',
        '<form method="post" autocomplete="off">{% csrf_token %}</form>',
    ),
    ("escaped_text", "{{ note|safe }}", "{{ note }}"),
    ("escaped_text", "{% autoescape off %}{{ note }}{% endautoescape %}", "{{ note|linebreaksbr }}"),
    ("whole_class_names", '<i class="bg-{{ tone }}"></i>', '<i class="badge-{{ look }}" data-tone="{{ tone }}"></i>'),
    ("french_spaces", "<p>Vraiment ?</p>", "<p>Vraiment\u202f?</p>"),
    ("french_spaces", '<p title="Motif : fugue">x</p>', "<p>14:05</p>{% if a ? b %}{% endif %}"),
    ("french_spaces", "<p>« fugue »</p>", "<p>«\u202ffugue\u202f»</p>"),
]


@pytest.mark.parametrize(("rule", "bad", "good"), SAMPLES)
def test_each_rule_refuses_its_bad_sample_and_lets_the_good_one_through(rule: str, bad: str, good: str) -> None:
    assert rule in {fault.rule for fault in faults(bad)}
    assert rule not in {fault.rule for fault in faults(good)}


def test_every_rule_has_samples_and_says_why() -> None:
    assert {rule.__name__ for rule in RULES} == {sample[0] for sample in SAMPLES}
    assert all(rule.__doc__ for rule in RULES)


def test_comments_are_not_read() -> None:
    assert faults('{% comment %}<p style="">{% endcomment %}{# <script> #}<!-- onclick="" -->') == []


def test_logic_inside_a_tag_hides_nothing() -> None:
    assert faults('<p {% if a > b %}class="x"{% endif %} onclick="go()">x</p>')
    assert not faults('<p {% if a > b %}class="x"{% endif %} {{ attrs }}>x</p>')


def test_the_line_of_a_fault_is_told() -> None:
    assert faults('<p>\n\n<i style="">x</i>')[0].line == 3


@pytest.mark.parametrize("path", templates(ROOT), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_templates_of_osmose_keep_every_rule(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", templates(ROOT), ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    sprite = (ROOT / "osmose/kernel/web/static/web/icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = set()
    for path in templates(ROOT):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'{%\s*icon "([^"]+)"', text)) | set(
            re.findall(r'<c-[^>]*?\sicon="([a-z0-9-]+)"', text)
        )
        named |= set(re.findall(r'<c-icon name="([a-z0-9-]+)"', text))
    assert named - known == set()


def test_every_component_says_how_it_is_used() -> None:
    for path in (ROOT / "osmose/kernel/web/templates/cotton").glob("*.html"):
        assert path.read_text(encoding="utf-8").startswith(f"{{% comment %}}<c-{path.stem}"), path.name
