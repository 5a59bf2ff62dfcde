"""Checks a spec and what it builds, with the official tools as second opinion."""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sightline import errors
from sightline.app import build
from sightline.clients import tools
from sightline.compilers.slo import lints
from sightline.model import environments, findings, monitoring, spans
from sightline.spec import loading
from sightline.stack.acquire import binaries

__all__ = ["Report", "check"]

_TOOLS = ("promtool", "amtool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything found, and everything that was not looked at."""

    found: tuple[findings.Finding, ...]
    not_checked: tuple[findings.NotChecked, ...]


def check(root: Path, settings: binaries.Settings) -> Report:
    """Gives the findings of the spec below `root`, its objectives and its builds.

    The artifacts of every environment are judged by promtool and amtool. A spec
    with mistakes builds nothing, so nothing behind it is checked then.
    """
    loaded = loading.load(root)
    if loaded.monitoring is None:
        unbuilt = findings.NotChecked(
            subject="artifacts", reason="a spec with mistakes builds nothing"
        )
        return Report(found=loaded.findings, not_checked=(unbuilt,))
    judged = asyncio.run(_judge_builds(loaded.monitoring, settings))
    found = (*loaded.findings, *_lint_objectives(loaded.monitoring), *judged.found)
    return Report(found=found, not_checked=judged.not_checked)


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
) -> Report:
    programs = await _find_tools(settings)
    reports = await asyncio.gather(
        *(
            _judge_build(declared, environment, programs)
            for environment in declared.environments.values()
        )
    )
    return Report(
        found=tuple(one for report in reports for one in report.found),
        not_checked=tuple(
            dict.fromkeys(one for report in reports for one in report.not_checked)
        ),
    )


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
) -> Report:
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
    return Report(found=tuple(found), not_checked=tuple(not_checked))


def _refusal(file: str, verdict: tools.Verdict, folder: Path) -> findings.Finding:
    complaint = (verdict.messages or verdict.output).strip()
    return findings.Finding(
        check="artifact/refused",
        severity=findings.FindingSeverity.ERROR,
        span=spans.Span(file=file),
        message=f"the official tool refuses it: {complaint}".replace(f"{folder}/", ""),
    )
