"""What cannot have data yet, because the systems are too young for it.

A rule's series begin with its first evaluation, and a comparison with last week needs
a history of a week. Neither is a fault, and neither is data.
"""

import asyncio
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients import prometheus
from sightline.model import units
from sightline.promql import expressions, refusals, windows
from sightline.verify import built, first_evaluations

__all__ = ["Youth", "judge_youth", "observe_youth"]

_HISTORY: Final = "time() - min(prometheus_tsdb_lowest_timestamp_seconds)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Youth:
    """What is still to come.

    Attributes:
        series: recorded series that cannot exist yet.
        history: the age of the oldest sample; `None` when nobody knows.
    """

    series: frozenset[str] = frozenset()
    history: units.Duration | None = None

    def explains(self, expr: str) -> bool:
        """Whether `expr` may be empty only because it is too early."""
        try:
            needs = _needs_of(expr)
        except refusals.RefusedExpression:
            return False
        is_too_early = self.history is not None and needs.offset > self.history
        return is_too_early or not self.series.isdisjoint(needs.series)


@dataclass(frozen=True, slots=True)
class _Needs:
    """What an expression reads, and how old a history it must have."""

    series: frozenset[str]
    offset: units.Duration


@functools.lru_cache(maxsize=4096)
def _needs_of(expr: str) -> _Needs:
    """Reads an expression once, however often is looked while a stack starts."""
    return _Needs(expressions.metric_names(expr), windows.longest_offset(expr))


async def observe_youth(
    server: prometheus.Prometheus, rules: Iterable[built.Rule]
) -> Youth:
    """Gives what is still to come; nothing when the server does not answer."""
    try:
        groups, runtime, history = await asyncio.gather(
            server.fetch_rule_groups(), server.fetch_runtime(), server.query(_HISTORY)
        )
    except errors.ServerUnavailable:
        return Youth()
    age = units.Duration.of_seconds(max(0.0, history[0].number)) if history else None
    due = first_evaluations.sort_pending(groups, runtime).due
    return judge_youth(rules, due, age)


def judge_youth(
    rules: Iterable[built.Rule], due: Iterable[str], history: units.Duration | None
) -> Youth:
    """Gives what is still to come while `due` have not been evaluated.

    What is recorded from a series that cannot exist yet cannot exist either.
    """
    recording = [rule for rule in rules if rule.record]
    found = Youth(series=frozenset(due), history=history)
    while True:
        late = {rule.record for rule in recording if found.explains(rule.expr)}
        if late <= found.series:
            return found
        found = Youth(series=found.series | late, history=history)
