"""One size of archive, measured in a process of its own; the result goes to a file as JSON."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.world import World


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench.one")
    parser.add_argument("--closed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--reset", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--throughput", action="store_true")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    world = World(options.closed)
    loaded = world.open(reset=options.reset)
    print(f"{options.closed} PEC clôturées prêtes en {time.perf_counter() - start:.0f} s", file=sys.stderr)
    result = _measured(world, options)
    result |= {"closed": options.closed, "loaded": loaded}
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


def _measured(world: World, options: argparse.Namespace) -> dict[str, Any]:
    from bench import inspect, screens, throughput
    from bench.measure import measure

    subjects = screens.Subjects.find()
    result: dict[str, Any] = {"active": subjects.active, "screens": [], "throughput": []}
    plans = inspect.Plans(options.out.with_suffix(".plans.txt")) if options.explain else None
    for screen in screens.all_of(subjects, world.owner_url()):
        if options.only not in screen.name:
            continue
        measured = measure(screen)
        result["screens"].append(measured.as_json())
        print(f"  {screen.name}: p50 {measured.p50} ms", file=sys.stderr)
        if options.profile:
            inspect.profile(screen, options.out.with_suffix(f".{len(result['screens'])}.profile.txt"))
        if plans is not None:
            plans.explain(measured)
    if options.throughput:
        result["throughput"] = throughput.run(subjects)
    return result


if __name__ == "__main__":
    main(sys.argv[1:])
