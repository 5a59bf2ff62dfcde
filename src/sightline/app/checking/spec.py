"""Checks a spec and what it builds, with the official tools as second opinion."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sightline.app import build, environments
from sightline.app.checking import artifacts, aside, reports
from sightline.checks import registry, running
from sightline.compilers.slo import lints
from sightline.formats import texts
from sightline.model import findings, monitoring
from sightline.spec import loading

__all__ = ["check"]


def check(
    root: Path, environ: Mapping[str, str], today: dt.date, name: str | None = None
) -> reports.Report:
    """Gives the findings of the spec below `root`, its objectives and its builds.

    The checks look at the artifacts of one environment, promtool and amtool at those
    of every one. A spec with mistakes builds nothing, so nothing behind it is checked
    then.

    Args:
        root: the folder that holds the spec.
        environ: says where the official tools are.
        today: decides which suppressions still hold.
        name: of the environment; the first one without it.

    Raises:
        errors.InputError: when there is no such environment.
    """
    loaded = loading.load(root)
    if loaded.monitoring is None:
        unbuilt = findings.NotChecked(
            subject="artifacts", reason="a spec with mistakes builds nothing"
        )
        found = reports.Report(found=loaded.findings, not_checked=(unbuilt,))
        return reports.merge([found], _sources(loaded.findings, root))
    declared = loaded.monitoring
    chosen = environments.choose(declared, name)
    linted = reports.Report(
        found=_lint_objectives(declared),
        not_checked=tuple(
            findings.NotChecked(
                subject=f"artifacts of {other}",
                reason="the checks look at one environment; choose it with --env",
            )
            for other in declared.environments
            if other != chosen.name
        ),
    )
    second = aside.Work(lambda: _ask_others(declared, environ))
    built = build.build(declared, chosen, build.SERVERS)
    subject = artifacts.examine(declared, chosen, built)
    checked = running.run(registry.CHECKS, subject, today)
    return reports.merge(
        [linted, checked, second.result()],
        (*_sources(linted.found, root), *subject.estate.sources),
    )


def _ask_others(
    declared: monitoring.Monitoring, environ: Mapping[str, str]
) -> running.Report:
    # What runs programs is only needed where they run.
    from sightline.app.checking import opinions  # noqa: PLC0415

    return opinions.ask(declared, environ)


def _sources(found: Iterable[findings.Finding], root: Path) -> Iterator[texts.Source]:
    """Gives the files that findings are about, those that can be read."""
    for file in dict.fromkeys(one.span.file for one in found):
        path = root / file
        if path.is_file():
            yield texts.Source(file, path.read_text("utf-8", errors="replace"))


def _lint_objectives(declared: monitoring.Monitoring) -> tuple[findings.Finding, ...]:
    """Gives what cannot work about the objectives, once for all environments."""
    found = (
        finding
        for environment in declared.environments.values()
        for finding in lints.find_all(declared, environment)
    )
    return tuple(dict.fromkeys(found))
