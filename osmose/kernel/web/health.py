"""Two answers for machines: the process is up; it can serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """200 as long as the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """200 when the database answers and every migration is applied; 503 and one sentence otherwise."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _unready("La base de données ne répond pas.")
    if pending:
        return _unready(f"{len(pending)} migration(s) à appliquer.")
    return HttpResponse("prêt\n", content_type="text/plain; charset=utf-8")


def _unready(sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=503, content_type="text/plain; charset=utf-8")
