"""`make bench`: loads what is missing, measures, prints a table and writes bench/out/board.json.

make bench                            archives of 1,000 and 100,000 closed PECs
make bench ARGS="--full"              and of 1,000,000
make bench ARGS="--closed 1000"       one size (repeat for several)
make bench ARGS="--reset"             loaded again
make bench ARGS="--only tableau --profile --explain"
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import report
from osmose.project.environment import ROOT

OUT = Path(__file__).parent / "out"
SIZES = (1_000, 100_000)
FULL = 1_000_000


def main(arguments: list[str]) -> int:
    """Each size in a process of its own: one never warms the caches of another."""
    parser = argparse.ArgumentParser(prog="make bench", description="Mesure les écrans d’Osmose.")
    parser.add_argument("--closed", type=int, action="append", help="PEC clôturées (répétable)")
    parser.add_argument("--full", action="store_true", help="ajoute un million de PEC clôturées")
    parser.add_argument("--reset", action="store_true", help="recharge les bases")
    parser.add_argument("--only", default="", help="les écrans dont le nom contient ce texte")
    parser.add_argument("--profile", action="store_true", help="écrit où passe le temps (bench/out)")
    parser.add_argument("--explain", action="store_true", help="écrit les plans des requêtes (bench/out)")
    parser.add_argument("--no-throughput", action="store_true", help="sans le débit en HTTP")
    options = parser.parse_args(arguments)
    OUT.mkdir(exist_ok=True)
    sizes = sorted(set(options.closed or SIZES) | ({FULL} if options.full else set()))
    results = [_one(size, options) for size in sizes]
    print("\n".join(report.lines(results)))
    told = {"results": results, "ratios": report.ratios(results)}
    (OUT / "board.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _one(closed: int, options: argparse.Namespace) -> dict[str, Any]:
    out = OUT / f"{closed}.json"
    flags = [f"--{name}" for name in ("reset", "profile", "explain") if getattr(options, name)]
    flags += [] if options.no_throughput or options.only else ["--throughput"]
    command = [sys.executable, "-m", "bench.one", "--closed", str(closed), "--out", str(out), "--only", options.only]
    subprocess.run([*command, *flags], cwd=ROOT, check=True)
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    for screen in result["screens"]:
        del screen["statements"]
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
