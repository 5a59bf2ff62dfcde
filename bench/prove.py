"""How long `prove` takes as a whole process, beside promtool on what it keeps.

The load is what this repository's spec builds. `prove` finds inputs, writes scenarios,
runs them on promtool, judges what it said and routes every alert; promtool alone runs
the same scenarios from the kept files, with what is expected of them.
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


def _measure(argv: Sequence[str]) -> tuple[float, float]:
    """Gives the seconds and the processor seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - programs that this file names
        argv, cwd=_ROOT, stdout=subprocess.DEVNULL, check=False
    )
    wall = time.perf_counter() - begin
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{argv[0]} ended with {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, spent


def main() -> None:
    """Measures `prove` with and without mutants, and promtool on what it keeps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-mutants", action="store_true")
    has_mutants = not parser.parse_args().no_mutants
    settings = binaries.settings_from_environ(os.environ, {})
    found = asyncio.run(binaries.acquire(("promtool",), settings))
    promtool = str(found["promtool"].path)
    prove = [sys.executable, "-m", "sightline", "prove"]
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as name:
        loads: dict[str, list[str]] = {
            "sightline prove": [*prove, "--write", name],
            "promtool test rules, kept files": [promtool, "test", "rules"],
        }
        if has_mutants:
            loads["sightline prove --mutate"] = [*prove, "--mutate"]
        for load, argv in loads.items():
            kept = sorted(str(path) for path in Path(name).glob("*.test.yml"))
            wall, spent = _measure([*argv, *kept] if "promtool" in load else argv)
            figures[load] = {"seconds": wall, "processor_seconds": spent}
            print(f"{load:34} {wall:6.1f} s, {spent:6.1f} s of processor time")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
