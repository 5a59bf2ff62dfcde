"""The second and the fourth line: dashboards are served, and every panel has data."""

import asyncio
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sightline import errors
from sightline.clients import dashboards, grafana, prometheus
from sightline.model import units
from sightline.verify import built, checks, data_sources, gathering, youth

__all__ = ["Sources", "probe_dashboards", "probe_server", "substitute"]

_VARIABLE: Final = re.compile(
    r"\$(?P<bare>\w+)|\$\{(?P<braced>\w+)(?::[^}]*)?\}|\[\[(?P<square>\w+)(?::[^\]]*)?\]\]"
)
_RATE_SCRAPES: Final = 4
"""https://grafana.com/blog/2020/09/28/new-in-grafana-7.2-__rate_interval-for-prometheus-rate-queries-that-just-work/"""

_ADDED_BY_GRAFANA: Final = frozenset({"id", "version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the queries of panels are asked.

    Attributes:
        storage: where samples are kept for long; `None` where they are not.
    """

    metrics: prometheus.Prometheus
    storage: prometheus.Prometheus | None


async def probe_server(
    server: dashboards.DashboardServer,
    through: prometheus.Prometheus,
    sources: grafana.Grafana | None,
    boards: Sequence[built.Dashboard],
) -> checks.Check:
    """Gives the line `Grafana: healthy`.

    Args:
        server: Grafana, or what stands in for it.
        through: Prometheus as its panels reach it.
        sources: Grafana, to say itself what it reaches; `None` where it stands in.
        boards: the dashboards that name their data sources.
    """
    try:
        name = await server.check_health()
    except errors.ServerUnavailable as error:
        evidence: tuple[checks.Evidence, ...] = (checks.failed(str(error)),)
    else:
        evidence = (
            checks.passed(name, is_figure=True),
            *await gathering.gather(
                _look_at_list(server),
                _look_through(through),
                _look_at_sources(sources, boards),
            ),
        )
    return checks.Check(subject=checks.Subject.GRAFANA, evidence=evidence)


async def probe_dashboards(
    server: dashboards.DashboardServer,
    sources: Sources,
    artifacts: built.Built,
    scrape_interval: units.Duration,
    young: youth.Youth,
) -> checks.Check:
    """Gives the line `All dashboards: loaded`.

    Args:
        server: where they must be served.
        sources: where their queries are asked.
        artifacts: what must be served.
        scrape_interval: what `$__rate_interval` is made of.
        young: which series cannot be there yet.
    """
    panels = _list_panels(artifacts.dashboards, scrape_interval)
    evidence = await gathering.gather(
        _look_at_served(server, artifacts.dashboards),
        _ask_panels(sources.metrics, panels, young),
        _ask_storage(sources.storage, panels, young),
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


async def _look_at_sources(
    server: grafana.Grafana | None, boards: Sequence[built.Dashboard]
) -> list[checks.Evidence]:
    """Asks Grafana for each data source of a dashboard whether it reaches it."""
    if server is None:
        return []  # what stands in for Grafana has none of its own
    uids = sorted(
        {uid for board in boards for uid in data_sources.find_asked(board.document)}
    )
    found = await asyncio.gather(*map(server.check_data_source, uids))
    unwell = [
        f"{uid} ({one.message or 'no reason given'})"
        for uid, one in zip(uids, found, strict=True)
        if not one.is_ok
    ]
    if unwell:
        reached = f"reaches {len(uids) - len(unwell)} of {len(uids)} data sources"
        return [checks.failed(f"{reached}; not: {gathering.list_some(unwell)}")]
    count = gathering.count(len(uids), "data source")
    return [checks.passed(f"it reaches its {count}")]


async def _look_at_served(
    server: dashboards.DashboardServer, boards: Sequence[built.Dashboard]
) -> list[checks.Evidence]:
    listed = await server.fetch_uids()
    there = [board for board in boards if board.uid in listed]
    served = await asyncio.gather(
        *(server.fetch_dashboard(board.uid) for board in there)
    )
    problems = [f"{one.uid} (not there)" for one in boards if one.uid not in listed]
    for board, document in zip(there, served, strict=True):
        if differing := _differing_keys(board, document):
            problems.append(f"{board.uid} (other {gathering.list_some(differing)})")
    right = len(boards) - len(problems)
    if problems:
        text = f"{right} of {len(boards)} served as built"
        return [checks.failed(f"{text}; not: {gathering.list_some(problems)}")]
    return [checks.passed(f"{right} served as built", is_figure=True)]


def _differing_keys(
    board: built.Dashboard, served: Mapping[str, object]
) -> Sequence[str]:
    return sorted(
        key
        for key in board.document.keys() - _ADDED_BY_GRAFANA
        if served.get(key) != board.document[key]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A panel, by its place, with its queries for everything that can be chosen."""

    name: str
    exprs: tuple[str, ...]
    is_sourceless: bool


def _list_panels(
    boards: Iterable[built.Dashboard], scrape_interval: units.Duration
) -> list[_Asked]:
    return [
        _Asked(
            name=f"{board.uid}/{panel.title}",
            exprs=tuple(substitute(query.expr, chosen) for query in panel.targets),
            is_sourceless=panel.is_sourceless,
        )
        for board in boards
        for chosen in [_choose_all(board, scrape_interval)]
        for panel in board.panels
    ]


async def _ask_panels(
    metrics: prometheus.Prometheus, panels: Sequence[_Asked], young: youth.Youth
) -> list[checks.Evidence]:
    asked = [panel for panel in panels if not panel.is_sourceless]
    await metrics.check_ready()  # a silent server is one reason, not one per panel
    by_expr = await _ask_all(metrics, asked)
    early = [panel for panel in asked if _is_early(panel, by_expr, young)]
    sourceless = [panel for panel in panels if panel.is_sourceless]
    return [
        _judge_panels([panel for panel in asked if panel not in early], by_expr),
        *_name_panels(early, "too young to have data"),
        *_name_panels(sourceless, "without a source here, as declared"),
    ]


async def _ask_storage(
    storage: prometheus.Prometheus | None,
    panels: Sequence[_Asked],
    young: youth.Youth,
) -> list[checks.Evidence]:
    """Asks the same of the storage that keeps samples for long, if there is one."""
    if storage is None:
        return []
    await storage.query("vector(1)")
    asked = [panel for panel in panels if not panel.is_sourceless]
    by_expr = await _ask_all(storage, asked)
    due = [panel for panel in asked if not _is_early(panel, by_expr, young)]
    judged = _judge_panels(due, by_expr)
    return [replace(judged, text=f"{judged.text} (long-term storage)", is_figure=False)]


async def _ask_all(
    metrics: prometheus.Prometheus, asked: Iterable[_Asked]
) -> Mapping[str, int | str]:
    """Gives the answer to each query of these panels, as `_ask` gives it."""
    exprs = tuple(dict.fromkeys(expr for panel in asked for expr in panel.exprs))
    answers = await asyncio.gather(*(_ask(metrics, expr) for expr in exprs))
    return dict(zip(exprs, answers, strict=True))


def _is_early(
    panel: _Asked, answers: Mapping[str, int | str], young: youth.Youth
) -> bool:
    """Whether all that the panel lacks is still to come."""
    lacking = [expr for expr in panel.exprs if isinstance(answers[expr], str)]
    return bool(lacking) and all(map(young.explains, lacking))


def _judge_panels(
    asked: Sequence[_Asked], answers: Mapping[str, int | str]
) -> checks.Evidence:
    """Judges panels by the answers to their queries, each of which must have data."""
    problems = []
    for panel in asked:
        reasons = [answers[expr] for expr in panel.exprs]
        if first := next((one for one in reasons if isinstance(one, str)), None):
            problems.append(f"{panel.name} ({first})")
    right = len(asked) - len(problems)
    text = f"{right} of {len(asked)} panels have data"
    if problems:
        return checks.failed(f"{text}; not: {gathering.list_some(problems)}")
    return checks.passed(text, is_figure=True)


def _name_panels(panels: Sequence[_Asked], what: str) -> Iterator[checks.Evidence]:
    if panels:
        count = gathering.count(len(panels), "panel")
        listed = gathering.list_some(panel.name for panel in panels)
        yield checks.passed(f"{count} {what}: {listed}")


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
