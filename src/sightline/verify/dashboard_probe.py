"""The second and the fourth line: dashboards are served, and every panel has data."""

import asyncio
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients import dashboards, prometheus
from sightline.model import units
from sightline.verify import built, checks, gathering

__all__ = ["probe_dashboards", "probe_server", "substitute"]

_VARIABLE: Final = re.compile(
    r"\$(?P<bare>\w+)|\$\{(?P<braced>\w+)(?::[^}]*)?\}|\[\[(?P<square>\w+)(?::[^\]]*)?\]\]"
)
_RATE_SCRAPES: Final = 4
"""https://grafana.com/blog/2020/09/28/new-in-grafana-7.2-__rate_interval-for-prometheus-rate-queries-that-just-work/"""

_ADDED_BY_GRAFANA: Final = frozenset({"id", "version"})


async def probe_server(
    server: dashboards.DashboardServer, through: prometheus.Prometheus
) -> checks.Check:
    """Gives the line `Grafana: healthy`.

    Args:
        server: Grafana, or what stands in for it.
        through: Prometheus as its panels reach it.
    """
    try:
        name = await server.check_health()
    except errors.ServerUnavailable as error:
        evidence: tuple[checks.Evidence, ...] = (checks.failed(str(error)),)
    else:
        evidence = (
            checks.passed(name, is_figure=True),
            *await gathering.gather(_look_at_list(server), _look_through(through)),
        )
    return checks.Check(subject=checks.Subject.GRAFANA, evidence=evidence)


async def probe_dashboards(
    server: dashboards.DashboardServer,
    metrics: prometheus.Prometheus,
    artifacts: built.Built,
    scrape_interval: units.Duration,
) -> checks.Check:
    """Gives the line `All dashboards: loaded`.

    Args:
        server: where they must be served.
        metrics: where their queries are asked.
        artifacts: what must be served.
        scrape_interval: what `$__rate_interval` is made of.
    """
    evidence = await gathering.gather(
        *(_compare(server, one) for one in artifacts.dashboards),
        _ask_panels(metrics, artifacts.dashboards, scrape_interval),
    )
    return checks.Check(subject=checks.Subject.DASHBOARDS, evidence=evidence)


def substitute(expr: str, variables: Mapping[str, str]) -> str:
    """Gives a panel's query with its variables replaced; unknown ones stay."""

    def replace(match: re.Match[str]) -> str:
        name = match["bare"] or match["braced"] or match["square"]
        return variables.get(name, match[0])

    return _VARIABLE.sub(replace, expr)


async def _look_at_list(server: dashboards.DashboardServer) -> list[checks.Evidence]:
    uids = await server.fetch_uids()
    listed = gathering.count(len(uids), "dashboard")
    return [checks.passed(f"{listed} listed", is_figure=True)]


async def _look_through(through: prometheus.Prometheus) -> list[checks.Evidence]:
    await through.query("vector(1)")
    return [checks.passed("Prometheus answers through it")]


async def _compare(
    server: dashboards.DashboardServer, dashboard: built.Dashboard
) -> list[checks.Evidence]:
    served = await server.fetch_dashboard(dashboard.uid)
    differing = sorted(
        key
        for key in dashboard.document.keys() - _ADDED_BY_GRAFANA
        if served.get(key) != dashboard.document[key]
    )
    if differing:
        keys = gathering.list_some(differing)
        return [
            checks.failed(f"{dashboard.uid} is served, but not as it was built: {keys}")
        ]
    text = f"{dashboard.uid} is served as it was built"
    return [checks.passed(text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A panel's query with its variables replaced."""

    panel: str
    expr: str


async def _ask_panels(
    metrics: prometheus.Prometheus,
    shown: Iterable[built.Dashboard],
    scrape_interval: units.Duration,
) -> list[checks.Evidence]:
    boards = tuple(shown)
    asked = [
        _Asked(panel=f"{board.uid}/{panel.title}", expr=substitute(query.expr, chosen))
        for board in boards
        for chosen in [_choose_all(board, scrape_interval)]
        for panel in board.panels
        for query in panel.targets
    ]
    exprs = tuple(dict.fromkeys(one.expr for one in asked))
    answers = await asyncio.gather(*(_ask(metrics, expr) for expr in exprs))
    by_expr = dict(zip(exprs, answers, strict=True))
    empty: dict[str, str] = {}
    for one in asked:
        answer = by_expr[one.expr]
        if isinstance(answer, str):
            empty.setdefault(one.panel, answer)
    panels = len({one.panel for one in asked})
    if empty:
        problems = gathering.list_some(
            f"{panel} ({problem})" for panel, problem in empty.items()
        )
        have = f"{panels - len(empty)} of {panels} panels have data"
        return [checks.failed(f"{have}; not: {problems}")]
    series = sum(answer for answer in answers if isinstance(answer, int))
    return [
        checks.passed(f"{len(boards)} served", is_figure=True),
        checks.passed(f"{panels} of {panels} panels have data", is_figure=True),
        checks.passed(f"{len(exprs)} queries answered with {series} series"),
    ]


async def _ask(metrics: prometheus.Prometheus, expr: str) -> int | str:
    """Gives the number of series, or in words why there is nothing to see."""
    try:
        samples = await metrics.query(expr)
    except errors.ServerUnavailable as error:
        return str(error)
    numbers = [one for one in samples if not math.isnan(one.number)]
    if numbers:
        return len(numbers)
    return f"{len(samples)} series, none with a number" if samples else "no data"


def _choose_all(
    board: built.Dashboard, scrape_interval: units.Duration
) -> Mapping[str, str]:
    """Gives what each variable becomes when everything is chosen."""
    rate = units.Duration(scrape_interval.milliseconds * _RATE_SCRAPES)
    return {
        "__rate_interval": str(rate),
        "__interval": str(scrape_interval),
        **board.variables,
    }
