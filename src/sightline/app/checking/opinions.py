"""What promtool and amtool say of everything that a spec builds."""

import asyncio
import contextlib
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from sightline import errors
from sightline.app import build
from sightline.checks import running
from sightline.clients import tools
from sightline.model import artifacts as artifact_model
from sightline.model import findings, monitoring, spans
from sightline.stack.acquire import binaries

__all__ = ["ask"]

_TOOLS = ("promtool", "amtool")
_JUDGED = (build.Target.PROMETHEUS, build.Target.ALERTMANAGER)


def ask(declared: monitoring.Monitoring, environ: Mapping[str, str]) -> running.Report:
    """Gives what the official tools refuse, in the builds of every environment.

    Args:
        declared: what is built.
        environ: says where the tools are.
    """
    settings = binaries.settings_from_environ(environ, {})
    built = {
        name: build.build(declared, environment, _JUDGED)
        for name, environment in declared.environments.items()
    }
    return asyncio.run(_judge_builds(built, settings))


async def _judge_builds(
    built: Mapping[str, Collection[artifact_model.Artifact]],
    settings: binaries.Settings,
) -> running.Report:
    programs = await _find_tools(settings)
    judged = await asyncio.gather(
        *(_judge_build(name, files, programs) for name, files in built.items())
    )
    return running.Report(
        found=tuple(found for one in judged for found in one.found),
        not_checked=tuple(outcome for one in judged for outcome in one.not_checked),
    )


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
) -> running.Report:
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
    return running.Report(found=tuple(found), not_checked=tuple(not_checked))


def _refusal(file: str, verdict: tools.Verdict, folder: Path) -> findings.Finding:
    complaint = (verdict.messages or verdict.output).strip()
    return findings.Finding(
        check="artifact/refused",
        severity=findings.FindingSeverity.ERROR,
        span=spans.Span(file=file),
        message=f"the official tool refuses it: {complaint}".replace(f"{folder}/", ""),
    )
