"""How long `check` takes as a whole process, beside `promtool check rules`.

Two loads: the spec of this repository with everything that it builds, and 10,000
generated rules in 100 files, half of them alerts, over expressions of the usual shapes.
promtool parses the same rule files and looks for duplicates; `check` also parses the
templates and routes, infers what every expression can be, and runs all of its checks.
The best of several runs is printed, with the processor time of all processes.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sightline.stack.acquire import binaries

_ROOT: Final = Path(__file__).parents[1]
_FILES: Final = 100
_RULES: Final = 10_000
_SHAPES: Final = (
    'sum by (job, status) (rate(requests_{n}_total{{env="prod",status=~"5.."}}[5m]))',
    "sum by (job) (rate(bad_{n}_total[5m])) / sum by (job) (rate(all_{n}_total[5m]))",
    "histogram_quantile(0.99, sum by (job, le) (rate(latency_{n}_bucket[5m])))",
    "max by (queue) (depth_{n}) and on (queue) max by (queue) (age_{n}_seconds) > 60",
    "1 - avg_over_time(ready_{n}[30m]) / on (job) group_left (team) owner_{n}",
)


def _write_rules(folder: Path) -> None:
    per_file = _RULES // _FILES
    for file in range(_FILES):
        lines = ["groups:", f"  - name: group-{file}", "    rules:"]
        for number in range(file * per_file, (file + 1) * per_file):
            expr = _SHAPES[number % len(_SHAPES)].format(n=number)
            if number % 2:
                lines += [
                    f"      - record: job:r{number}:sum",
                    f"        expr: '{expr}'",
                ]
                continue
            lines += [
                f"      - alert: Alert{number}",
                f"        expr: ({expr}) > {number % 7 + 1}",
                "        for: 5m",
                "        labels: {severity: warning, team: web}",
                "        annotations:",
                '          summary: "it is {{ $value }}"',
                f"          runbook_url: https://runbooks.example.com/{number}",
            ]
        (folder / f"rules-{file}.yml").write_text("\n".join(lines) + "\n")


def _measure(argv: Sequence[str], cwd: Path, runs: int) -> tuple[float, float]:
    """Gives the seconds and the processor seconds of the best of some runs."""
    times: list[tuple[float, float]] = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - programs that this file names
            argv, cwd=cwd, stdout=subprocess.DEVNULL, check=False
        )
        wall = time.perf_counter() - begin
        if done.returncode not in {0, 1}:
            raise SystemExit(f"{argv[0]} ended with {done.returncode}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        times.append((wall, spent))
    return min(times)


def main() -> None:
    """Measures both loads and prints a line for each, and all of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    settings = binaries.settings_from_environ(os.environ, {})
    found = asyncio.run(binaries.acquire(("promtool",), settings))
    promtool = str(found["promtool"].path)
    sightline = [sys.executable, "-m", "sightline", "check", "--fail-on", "error"]
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as name:
        folder = Path(name)
        _write_rules(folder)
        rules = sorted(str(path) for path in folder.glob("*.yml"))
        loads: dict[str, tuple[list[str], Path]] = {
            "the spec and its artifacts, sightline check": (sightline, _ROOT),
            f"{_RULES:,} rules, sightline check": ([*sightline, "."], folder),
            f"{_RULES:,} rules, promtool check rules": (
                [promtool, "check", "rules", *rules],
                folder,
            ),
        }
        for load, (argv, cwd) in loads.items():
            wall, spent = _measure(argv, cwd, runs)
            figures[load] = {"seconds": wall, "processor_seconds": spent}
            print(f"{load:46} {wall:6.2f} s, {spent:6.2f} s of processor time")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
