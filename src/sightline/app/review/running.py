"""Holds a review: every chore of its cadence, on one environment."""

import asyncio
import datetime as dt
import zoneinfo
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.app import live
from sightline.app.review import (
    access,
    baseline,
    capacity,
    compliance,
    context,
    dashboards,
    grafana_access,
    history,
    noise,
    objectives,
    periods,
    retention,
    thresholds,
)
from sightline.clients import alertmanager, prometheus, servers
from sightline.model import environments, monitoring
from sightline.review import reports
from sightline.spec import loading
from sightline.stack import layout, profiles
from sightline.stack.components import alertmanager as component

__all__ = ["CHORES", "Outcome", "Request", "place", "run"]

_TIMEOUT_SECONDS: Final = 120.0
_RECORDER: Final = "events.jsonl"

_Chore = Callable[[context.Context], Awaitable[reports.Section]]

CHORES: Final[Mapping[reports.Cadence, Mapping[str, _Chore]]] = {
    reports.Cadence.WEEKLY: {
        "noise": noise.section,
        "accuracy": dashboards.section,
        "retention": retention.section,
    },
    reports.Cadence.MONTHLY: {
        "compliance": compliance.section,
        "thresholds": thresholds.section,
        "access": access.section,
    },
    reports.Cadence.QUARTERLY: {
        "objectives": objectives.section,
        "baseline": baseline.section,
        "capacity": capacity.section,
    },
}
"""What each review consists of, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked.

    Attributes:
        now: as if the review were held then; `None` is now.
        environment: by name; the local stack when it is `None` and the spec has one.
        url: of the Prometheus to ask; `None` means the environment's.
        chores: by name; none means all of the cadence.
        environ: the environment variables, where credentials may be.
    """

    root: Path
    cadence: reports.Cadence
    now: dt.datetime | None = None
    environment: str | None = None
    url: str | None = None
    chores: Sequence[str] = ()
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A review, and what changed since the one before.

    Attributes:
        trend: the figures of the last reviews, this one last, by section and name.
        environment: that was reviewed, where it answers.
        noted: the file that it is kept in.
    """

    report: reports.Report
    change: history.Change
    trend: history.Trend
    environment: environments.Environment
    noted: Path


def run(request: Request, say: Callable[[str], None]) -> Outcome:
    """Holds a review, and keeps its findings for the next one.

    Args:
        request: what is asked.
        say: told of the progress.

    Raises:
        SpecInvalid: the spec has findings.
        InputError: the spec has no such environment.
        ServerUnavailable: a server did not answer.
    """
    chores = _choose(request)
    declared = loading.require(request.root)
    environment = place(declared, request)
    zone = zoneinfo.ZoneInfo(declared.organisation.time_zone)
    now = request.now or dt.datetime.now(dt.UTC)
    period = periods.period_of(request.cadence, now, zone)
    folders = layout.Layout.of_project(request.root)
    start, end = period.start.timestamp(), period.end.timestamp()
    kept = history.earlier(folders.home, request.cadence, start, end)

    async def hold() -> tuple[reports.Section, ...]:
        async with servers.open_client(_TIMEOUT_SECONDS) as client:
            given = context.Context(
                root=request.root,
                declared=declared,
                environment=environment,
                period=period,
                zone=zone,
                prometheus=prometheus.Prometheus(client, environment.prometheus_url),
                alertmanager=alertmanager.Alertmanager(
                    client, environment.alertmanager_url
                ),
                grafana=await grafana_access.reach(
                    client, environment, request.root, request.environ
                ),
                now=now,
                recorders=_recorders(folders) if environment.name == live.LOCAL else (),
                is_present=request.now is None,
                remembered=kept[-1].remembered if kept else {},
                say=say,
            )
            return tuple([_owned(await chore(given), declared) for chore in chores])

    report = reports.Report(
        cadence=request.cadence,
        organisation=declared.organisation.name,
        time_zone=declared.organisation.time_zone,
        start=start,
        end=end,
        made_at=now.timestamp(),
        sections=asyncio.run(hold()),
    )
    return Outcome(
        report=report,
        change=history.compare(kept, report),
        trend=history.trend(kept, report),
        environment=environment,
        noted=history.keep(folders.home, report),
    )


def place(
    declared: monitoring.Monitoring, request: Request
) -> environments.Environment:
    """Gives the environment that is reviewed, where it answers now.

    Raises:
        InputError: the spec has no such environment.
    """
    environment = live.choose(declared, request.environment)
    if environment.name == live.LOCAL:
        environment = live.at_ports(environment, live.running_ports(request.root))
    if request.url is not None:
        environment = replace(environment, prometheus_url=request.url)
    return environment


def _owned(
    section: reports.Section, declared: monitoring.Monitoring
) -> reports.Section:
    """Gives what nobody is named for to the team that has whatever is nobody's."""
    fallback = declared.organisation.default_team
    found = [replace(one, owner=one.owner or fallback) for one in section.found]
    return replace(section, found=found)


def _choose(request: Request) -> Sequence[_Chore]:
    chores = CHORES[request.cadence]
    if unknown := [name for name in request.chores if name not in chores]:
        raise errors.InputError(
            f"expected chores of the {request.cadence.value} review "
            f"({', '.join(chores)}), found {unknown[0]!r}"
        )
    return [chores[name] for name in request.chores or chores]


def _recorders(folders: layout.Layout) -> tuple[Path, ...]:
    """Gives the records of a local stack: of a cluster, each member has its own."""
    return tuple(
        component.folder_of(folders, name) / _RECORDER
        for name in profiles.ALERTMANAGERS
    )
