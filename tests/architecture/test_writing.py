"""House rules of Python, on the house and on samples."""

from collections.abc import Callable

import pytest
from django.apps import apps

from osmose.kernel.crypto.fields import EncryptedField
from tests.architecture import tree
from tests.architecture.guards import writing
from tests.architecture.tree import Source
from tests.architecture.verdict import none

Guard = Callable[[list[Source]], list[str]]
_HERE = "osmose/patients/queries.py"


def _encrypted() -> frozenset[str]:
    return frozenset(f.name for m in apps.get_models() for f in m._meta.fields if isinstance(f, EncryptedField))


def sorts_of_secrets(sources: list[Source]) -> list[str]:
    return writing.sorts_of_secrets(sources, _encrypted())


BAD: list[tuple[Guard, str]] = [
    (writing.bare_saves, "row.save()"),
    (writing.bare_saves, "row.save(using='default')"),
    (writing.glued_sql, 'cursor.execute(f"SELECT 1 FROM {table}")'),
    (writing.glued_sql, 'cursor.execute("SELECT %s" % name)'),
    (writing.glued_sql, 'cursor.execute("SELECT " + name)'),
    (writing.glued_sql, 'cursor.execute("SELECT {}".format(name))'),
    (writing.glued_sql, 'sql.SQL(f"SELECT {name}")'),
    (writing.glued_sql, 'cursor.execute(f"SELECT {quote_name(a)} {b}")'),
    (writing.other_clocks, "datetime.now(UTC)"),
    (writing.other_clocks, "django.utils.timezone.now()"),
    (writing.other_clocks, "datetime.date.today()"),
    (writing.other_clocks, "time.time()"),
    (writing.banned_names, "with pgtrigger.ignore('x'):\n    pass"),
    (writing.banned_names, "from pgtrigger import ignore"),
    (writing.banned_names, "from django.shortcuts import get_object_or_404"),
    (writing.banned_names, "from django.db.models.signals import post_save"),
    (writing.banned_names, "from django.dispatch import receiver"),
    (writing.prints, "print('x')"),
    (sorts_of_secrets, "rows.order_by('-birth_name')"),
    (sorts_of_secrets, "rows.distinct('patient__birth_date')"),
    (sorts_of_secrets, "class Meta:\n    ordering: ClassVar = ['motif']"),
]
GOOD: list[tuple[Guard, str]] = [
    (writing.bare_saves, "row.save(update_fields=['motif'])\nrow.save(force_insert=True)\nrows.save(row, 'motif')"),
    (writing.bare_saves, "super().save(**kwargs)"),
    (writing.glued_sql, 'cursor.execute("SELECT %s", [name])'),
    (writing.glued_sql, 'cursor.execute(f"REVOKE ALL ON {connection.ops.quote_name(table)} FROM x")'),
    (writing.glued_sql, 'cursor.execute(f"SELECT {name}")  # sql: a constant of this module'),
    (writing.glued_sql, 'sql.SQL("SELECT {}").format(sql.Identifier(name))'),
    (writing.other_clocks, "clock.now()\ntime.monotonic()\ndatetime.fromisoformat(x)"),
    (writing.banned_names, "import pgtrigger\npgtrigger.Protect(name='x')"),
    (writing.prints, "self.stdout.write('x')"),
    (sorts_of_secrets, "rows.order_by('-arrived_at')"),
]
GUARDS: list[Guard] = list(dict.fromkeys(guard for guard, _ in BAD))


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_writing_of_the_house(guard: Guard) -> None:
    none(guard(list(tree.house())))


@pytest.mark.parametrize(("guard", "text"), BAD)
def test_a_bad_sample_is_seen(guard: Guard, text: str) -> None:
    assert guard([Source(_HERE, text)])


@pytest.mark.parametrize(("guard", "text"), GOOD)
def test_a_good_sample_is_let_be(guard: Guard, text: str) -> None:
    assert not guard([Source(_HERE, text)])


def test_only_the_clock_and_the_command_line_are_exempt() -> None:
    assert not writing.other_clocks([Source(writing.CLOCK, "datetime.now(UTC)")])
    assert not writing.prints([Source("osmose/project/cli/demo.py", "print('x')")])


def test_migrations_keep_the_rules_of_sql_too() -> None:
    none(writing.glued_sql(tree.everything()))


def test_no_module_is_long() -> None:
    paths = {source.path: source.text for source in (*tree.house(), *tree.rest())}
    none(writing.long_files(paths, writing.MODULE_LINES))


def test_no_template_is_long() -> None:
    paths = {template.path: template.text for template in tree.templates()}
    none(writing.long_files(paths, writing.TEMPLATE_LINES))


def test_no_function_is_long() -> None:
    none(writing.long_functions((*tree.house(), *tree.rest())))


def test_nothing_is_named_after_a_drawer() -> None:
    none(writing.drawers((*tree.house(), *tree.rest())))


def test_long_things_and_drawers_are_seen() -> None:
    long = "def f():\n" + "    x = 1\n" * 50
    assert writing.long_functions([Source(_HERE, long)])
    assert not writing.long_functions([Source(_HERE, long.replace("    x = 1\n", "", 1))])
    assert writing.long_files({"a": "\n" * 401}, writing.MODULE_LINES)
    assert not writing.long_files({"a": "\n" * 400}, writing.MODULE_LINES)
    assert writing.drawers([Source("osmose/patients/utils.py", ""), Source("osmose/core/models.py", "")])
