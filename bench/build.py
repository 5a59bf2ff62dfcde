"""How long a build takes, from the YAML of the spec to the last artifact.

Two specs: Skillancer's own, and an estate of 600 services made from it. Beside each
stands the same output given to PyYAML, read and written again by its C library and by
its Python classes: what a tool pays that leaves its formats to a general library.
"""

import functools
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from sightline.app import build
from sightline.model import artifacts
from sightline.spec import loading

_ROOT: Final = Path(__file__).parents[1]
_ESTATE_SERVICES: Final = 600
_ROUNDS: Final = 3
_MEBIBYTE: Final = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """A spec, and how many seconds its build may take."""

    name: str
    root: Path
    promised: float


def main() -> int:
    """Prints the table; 1 when a build takes longer than is promised."""
    with tempfile.TemporaryDirectory() as folder:
        subjects = (
            _Subject(name="Skillancer", root=_ROOT, promised=0.5),
            _Subject(
                name=f"{_ESTATE_SERVICES} services",
                root=_make_estate(Path(folder)),
                promised=10.0,
            ),
        )
        return max([_report(subject) for subject in subjects])


def _make_estate(root: Path) -> Path:
    """Copies the shipped spec and gives it many services with all their routes."""
    shutil.copytree(_ROOT / "monitoring", root / "monitoring")
    path = root / "monitoring/services.yaml"
    services = yaml.safe_load(path.read_text())["services"]
    kinds = list(services.values())
    names = list(services)
    more = {
        f"service-{number}": kinds[number % len(kinds)] | {"depends_on": ["postgres"]}
        for number in range(_ESTATE_SERVICES - len(names))
    }
    path.write_text(yaml.safe_dump({"services": services | more}))
    return root


def _report(subject: _Subject) -> int:
    wall, processor, built = _measure(lambda: _build(subject.root))
    texts = [one.text for one in built if one.path.suffix == ".yml"]
    size = sum(len(one.text.encode()) for one in built) / _MEBIBYTE
    rules = sum(text.count("\n      - alert:") for text in texts)
    print(f"{subject.name}: {len(built)} files, {size:.1f} MiB, {rules} alerts")
    _print("load and build", wall, processor, f"promised {subject.promised:g} s")
    for name, loader, dumper in (
        ("PyYAML over libyaml, same YAML", yaml.CSafeLoader, yaml.CSafeDumper),
        ("PyYAML alone, same YAML", yaml.SafeLoader, yaml.SafeDumper),
    ):
        work = functools.partial(_pass_through, texts, loader, dumper)
        _print(name, *_measure(work, 1)[:2])
    print()
    return int(wall > subject.promised)


def _build(root: Path) -> tuple[artifacts.Artifact, ...]:
    declared = loading.require(root)
    return build.build(declared, declared.environments["production"])


def _pass_through(
    texts: Iterable[str],
    loader: type[yaml.CSafeLoader | yaml.SafeLoader],
    dumper: type[yaml.CSafeDumper | yaml.SafeDumper],
) -> tuple[artifacts.Artifact, ...]:
    for text in texts:
        yaml.dump(yaml.load(text, Loader=loader), Dumper=dumper)  # noqa: S506 - safe loaders
    return ()


def _measure(
    work: Callable[[], tuple[artifacts.Artifact, ...]], rounds: int = _ROUNDS
) -> tuple[float, float, tuple[artifacts.Artifact, ...]]:
    """Gives the medians of wall and processor seconds, and what was made."""
    made: tuple[artifacts.Artifact, ...] = ()
    walls, processors = [], []
    for _ in range(rounds):
        began, busy = time.perf_counter(), time.process_time()
        made = work()
        walls.append(time.perf_counter() - began)
        processors.append(time.process_time() - busy)
    return statistics.median(walls), statistics.median(processors), made


def _print(name: str, wall: float, processor: float, note: str = "") -> None:
    print(f"  {name:<34}{wall:8.2f} s{processor:8.2f} s of processor  {note}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
