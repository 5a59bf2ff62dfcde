"""Proves alerting rules: those of a spec's artifacts, or those of any files."""

import asyncio
import concurrent.futures
import dataclasses
import itertools
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from sightline import errors
from sightline.app import build, promises
from sightline.clients import tools
from sightline.formats import estates
from sightline.proofs import (
    burns,
    delivery,
    keeping,
    killing,
    mutants,
    others,
    proving,
    routes,
    rulebook,
    telling,
    tiers,
    verdicts,
)
from sightline.spec import loading
from sightline.stack.acquire import binaries

__all__ = ["Request", "read_estate", "run"]

_PATIENCE_SECONDS: Final = 600.0
"""For one run of the engine, which judges many scenarios."""

_SELDOM_COLLECTED: Final = {"GOGC": "400"}
"""Short runs of Go programs end a fifth sooner when they collect garbage seldom.
https://pkg.go.dev/runtime#hdr-Environment_Variables
"""

_FEW: Final = 12
"""So many alerts are solved sooner than processes are started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be proven.

    Attributes:
        paths: files and folders; without one, what the spec builds.
        alert: the name of the only alerts to prove; all of them when it is `None`.
        has_mutants: change every rule in small ways, and see whether proofs notice.
        written: where test files for a team to keep are put.
        engine: `prometheus` or `victoriametrics`.
    """

    root: Path
    paths: tuple[Path, ...] = ()
    alert: str | None = None
    has_mutants: bool = False
    written: Path | None = None
    engine: str = "prometheus"


def run(request: Request, environ: Mapping[str, str]) -> verdicts.Report:
    """Proves, and gives the report.

    Raises:
        InputError: there is no such path, or no such alert.
        ComponentMissing: the engine is neither installed nor to be fetched.
    """
    estate = read_estate(request)
    book = rulebook.read_rulebook(estate.rule_files)
    numbers = _choose(book, request.alert)
    cases = _prepare_all(book, numbers)
    return asyncio.run(_prove(request, estate, book, cases, environ))


def read_estate(request: Request) -> estates.Estate:
    """Gives the native files that are proven: those of the paths, or of a build."""
    if request.paths:
        return estates.read(request.paths, Path.cwd())
    declared = loading.require(request.root)
    environment = next(iter(declared.environments.values()))
    chosen = declared.environments.get("production", environment)
    targets = (build.Target.PROMETHEUS, build.Target.ALERTMANAGER)
    made = build.build(declared, chosen, targets)
    return estates.read_texts((str(one.path), one.text) for one in made)


def _choose(book: rulebook.Rulebook, name: str | None) -> Sequence[int]:
    chosen = [
        number
        for number, alert in enumerate(book.alerts)
        if name is None or alert.name == name
    ]
    if not chosen:
        wanted = "an alerting rule" if name is None else f"an alert named {name!r}"
        raise errors.InputError(f"expected {wanted} in the files, found none")
    return chosen


def _prepare_all(
    book: rulebook.Rulebook, numbers: Sequence[int], *, is_crowded: bool = False
) -> Sequence[proving.Case]:
    """Gives the alerts with their scenarios; those that look alike are solved once."""
    alike: dict[object, list[int]] = {}
    for number in numbers:
        alike.setdefault(proving.outline(book.alerts[number]), []).append(number)
    groups = [(tuple(found), is_crowded) for found in alike.values()]
    made = {case.number: case for one in _work(book, _prepare, groups) for case in one}
    return [made[number] for number in numbers]


_Wanted = TypeVar("_Wanted")
_Made = TypeVar("_Made")


def _work(
    book: rulebook.Rulebook,
    make: Callable[[_Wanted], _Made],
    wanted: Sequence[_Wanted],
) -> Sequence[_Made]:
    """Makes cases on all cores, where there are many."""
    workers = os.cpu_count() or 1
    if len(wanted) <= _FEW or workers == 1:
        _receive(book)
        return list(map(make, wanted))
    context = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
    with concurrent.futures.ProcessPoolExecutor(
        workers, context, initializer=_receive, initargs=(book,)
    ) as pool:
        return list(pool.map(make, wanted, chunksize=2))


