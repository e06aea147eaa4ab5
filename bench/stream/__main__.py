"""`make bench-stream`: from the commit of a click to the bytes at S screens; writes bench/out/stream.json.

make bench-stream                          100, 1,000 and 3,000 screens
make bench-stream ARGS="--screens 1000"    one size (repeat for several)
make bench-stream ARGS="--no-polling"      without the page that polls
"""

import argparse
import json
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.stream.processes import Process, free_port
from bench.world import World

OUT = Path(__file__).resolve().parents[1] / "out"
SIZES = (100, 1000, 3000)
CHANGES, EVERY = 30, 0.4
BURST, HANDS = 50, 4
POLLED_FOR, POLLED_MOST = 24.0, 1000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench-stream", description="Mesure le flux des écrans.")
    parser.add_argument("--screens", type=int, action="append", help="écrans (répétable)")
    parser.add_argument("--closed", type=int, default=1000, help="PEC clôturées")
    parser.add_argument("--no-polling", action="store_true", help="sans la page qui interroge")
    options = parser.parse_args(arguments)
    world = World(options.closed)
    world.open(reset=False)
    results = [_measured(size, polls=not options.no_polling) for size in sorted(options.screens or SIZES)]
    OUT.mkdir(exist_ok=True)
    (OUT / "stream.json").write_text(json.dumps({"results": results}, ensure_ascii=False, indent=1), encoding="utf-8")
    for result in results:
        print(_line(result))
    return 0


def _measured(size: int, *, polls: bool) -> dict[str, Any]:
    from bench.screens import logged_in
    from bench.stream import people
    from bench.stream.deeds import Nurse

    web, port = free_port(), free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".cookies") as file:
        file.write("\n".join(people.cookies(size)))
        file.flush()
        with Process("osmose.project", "serve", "--port", str(web)) as server:
            server.accepts(web)
            nurses = [Nurse(web, logged_in("agent1")) for _ in range(HANDS)]
            with Process("osmose.project", "stream", "--port", str(port)) as stream:
                stream.accepts(port)
                empty = _warmed(port, stream, nurses[0], file.name)
                with Process("bench.stream.crowd", str(port), str(size), file.name) as crowd:
                    told = _streamed(size, nurses, stream, crowd, empty)
            told["floor"] = _floor(size, told["row_bytes"], file.name)
            if polls and size <= POLLED_MOST:
                told["polling"] = _polled(size, web, nurses[0])
    print(_line(told), file=sys.stderr)
    return told


def _warmed(port: int, stream: Process, nurse: Any, cookies: str) -> int:
    """The memory of a process that has drawn rows for one screen: what the others add is theirs."""
    with Process("bench.stream.crowd", str(port), "1", cookies) as crowd:
        while crowd.asked()["greeted"] < 1:
            time.sleep(0.1)
        for pec in [*_pecs(), *_pecs()]:  # from now on, each click changes something
            nurse.click(pec)
        time.sleep(2)
        return stream.kilobytes


def _streamed(size: int, nurses: list[Any], stream: Process, crowd: Process, empty: int) -> dict[str, Any]:
    from bench.stream.deeds import Commits

    began = time.monotonic()
    while (told := crowd.asked())["greeted"] < size:
        if told["lost"]:
            raise RuntimeError(f"{told['lost']} screens were refused")
        time.sleep(0.2)
    connected = time.monotonic() - began
    with Commits(_url()) as commits:
        told = _clicked(size, nurses, stream, crowd, commits)
    memory = round((stream.kilobytes - empty) / size, 1)
    return {"screens": size, "connected_seconds": round(connected, 1), "memory_kb_per_screen": memory, **told}


def _clicked(size: int, nurses: list[Any], stream: Process, crowd: Process, commits: Any) -> dict[str, Any]:
    pecs = _pecs()
    for _ in range(3):
        nurses[0].click(pecs[0])
    time.sleep(1)
    crowd.asked(), commits.take()
    cpu, clock = stream.cpu_seconds, time.monotonic()
    for turn in range(CHANGES):
        nurses[0].click(pecs[turn % len(pecs)])
        time.sleep(EVERY)
    busy = (stream.cpu_seconds - cpu) / (time.monotonic() - clock)
    report = crowd.asked()
    return {
        "cpu": round(busy, 2),
        "row_bytes": report["bytes"],
        **_latencies(report["arrivals"], commits.take(), size),
        "burst": _burst(size, nurses, pecs, crowd, commits),
    }


