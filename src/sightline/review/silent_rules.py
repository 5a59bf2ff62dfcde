"""Rules that did not fire in a period, and why: silence has more causes than health."""

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline import errors
from sightline.clients import prometheus
from sightline.model import units
from sightline.promql import ast, parsing, printing, refusals, walking, windows
from sightline.review.backtest import conditions, coverage, replaying, restricting

__all__ = ["BY_DESIGN", "Silence", "SilentRule", "examine"]

BY_DESIGN: Final = "silent_by_design"
"""The annotation that says why a rule is not expected to fire, in words."""

_STEP: Final = "5m"


class Silence(enum.Enum):
    """Why a rule did not fire."""

    METRIC_UNKNOWN = "a metric that it reads never existed"
    METRIC_GONE = "a metric that it reads is gone"
    NOTHING_MATCHES = "its metrics exist, and nothing of them is selected or matched"
    NEVER_REACHED = "the limit was not reached"
    TOO_SHORT = "the limit was reached, and not for long enough"
    GUARDED = "the limit was reached, and its guard did not hold then"
    NEVER_HELD = "the condition never held"
    BY_DESIGN = "declared to be silent"
    YOUNG = "history does not reach as far back as it looks"
    UNKNOWN = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentRule:
    """A rule that did not fire.

    Attributes:
        evidence: the figures or names that say so.
        closest: how near the measured side came, as a share of the limit; `None`
            where there is no single limit above or below which it fires.
    """

    name: str
    team: str
    silence: Silence
    evidence: str
    closest: float | None = None

    @property
    def is_suspect(self) -> bool:
        """Whether the rule may well be unable to fire."""
        return self.silence in {
            Silence.METRIC_UNKNOWN,
            Silence.METRIC_GONE,
            Silence.NOTHING_MATCHES,
        }


