"""p50 and p95 of each screen, with its queries and bytes, on the demonstration hospital in a database of its own.

Server time only: the request goes through Django's test client (every middleware, guard, journal and template), the
database through its socket. Warm-up first. The table is also written to bench/out/screens.json.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "out" / "screens.json"
ROUNDS = 60


def prepare() -> None:
    """A database of its own under var/bench, seeded once."""
    from osmose.project.environment import ROOT

    os.environ.setdefault("OSMOSE_VAR_DIR", str(ROOT / "var" / "bench"))
    from osmose.project.cli import world

    world.choose_settings()
    globals()["_server"] = world.find_database()
    world.prepare()
    world.ready_django()
    from django.conf import settings

    from osmose.encounters.models import Encounter

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    if not Encounter.objects.exists():
        from osmose.demo.seed import seed

        seed()


def measure(name: str, call: Callable[[], Any]) -> dict[str, Any]:
    """One screen: queries of one warm request, then the times of many."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    for _ in range(5):
        answer = call()
    with CaptureQueriesContext(connection) as captured:
        answer = call()
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET TRANSACTION", "ROLLBACK")
    queries = [q for q in captured.captured_queries if not q["sql"].upper().startswith(control)]
    reset_queries()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = call()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return {
        "screen": name,
        "status": answer.status_code,
        "queries": len(queries),
        "bytes": len(answer.content),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95) - 1], 1),
    }


def screens() -> list[tuple[str, Callable[[], Any]]]:
    """What is measured: reading, refreshing and clicking, as the first nurse of the SAU."""
    from django.test import Client

    from osmose.accounts.models import User
    from osmose.accounts.queries import actor_for
    from osmose.encounters.queries import open_of
    from osmose.kernel.base.clock import now

    user = User.objects.get(email="agent1@osmose.fr")
    client = Client()
    client.force_login(user)
    rows = open_of(actor_for(user, acting_unit_id=None, now=now()), now())
    pec = f"/pec/{rows[0].id}/"
    modes = iter(["seul", "police"] * 10_000)

    def click() -> Any:
        return client.post(f"{pec}mode-arrivee/", {"arrival_mode": next(modes)}, headers={"HX-Request": "true"})

    return [
        (f"liste, {len(rows)} PEC", lambda: client.get("/pec/")),
        ("page patient", lambda: client.get(pec)),
        ("un clic (réponse htmx comprise)", click),
        ("nouvelle PEC, page", lambda: client.get("/pec/nouvelle/")),
        ("connexion, page", lambda: Client().get("/login")),
    ]


def main() -> None:
    prepare()
    results = [measure(name, call) for name, call in screens()]
    print(f"{'écran':<34}{'statut':>7}{'requêtes':>10}{'octets':>9}{'p50 ms':>9}{'p95 ms':>9}")
    for r in results:
        print(f"{r['screen']:<34}{r['status']:>7}{r['queries']:>10}{r['bytes']:>9}{r['p50_ms']:>9}{r['p95_ms']:>9}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
