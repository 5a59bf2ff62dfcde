"""Which recorded series have a history of their own, and which must be computed."""

import dataclasses
from collections.abc import Mapping

from sightline import errors
from sightline.clients import prometheus
from sightline.promql import ast, parsing, printing, refusals, walking
from sightline.review.backtest import chains, coverage, replaying

__all__ = ["find_unrecorded"]


async def find_unrecorded(
    server: prometheus.Prometheus,
    recordings: chains.Recordings,
    period: replaying.Period,
) -> chains.Recordings:
    """Gives the recording rules whose series have no history of their own.

    A series counts as recorded when the server has the same rules for it, and had
    results when the period began.
    """
    loaded = await _fetch_recorded(server)
    same = {
        name
        for name, rules in recordings.items()
        if {_canonical(one.expression) for one in rules} == loaded.get(name)
    }
    start = period.start.timestamp()
    seen = await coverage.measure(server, same, start, period.end.timestamp())
    covered = {name for name, one in seen.items() if one.first == start}
    return {name: rules for name, rules in recordings.items() if name not in covered}


async def _fetch_recorded(
    server: prometheus.Prometheus,
) -> Mapping[str, set[str]]:
    """Gives the expressions that the server records, by name, as printed here."""
    try:
        groups = await server.fetch_rule_groups()
    except errors.ServerUnavailable:
        return {}  # a VictoriaMetrics without vmalert knows of no rules
    recorded: dict[str, set[str]] = {}
    for rule in (rule for group in groups for rule in group.rules):
        if isinstance(rule, prometheus.RecordingRule):
            recorded.setdefault(rule.name, set()).add(_printed(rule.query))
    return recorded


def _printed(expr: str) -> str:
    try:
        return _canonical(parsing.parse(expr))
    except refusals.RefusedExpression:
        return expr


def _canonical(expression: ast.Expression) -> str:
    """Gives an expression as text; servers print matchers in an order of their own."""
    return printing.render(walking.transform(expression, _with_sorted_matchers))


def _with_sorted_matchers(node: ast.Expression) -> ast.Expression:
    if not isinstance(node, ast.VectorSelector):
        return node
    ordered = sorted(node.matchers, key=lambda one: (one.label, one.pattern))
    return dataclasses.replace(node, matchers=tuple(ordered))
