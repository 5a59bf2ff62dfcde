"""Checks a spec and what it builds, with the official tools as second opinion."""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sightline import errors
from sightline.app import build
from sightline.app.checking import artifacts, reports
from sightline.checks import expressions, registry, running
from sightline.clients import tools
from sightline.compilers.slo import lints
from sightline.formats import texts
from sightline.model import environments, findings, monitoring, spans
from sightline.spec import loading
from sightline.stack.acquire import binaries

__all__ = ["check"]

_TOOLS = ("promtool", "amtool")


def check(root: Path, settings: binaries.Settings, today: dt.date) -> reports.Report:
    """Gives the findings of the spec below `root`, its objectives and its builds.

    The artifacts of every environment are checked, and judged by promtool and amtool.
    A spec with mistakes builds nothing, so nothing behind it is checked then.
    """
    loaded = loading.load(root)
    if loaded.monitoring is None:
        unbuilt = findings.NotChecked(
            subject="artifacts", reason="a spec with mistakes builds nothing"
        )
        found = reports.Report(found=loaded.findings, not_checked=(unbuilt,))
        return reports.merge([found], _sources(loaded.findings, root))
    return asyncio.run(_judge(loaded.monitoring, root, settings, today))


async def _judge(
    declared: monitoring.Monitoring,
    root: Path,
    settings: binaries.Settings,
    today: dt.date,
) -> reports.Report:
    # The tools are processes of their own: they work while the checks do.
    second = asyncio.create_task(_judge_builds(declared, settings))
    await asyncio.sleep(0)
    judged, read = await asyncio.to_thread(_check_builds, declared, today)
    lints_found = _lint_objectives(declared)
    of_spec = reports.Report(found=lints_found, not_checked=())
    sources = (*_sources(lints_found, root), *read)
    return reports.merge([of_spec, *judged, await second], sources)


def _check_builds(
    declared: monitoring.Monitoring, today: dt.date
) -> tuple[list[running.Report], list[texts.Source]]:
    """Gives what the checks find in the artifacts of every environment."""
    parser = expressions.Parser()
    judged: list[running.Report] = []
    read: list[texts.Source] = []
    for environment in declared.environments.values():
        subject = artifacts.examine(declared, environment, parser)
        judged.append(running.run(registry.CHECKS, subject, today))
        read += subject.estate.sources
    return judged, read


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
    declared: monitoring.Monitoring, settings: binaries.Settings
) -> reports.Report:
    programs = await _find_tools(settings)
    judged = await asyncio.gather(
        *(
            _judge_build(declared, environment, programs)
            for environment in declared.environments.values()
        )
    )
    return reports.merge(judged, ())


async def _find_tools(settings: binaries.Settings) -> Mapping[str, tools.Program]:
    """Gives the official tools; one that is not to be had is a tool without a path."""
    programs = {name: tools.Program(name=name, path=None) for name in _TOOLS}
    for name in _TOOLS:
        try:
            binary = (await binaries.acquire((name,), settings))[name]
        except errors.EnvironmentFailed:
            continue
        programs[name] = tools.Program(name=name, path=binary.path)
    return programs


async def _judge_build(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    programs: Mapping[str, tools.Program],
) -> reports.Report:
    with tempfile.TemporaryDirectory(prefix="sightline-check-") as name:
        folder = Path(name)
        build.write(build.build(declared, environment), folder)
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
        _refusal(f"{environment.name}/{file}", outcome, folder)
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
