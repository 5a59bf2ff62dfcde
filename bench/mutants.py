"""How many mutants of Skillancer's rules no proof notices, on a sample of its alerts.

The sample is one alert of each kind: alerts that differ in numbers and in the texts of
labels alone are of one kind, such as the burn rates of different objectives. All that
is recorded stays. The command is the one that a user runs.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

_ROOT: Final = Path(__file__).parents[1]
_VARYING: Final = re.compile(r'"[^"]*"|\b\d[\d.]*[smhdwy]?\b')
"""Texts of labels, numbers and durations."""


def _sample(built: Path, folder: Path) -> int:
    """Writes the rule files with one alert of each kind, and gives how many."""
    seen: set[object] = set()
    for path in sorted((built / "prometheus/rules").glob("*.yml")):
        document = yaml.safe_load(path.read_text())
        for group in document["groups"]:
            group["rules"] = [one for one in group["rules"] if _is_new(one, seen)]
        document["groups"] = [one for one in document["groups"] if one["rules"]]
        (folder / path.name).write_text(yaml.safe_dump(document, sort_keys=False))
    return len(seen)


def _is_new(rule: Mapping[str, Any], seen: set[object]) -> bool:
    if "record" in rule:
        return True
    kind = (_VARYING.sub("", rule["expr"]), "for" in rule, "keep_firing_for" in rule)
    is_new = kind not in seen
    seen.add(kind)
    return is_new


def main() -> None:
    """Builds, samples, tries the mutants and prints what survives."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    sightline = [sys.executable, "-m", "sightline"]
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as name:
        built, folder = Path(name) / "built", Path(name) / "rules"
        folder.mkdir()
        build = [*sightline, "build", "-o", str(built), "--target", "prometheus"]
        subprocess.run(build, cwd=_ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
        count = _sample(built, folder)
        prove = [*sightline, "prove", str(folder), "--mutate", "--format=json"]
        begin = time.perf_counter()
        said = subprocess.run(prove, cwd=_ROOT, check=False, capture_output=True)  # noqa: S603 - our own command
        seconds = time.perf_counter() - begin
        mutants = json.loads(said.stdout)["mutants"]
    for one in mutants["survivors"]:
        print(f"{one['alert']:28} {one['change']}")
    share = mutants["killed"] / mutants["total"]
    print(
        f"{count} kinds of alerts: {mutants['killed']} of {mutants['total']} mutants "
        f"killed ({share:.1%}), {len(mutants['equivalent'])} more equivalent, "
        f"{seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
