"""How long the stack takes to five ticks, and what each component weighs.

Three starts of the whole stack on a project of its own: with empty data, right after
that with the data kept, and once more. Beside each stands the same start without the
reference platform, so that what the twenty demo processes cost is seen. Programs are
fetched before the first clock starts; `--cold` fetches them into an empty cache first.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from sightline.stack import plot_library
from support import projects

_TICK = "✅"


def _start(project: projects.Project, *words: str) -> tuple[float, int]:
    """Gives the seconds to the end of `up`, and how many of the five lines passed."""
    began = time.perf_counter()
    done = project.run("up", "--background", *words)
    seconds = time.perf_counter() - began
    if done.returncode not in {0, 1}:
        sys.exit(done.stderr)
    return seconds, sum(line.startswith(_TICK) for line in done.stdout.splitlines())


def _report(name: str, measured: tuple[float, int]) -> None:
    seconds, ticks = measured
    print(f"{name:<44}{seconds:7.1f} s   {ticks} of 5 ticks")


def _weigh(project: projects.Project) -> dict[str, float]:
    listed = json.loads(project.run("status", "--json").stdout)["components"]
    return {one["name"]: one["rss_bytes"] / 2**20 for one in listed}


def _stop(project: projects.Project) -> float:
    began = time.perf_counter()
    project.run("down")
    return time.perf_counter() - began


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cold", action="store_true", help="with an empty cache")
    arguments = parser.parse_args()
    plot_library.ensure()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        project = projects.Project(Path(folder))
        if arguments.cold:
            os.environ["SIGHTLINE_CACHE"] = str(Path(folder, "cache"))
        try:
            _report("nothing kept", _start(project))
            weights = _weigh(project)
            stop_seconds = _stop(project)
            _report("data kept", _start(project))
            _stop(project)
            _report("data kept, again", _start(project))
            _stop(project)
            _report("data kept, without the platform", _start(project, "--no-demo"))
        finally:
            _stop(project)
    print(f"{'stop':<44}{stop_seconds:7.1f} s\n")
    for name, mebibytes in weights.items():
        print(f"{name:<44}{mebibytes:7.1f} MiB")
    print(f"{'all of it':<44}{sum(weights.values()):7.1f} MiB")
    print(json.dumps({"stop_seconds": stop_seconds, "rss_mebibytes": weights}))


if __name__ == "__main__":
    main()