async def examine(
    server: prometheus.Prometheus,
    rules: Sequence[prometheus.AlertingRule],
    period: replaying.Period,
) -> tuple[SilentRule, ...]:
    """Gives the cause for each of `rules`, none of which fired in the period.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    trees = {rule.name: _parse(rule.query) for rule in rules}
    metrics = {name: coverage.metrics_of(tree) for name, tree in trees.items() if tree}
    seen = await coverage.measure(
        server,
        frozenset().union(*metrics.values()),
        period.start.timestamp(),
        period.end.timestamp(),
    )
    return tuple(
        [
            await _examine(server, rule, trees[rule.name], seen, period)
            for rule in sorted(rules, key=lambda one: one.name)
        ]
    )


def _parse(expr: str) -> ast.Expression | None:
    try:
        return parsing.parse(expr)
    except refusals.RefusedExpression:
        return None


async def _examine(
    server: prometheus.Prometheus,
    rule: prometheus.AlertingRule,
    tree: ast.Expression | None,
    seen: Mapping[str, coverage.Coverage],
    period: replaying.Period,
) -> SilentRule:
    cause = _cause(rule, tree, seen, period)
    if cause is None and tree is not None:
        cause = await _compare(server, rule, tree, period)
    silence, evidence, closest = cause or (Silence.UNKNOWN, "it is not analysed", None)
    return SilentRule(
        name=rule.name,
        team=_team(rule),
        silence=silence,
        evidence=evidence,
        closest=closest,
    )


def _team(rule: prometheus.AlertingRule) -> str:
    """Gives the owner; a template decides for each alert, so that no team has all."""
    team = rule.labels.get("team", "")
    return "" if "{{" in team else team


_Cause = tuple[Silence, str, float | None]


def _cause(
    rule: prometheus.AlertingRule,
    tree: ast.Expression | None,
    seen: Mapping[str, coverage.Coverage],
    period: replaying.Period,
) -> _Cause | None:
    """Gives the cause that needs no look at numbers; `None` when there is none."""
    if reason := rule.annotations.get(BY_DESIGN):
        return Silence.BY_DESIGN, reason, None
    needed = coverage.metrics_of(tree) - _guards(tree) if tree else frozenset()
    if missing := sorted(one for one in needed if seen[one].first is None):
        return Silence.METRIC_UNKNOWN, ", ".join(missing), None
    if gone := sorted(one for one in needed if coverage.is_gone(seen[one], period)):
        return Silence.METRIC_GONE, ", ".join(gone), None
    offset = windows.longest_offset(rule.query).seconds if tree else 0.0
    if offset and period.end.timestamp() - offset < _oldest(needed, seen):
        return Silence.YOUNG, f"it looks {units.Duration.of_seconds(offset)} back", None
    return None


def _oldest(needed: frozenset[str], seen: Mapping[str, coverage.Coverage]) -> float:
    """Gives when the youngest of the metrics was seen first, in Unix seconds."""
    return max((seen[one].first or 0.0 for one in needed), default=0.0)


def _guards(tree: ast.Expression) -> frozenset[str]:
    """Gives the metrics whose absence is waited for, or that only take away."""
    guards: set[str] = set()
    for node in walking.walk(tree):
        match node:
            case ast.Call(function="absent" | "absent_over_time"):
                guards |= coverage.metrics_of(node)
            case ast.Binary(operator=ast.BinaryOperator.UNLESS | ast.BinaryOperator.OR):
                guards |= coverage.metrics_of(node.right)
            case _:
                pass
    return frozenset(guards)


def _decisive(tree: ast.Expression) -> ast.Expression:
    """Gives the first of conditions that are joined: the others are its guards."""
    node = walking.bare(tree)
    while isinstance(node, ast.Binary) and node.operator in {
        ast.BinaryOperator.AND,
        ast.BinaryOperator.UNLESS,
    }:
        node = walking.bare(node.left)
    return node


async def _compare(
    server: prometheus.Prometheus,
    rule: prometheus.AlertingRule,
    tree: ast.Expression,
    period: replaying.Period,
) -> _Cause:
    """Gives how near the measured side came to its limit."""
    try:
        whole, condition = conditions.split(tree), conditions.split(_decisive(tree))
    except restricting.NotReplayable as refusal:
        return Silence.NEVER_HELD, str(refusal), None
    try:
        reached = await _extreme(server, condition, period)
        if reached is None:
            return Silence.NOTHING_MATCHES, printing.render(condition.measured), None
        if not _passes(condition, reached):
            return _nearness(reached, condition)
        guarded = await _extreme(server, whole, period)
    except errors.ServerUnavailable as refusal:
        return Silence.UNKNOWN, str(refusal), None
    evidence, ratio = _evidence(reached, condition)
    if guarded is None or not _passes(whole, guarded):
        return Silence.GUARDED, evidence, ratio
    hold = units.Duration.of_seconds(rule.duration)
    return Silence.TOO_SHORT, f"{evidence}, it must last {hold}", ratio


async def _extreme(
    server: prometheus.Prometheus,
    condition: conditions.Condition,
    period: replaying.Period,
) -> float | None:
    """Gives the number that came nearest to the limit; `None` without any."""
    extreme = "min" if _is_low(condition) else "max"
    length = f"{round((period.end - period.start).total_seconds())}s"
    measured = printing.render(condition.measured)
    expr = f"{extreme}({extreme}_over_time(({measured})[{length}:{_STEP}]))"
    samples = await server.query(expr, period.end)
    return samples[0].number if samples else None


def _is_low(condition: conditions.Condition) -> bool:
    return condition.operator.value.startswith("<")


def _passes(condition: conditions.Condition, reached: float) -> bool:
    return bool(condition.holds(np.array([reached]), condition.limit)[0])


def _nearness(reached: float, condition: conditions.Condition) -> _Cause:
    evidence, ratio = _evidence(reached, condition)
    return Silence.NEVER_REACHED, evidence, ratio


def _evidence(
    reached: float, condition: conditions.Condition
) -> tuple[str, float | None]:
    """Gives the figures, and how near they are to the limit where that is a share."""
    side = "lowest" if _is_low(condition) else "highest"
    evidence = f"{side} {reached:.4g}, limit {condition.limit:g}"
    if not condition.limit or not reached or not math.isfinite(reached):
        return evidence, None
    nearer = (
        condition.limit / reached if _is_low(condition) else reached / condition.limit
    )
    return f"{evidence} ({nearer:.0%})", nearer
