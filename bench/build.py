"""How long a build takes, from the YAML of the spec to the last artifact.

Two specs: Skillancer's own, and an estate of 600 services made from it; each built for
a server, and with everything that clusters get besides. Beside the first stands the
same output given to PyYAML, read and written again by its C library and by its Python
classes: what a tool pays that leaves its formats to a general library.
"""

import functools
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
from support import large_estates

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """The medians of wall and processor seconds, and what was made."""

    wall: float
    processor: float
    built: tuple[artifacts.Artifact, ...]


def main() -> int:
    """Prints the table; 1 when a build takes longer than is promised."""
    with tempfile.TemporaryDirectory() as folder:
        subjects = (
            _Subject(name="Skillancer", root=_ROOT, promised=0.5),
            _Subject(
                name=f"{_ESTATE_SERVICES} services",
                root=large_estates.write(Path(folder) / "spec", _ESTATE_SERVICES),
                promised=10.0,
            ),
        )
        return max([_report(subject) for subject in subjects])


def _report(subject: _Subject) -> int:
    core = _report_build(subject, build.CORE, "load and build")
    for name, loader, dumper in (
        ("PyYAML over libyaml, same YAML", yaml.CSafeLoader, yaml.CSafeDumper),
        ("PyYAML alone, same YAML", yaml.SafeLoader, yaml.SafeDumper),
    ):
        texts = [one.text for one in core.built if one.path.suffix == ".yml"]
        work = functools.partial(_pass_through, texts, loader, dumper)
        _print(name, _measure(work, 1))
    whole = _report_build(subject, tuple(build.Target), "load and build all targets")
    print()
    return int(max(core.wall, whole.wall) > subject.promised)


def _report_build(
    subject: _Subject, targets: tuple[build.Target, ...], name: str
) -> _Measured:
    found = _measure(lambda: _build(subject.root, targets))
    size = sum(len(one.text.encode()) for one in found.built) / _MEBIBYTE
    alerts = sum(
        one.text.count("\n      - alert:")
        for one in found.built
        if one.path.parts[0] == build.Target.PROMETHEUS.value
    )
    files = len(found.built)
    print(f"{subject.name}: {files} files, {size:.1f} MiB, {alerts} alerts")
    _print(name, found, f"promised {subject.promised:g} s")
    return found


def _build(
    root: Path, targets: tuple[build.Target, ...]
) -> tuple[artifacts.Artifact, ...]:
    declared = loading.require(root)
    return build.build(declared, declared.environments["production"], targets)


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
) -> _Measured:
    made: tuple[artifacts.Artifact, ...] = ()
    walls, processors = [], []
    for _ in range(rounds):
        began, busy = time.perf_counter(), time.process_time()
        made = work()
        walls.append(time.perf_counter() - began)
        processors.append(time.process_time() - busy)
    return _Measured(
        wall=statistics.median(walls),
        processor=statistics.median(processors),
        built=made,
    )


def _print(name: str, found: _Measured, note: str = "") -> None:
    line = f"  {name:<34}{found.wall:8.2f} s{found.processor:8.2f} s of processor"
    print(f"{line}  {note}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