def _burst(size: int, nurses: list[Any], pecs: list[Any], crowd: Process, commits: Any) -> dict[str, Any]:
    """50 changes in about a second: how long after the last one every screen was right."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(nurses)) as hands:
        for hand, nurse in enumerate(nurses):
            hands.submit(lambda nurse=nurse, hand=hand: [nurse.click(pec) for pec in pecs[hand : BURST : len(nurses)]])
    seconds = time.monotonic() - began
    time.sleep(3)
    report, last = crowd.asked(), max(commits.take())
    truth = _versions(pecs[:BURST])
    right = sum(report["held"].get(pk, {}).get(version, 0) for pk, version in truth.items())
    return {
        "seconds": round(seconds, 2),
        "right": right == size * len(truth),
        "settled_ms": round((max(report["arrivals"]) - last) / 1e6, 1),
    }


def _floor(size: int, row_bytes: int, cookies: str) -> dict[str, float]:
    port = free_port()
    with Process("bench.stream.floor", str(port), str(row_bytes)) as floor:
        floor.accepts(port)
        with Process("bench.stream.crowd", str(port), str(size), cookies) as crowd:
            while crowd.asked()["greeted"] < size:
                time.sleep(0.1)
            sent = []
            for _ in range(CHANGES):
                sent.append(time.monotonic_ns())
                floor.says("go")
                time.sleep(EVERY)
            return _latencies(crowd.asked()["arrivals"], sent, size)


def _polled(size: int, web: int, nurse: Any) -> dict[str, Any]:
    from bench.stream.deeds import Commits

    page = nurse.get("/pec/?portee=actives")
    found = re.search(r'hx-get="(/pec/lignes/[^"]+)"', page)
    if found is None:
        raise RuntimeError("the board does not refresh itself any more")
    address = found.group(1).replace("&amp;", "&")
    address, _, version = address.rpartition("&version=")
    pecs = _pecs()
    words = [str(web), str(size), nurse.cookie, address, version, str(POLLED_FOR)]
    with Commits(_url()) as commits, Process("bench.stream.polling", *words) as screens:
        time.sleep(6)
        for turn in range(3):
            nurse.click(pecs[turn])
            time.sleep(5)
        told = screens.answer()
        instants = commits.take()
    expected = size * len(instants)
    seen = _latencies(told["seen"], instants, size, most_ms=5000)
    return {
        **seen,
        "asked_a_second": round(told["asked"] / POLLED_FOR),
        "missed": 1 - round(seen["count"] / expected, 2),
    }


def _latencies(arrivals: list[int], instants: list[int], size: int, *, most_ms: float = 1e9) -> dict[str, float]:
    """From each instant to the arrivals before the next one, in milliseconds."""
    found: list[float] = []
    for at, following in pairwise([*instants, 2**63]):
        found += [ms for one in arrivals if at < one < following and (ms := (one - at) / 1e6) < most_ms]
    cuts = quantiles(found, n=100) if len(found) > 1 else [0.0] * 99
    return {
        "count": len(found),
        "expected": size * len(instants),
        "p50_ms": round(cuts[49], 1),
        "p99_ms": round(cuts[98], 1),
        "max_ms": round(max(found, default=0.0), 1),
    }


def _pecs() -> list[Any]:
    from osmose.encounters.models import Encounter

    rows = Encounter.objects.filter(status="active", care_unit__memberships__user__email="agent1@osmose.fr")
    return list(rows.order_by("pk").values_list("pk", flat=True).distinct()[:BURST])


def _versions(pecs: list[Any]) -> dict[str, str]:
    from osmose.encounters.models import Encounter

    rows = Encounter.objects.filter(pk__in=pecs).values_list("pk", "version", "patient__version")
    return {str(pk): f"{version}.{patient}" for pk, version, patient in rows}


def _url() -> str:
    from osmose.project.cli import world

    return world.owner_url()


def _line(result: dict[str, Any]) -> str:
    floor, burst, polling = result["floor"], result["burst"], result.get("polling")
    asked = f", interroger : p50 {polling['p50_ms']} ms, p99 {polling['p99_ms']} ms" if polling else ""
    return (
        f"{result['screens']} écrans : p50 {result['p50_ms']} ms, p99 {result['p99_ms']} ms, max {result['max_ms']} ms"
        f" (plancher p99 {floor['p99_ms']} ms), {result['memory_kb_per_screen']} Ko par écran, CPU {result['cpu']},"
        f" rafale {burst['settled_ms']} ms {'juste' if burst['right'] else 'FAUSSE'}{asked}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
