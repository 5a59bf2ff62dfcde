"""What cannot have data yet, because the systems are too young for it.

A rate begins with the second scrape, a rule's series with an evaluation after that, and
a comparison with last week needs a history of a week. None of it is a fault, and none
of it is data.
"""

import asyncio
import functools
import itertools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from sightline import errors
from sightline.clients import prometheus
from sightline.model import units
from sightline.promql import expressions, parsing, refusals, windows
from sightline.verify import built, first_evaluations, first_scrapes

__all__ = ["Youth", "judge_youth", "observe_youth", "present_names", "read_ahead"]

_HISTORY: Final = "time() - min(prometheus_tsdb_lowest_timestamp_seconds)"
_OF_ALERTS: Final = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""What Prometheus records of alerting rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Youth:
    """What is still to come.

    Attributes:
        pending: the rules without an evaluation that counts.
        series: recorded series that cannot exist yet.
        scraped: while targets wait for their second scrape, the metrics that exist:
            rates over them are still to come. Empty afterwards.
        history: the age of the oldest sample; `None` when nobody knows.
    """

    pending: first_evaluations.Pending = field(
        default_factory=first_evaluations.Pending
    )
    series: frozenset[str] = frozenset()
    scraped: frozenset[str] = frozenset()
    history: units.Duration | None = None

    def explains(self, expr: str) -> bool:
        """Whether `expr` may be empty only because it is too early."""
        try:
            needs = _needs_of(expr)
        except refusals.RefusedExpression:
            return False
        if self.history is not None and needs.offset > self.history:
            return True
        if not self.series.isdisjoint(needs.series):
            return True
        return needs.has_range and needs.series <= self.scraped


@dataclass(frozen=True, slots=True)
class _Needs:
    """What an expression reads, how old a history it must have, and whether ranges."""

    series: frozenset[str]
    offset: units.Duration
    has_range: bool


@functools.lru_cache(maxsize=4096)
def _needs_of(expr: str) -> _Needs:
    """Reads an expression once, however often is looked while a stack starts."""
    read = tuple(windows.readings(parsing.parse(expr)))
    return _Needs(
        series=frozenset(
            reading.selector.metric for reading in read if reading.selector.metric
        ),
        offset=units.Duration.of_seconds(
            max((reading.offset_seconds for reading in read), default=0.0)
        ),
        has_range=any(reading.range_seconds is not None for reading in read),
    )


def read_ahead(artifacts: built.Built) -> None:
    """Reads every rule now: it takes longer than to look, and can be done before."""
    for rule in artifacts.rules:
        Youth().explains(rule.expr)
    for rule in artifacts.alerting_rules:
        expressions.needed_names(rule.expr)


async def observe_youth(
    server: prometheus.Prometheus,
    artifacts: built.Built,
    scrape_interval: units.Duration,
) -> Youth:
    """Gives what is still to come; nothing when the server does not answer."""
    try:
        groups, runtime, history = await asyncio.gather(
            server.fetch_rule_groups(), server.fetch_runtime(), server.query(_HISTORY)
        )
        scraped_at = await first_scrapes.observe_completion(
            server, runtime, scrape_interval
        )
        scraped: frozenset[str] = frozenset()
        if runtime.server_time is not None and runtime.server_time < scraped_at:
            scraped = await present_names(server, _read_names(artifacts))
    except errors.ServerUnavailable:
        return Youth()
    return judge_youth(
        artifacts.rules,
        Youth(
            pending=first_evaluations.sort_pending(groups, runtime, scraped_at),
            scraped=scraped,
            history=units.Duration.of_seconds(max(0.0, history[0].number))
            if history
            else None,
        ),
    )


def judge_youth(rules: Iterable[built.Rule], observed: Youth) -> Youth:
    """Adds the series that cannot exist yet to what was observed.

    What is recorded from a series that cannot exist yet cannot exist either.
    """
    found = replace(observed, series=_recorded_by(observed.pending.due, rules))
    recording = [rule for rule in rules if rule.record]
    while True:
        late = {rule.record for rule in recording if found.explains(rule.expr)}
        if late <= found.series:
            return found
        found = replace(found, series=found.series | late)


async def present_names(
    server: prometheus.Prometheus, names: Iterable[str]
) -> frozenset[str]:
    """Gives those of the names that have series now.

    Raises:
        ServerUnavailable: no answer.
    """
    pattern = json.dumps("|".join(map(re.escape, sorted(names))))
    counted = await server.query(f"count by (__name__) ({{__name__=~{pattern}}})")
    return frozenset(one.labels.get("__name__", "") for one in counted)


def _recorded_by(due: Iterable[str], rules: Iterable[built.Rule]) -> frozenset[str]:
    """Gives the series that rules of these names make."""
    names = frozenset(due)
    alerts = any(rule.alert in names for rule in rules if rule.alert)
    return names | _OF_ALERTS if alerts else names


def _read_names(artifacts: built.Built) -> frozenset[str]:
    """Gives the names of all that rules and panels read."""
    panels = (
        query.expr
        for board in artifacts.dashboards
        for panel in board.panels
        for query in panel.targets
    )
    return frozenset().union(
        *map(_names_in, itertools.chain(panels, (one.expr for one in artifacts.rules)))
    )


def _names_in(expr: str) -> frozenset[str]:
    try:
        return expressions.metric_names(expr)
    except refusals.RefusedExpression:
        return frozenset()