_received: list[rulebook.Rulebook] = []
"""The rules, in a worker process; sent once and not with every alert."""


def _receive(book: rulebook.Rulebook) -> None:
    _received[:] = [book]


def _prepare(wanted: tuple[tuple[int, ...], bool]) -> Sequence[proving.Case]:
    (book,), (numbers, is_crowded) = _received, wanted
    found: list[proving.Case] = []
    for number in numbers:
        like = found[0] if found else None
        alert = book.alerts[number]
        found.append(
            proving.prepare(alert, number, book, is_crowded=is_crowded, like=like)
        )
    return found


def _tell_one(
    wanted: tuple[int, Sequence[mutants.Mutant]],
) -> Sequence[proving.Case]:
    (book,), (number, alive) = _received, wanted
    case = proving.prepare(book.alerts[number], number, book, is_crowded=True)
    return telling.tell(case, alive)


def _challenges(book: rulebook.Rulebook) -> Sequence[killing.Challenge]:
    """Gives what mutants are put through that the proofs do not notice."""

    def crowd(alive: killing.Alive) -> Sequence[proving.Case]:
        return _prepare_all(book, list(alive), is_crowded=True)

    def tell(alive: killing.Alive) -> Sequence[proving.Case]:
        told = _work(book, _tell_one, list(alive.items()))
        return list(itertools.chain.from_iterable(told))

    return crowd, tell


async def _prove(
    request: Request,
    estate: estates.Estate,
    book: rulebook.Rulebook,
    cases: Sequence[proving.Case],
    environ: Mapping[str, str],
) -> verdicts.Report:
    settings = binaries.settings_from_environ(environ, {})
    engine = tools.Promtool(await _find("promtool", settings, environ))
    with tempfile.TemporaryDirectory(prefix="sightline-prove-") as name:
        folder = Path(name)
        outcome = await proving.prove(cases, book, engine, folder)
        proofs: Sequence[verdicts.Proof] = outcome.proofs
        if request.engine == "victoriametrics":
            other = tools.VmalertTool(await _find("vmalert-tool", settings, environ))
            proofs = await others.confirm(cases, outcome, other, folder)
        if request.written is not None:
            _write(request.written, cases, outcome)
        tally = killing.Tally(total=0, survivors=(), equivalent=())
        if request.has_mutants:
            tally = await killing.kill(cases, _challenges(book), engine, folder)
        report = verdicts.Report(
            proofs=tuple(proofs),
            mutants=tally.total,
            survivors=tally.survivors,
            equivalent=tally.equivalent,
            notes=tuple(
                burns.render_burns(tuple(tiers.find_tiers(_only(book, cases))))
            ),
        )
        if not any(config.route for config in estate.alertmanagers):
            return report
        amtool = tools.Amtool(await _find("amtool", settings, environ))
        promised = _promises(request)
        return await delivery.prove(report, estate, amtool, promised, folder)


def _only(book: rulebook.Rulebook, cases: Sequence[proving.Case]) -> rulebook.Rulebook:
    return dataclasses.replace(book, alerts=tuple(case.alert for case in cases))


def _write(
    directory: Path, cases: Sequence[proving.Case], outcome: proving.Outcome
) -> None:
    for case in cases:
        for kept in keeping.keep(case, outcome.said, outcome.numbers):
            path = directory / kept.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(kept.text)


def _promises(request: Request) -> routes.Promises:
    if request.paths:
        return promises.NOTHING
    return promises.SpecPromises(loading.require(request.root))


async def _find(
    name: str, settings: binaries.Settings, environ: Mapping[str, str]
) -> tools.Program:
    found = (await binaries.acquire((name,), settings))[name]
    return tools.Program(
        name=name,
        path=found.path,
        environment={**_SELDOM_COLLECTED, **environ, **found.environment},
        timeout_seconds=_PATIENCE_SECONDS,
    )
