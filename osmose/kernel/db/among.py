"""`pk__among=ids`: one of these identifiers, all given as one value, so that the SQL is the same for any number."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Lookup, UUIDField


@UUIDField.register_lookup
class Among(Lookup[Any]):
    """`= ANY(array)`, where `__in` writes as many parameters as there are identifiers."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        given: Iterable[Any] = self.rhs
        return list(given)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*params, self.rhs)
