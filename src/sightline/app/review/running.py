"""Holds a review: every chore of its cadence, on one environment."""

import asyncio
import datetime as dt
import zoneinfo
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.app import live
from sightline.app.review import (
    compliance,
    context,
    dashboards,
    history,
    noise,
    periods,
    retention,
    thresholds,
)
from sightline.clients import alertmanager, prometheus, servers
from sightline.review import reports
from sightline.spec import loading
from sightline.stack import layout

__all__ = ["Outcome", "Request", "run"]

_TIMEOUT_SECONDS: Final = 120.0
_RECORDER: Final = "alertmanager/events.jsonl"

_Chore = Callable[[context.Context], Awaitable[reports.Section]]

_CHORES: Final[Mapping[reports.Cadence, Sequence[_Chore]]] = {
    reports.Cadence.WEEKLY: (noise.section, dashboards.section, retention.section),
    reports.Cadence.MONTHLY: (compliance.section, thresholds.section),
    reports.Cadence.QUARTERLY: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked.

    Attributes:
        now: as if the review were held then; `None` is now.
        environment: by name; the local stack when it is `None` and the spec has one.
        url: of the Prometheus to ask; `None` means the environment's.
    """

    root: Path
    cadence: reports.Cadence
    now: dt.datetime | None = None
    environment: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A review, and what changed since the one before."""

    report: reports.Report
    change: history.Change


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
    declared = loading.require(request.root)
    environment = live.choose(declared, request.environment)
    if environment.name == live.LOCAL:
        environment = live.at_ports(environment, live.running_ports(request.root))
    zone = zoneinfo.ZoneInfo(declared.organisation.time_zone)
    now = request.now or dt.datetime.now(dt.UTC)
    period = periods.period_of(request.cadence, now, zone)
    folders = layout.Layout.of_project(request.root)

    async def hold() -> tuple[reports.Section, ...]:
        async with servers.open_client(_TIMEOUT_SECONDS) as client:
            given = context.Context(
                root=request.root,
                declared=declared,
                environment=environment,
                period=period,
                zone=zone,
                prometheus=prometheus.Prometheus(
                    client, request.url or environment.prometheus_url
                ),
                alertmanager=alertmanager.Alertmanager(
                    client, environment.alertmanager_url
                ),
                recorder=folders.build / _RECORDER
                if environment.name == live.LOCAL
                else None,
                say=say,
            )
            return tuple([await chore(given) for chore in _CHORES[request.cadence]])

    report = reports.Report(
        cadence=request.cadence,
        organisation=declared.organisation.name,
        time_zone=declared.organisation.time_zone,
        start=period.start.timestamp(),
        end=period.end.timestamp(),
        made_at=now.timestamp(),
        sections=asyncio.run(hold()),
    )
    change = history.compare(folders.home, report)
    history.keep(folders.home, report)
    return Outcome(report=report, change=change)
