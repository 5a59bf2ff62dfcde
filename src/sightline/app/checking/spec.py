"""Checks a spec and what it builds, with the official tools as second opinion."""

import asyncio
import contextlib
import datetime as dt
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from sightline import errors
from sightline.app import build, environments
from sightline.app.checking import artifacts, reports
from sightline.checks import registry, running
from sightline.clients import tools
from sightline.compilers.slo import lints
from sightline.formats import texts
from sightline.model import artifacts as artifact_model
from sightline.model import environments as model
from sightline.model import findings, monitoring, spans
from sightline.spec import loading
from sightline.stack.acquire import binaries

__all__ = ["check"]

_TOOLS = ("promtool", "amtool")
_JUDGED = (build.Target.PROMETHEUS, build.Target.ALERTMANAGER)
_CHECKED = (*_JUDGED, build.Target.GRAFANA)


def check(
    root: Path, settings: binaries.Settings, today: dt.date, name: str | None = None
) -> reports.Report:
    """Gives the findings of the spec below `root`, its objectives and its builds.

    The checks look at the artifacts of one environment, promtool and amtool at those
    of every one. A spec with mistakes builds nothing, so nothing behind it is checked
    then.

    Args:
        root: the folder that holds the spec.
        settings: where the official tools are.
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
    checked, second, sources = asyncio.run(_judge(declared, chosen, settings, today))
    return reports.merge(
        [linted, checked, second], (*_sources(linted.found, root), *sources)
    )


async def _judge(
    declared: monitoring.Monitoring,
    chosen: model.Environment,
    settings: binaries.Settings,
    today: dt.date,
) -> tuple[running.Report, reports.Report, tuple[texts.Source, ...]]:
    built = {
        name: build.build(
            declared, environment, _CHECKED if environment == chosen else _JUDGED
        )
        for name, environment in declared.environments.items()
    }
    # The tools are processes of their own: they work while the checks do.
    second = asyncio.create_task(_judge_builds(built, settings))
    subject = await asyncio.to_thread(
        artifacts.examine, declared, chosen, built[chosen.name]
    )
    checked = await asyncio.to_thread(running.run, registry.CHECKS, subject, today)
    return checked, await second, subject.estate.sources


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


async def _judge_builds(
    built: Mapping[str, Collection[artifact_model.Artifact]],
    settings: binaries.Settings,
) -> reports.Report:
    programs = await _find_tools(settings)
    judged = await asyncio.gather(
        *(_judge_build(name, files, programs) for name, files in built.items())
    )
    return reports.merge(judged, ())


async def _find_tools(settings: binaries.Settings) -> Mapping[str, tools.Program]:
    """Gives the official tools; one that is not to be had is a tool without a path."""
    found: dict[str, binaries.Binary] = {}
    try:
        found |= await binaries.acquire(_TOOLS, settings)
    except errors.EnvironmentFailed:  # of one of them: the other may well be there
        for name in _TOOLS:
            with contextlib.suppress(errors.EnvironmentFailed):
                found |= await binaries.acquire((name,), settings)
    return {
        name: tools.Program(name=name, path=found[name].path if name in found else None)
        for name in _TOOLS
    }


async def _judge_build(
    environment: str,
    built: Collection[artifact_model.Artifact],
    programs: Mapping[str, tools.Program],
) -> reports.Report:
    with tempfile.TemporaryDirectory(prefix="sightline-check-") as name:
        folder = Path(name)
        build.write(built, folder)
        outcomes = {
            "prometheus/prometheus.yml": tools.Promtool(
                programs["promtool"]
            ).check_config,
            "alertmanager/alertmanager.yml": tools.Amtool(
                programs["amtool"]
            ).check_config,
        }
        judged = [
            (file, await judge(folder / file)) for file, judge in outcomes.items()
        ]
    found = [
        _refusal(f"{environment}/{file}", outcome, folder)
        for file, outcome in judged
        if isinstance(outcome, tools.Verdict) and not outcome.is_accepted
    ]
    not_checked = [
        outcome for _, outcome in judged if isinstance(outcome, findings.NotChecked)
    ]
    return reports.Report(found=tuple(found), not_checked=tuple(not_checked))


def _refusal(file: str, verdict: tools.Verdict, folder: Path) -> findings.Finding:
    complaint = (verdict.messages or verdict.output).strip()
    return findings.Finding(
        check="artifact/refused",
        severity=findings.FindingSeverity.ERROR,
        span=spans.Span(file=file),
        message=f"the official tool refuses it: {complaint}".replace(f"{folder}/", ""),
    )
