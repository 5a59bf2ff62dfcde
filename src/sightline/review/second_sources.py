"""Whether recorded numbers are those that their source gives.

A recorded series has a second source: the expression that records it, asked of the raw
samples. Asked at the very time of the last evaluation, it must give the same number.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients import prometheus

__all__ = ["Comparison", "compare"]

_TOLERATED: Final = 0.05
"""Samples that arrive late are in one of the two only."""

_RECENT_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A recorded series beside its source.

    Attributes:
        compared: series that both have.
        differing: those that differ by more than a twentieth.
        example: the two numbers of one that differs; empty when none does.
        is_old: nothing was recorded lately, though the source has numbers.
    """

    name: str
    compared: int
    differing: int
    example: str
    is_old: bool

    @property
    def is_wrong(self) -> bool:
        """Whether the recorded numbers are not those of the source."""
        return self.is_old or self.differing > self.compared / 2


async def compare(
    server: prometheus.Prometheus,
    rules: Sequence[prometheus.RecordingRule],
    at: dt.datetime,
) -> tuple[Comparison, ...]:
    """Gives how recorded series compare with their source, where both have numbers.

    Raises:
        ServerUnavailable: the server did not answer at all.
    """
    found = []
    for rule in rules:
        try:
            comparison = await _compare(server, rule, at)
        except errors.ServerUnavailable:
            continue  # the rule itself is refused; verify tells of that
        if comparison is not None:
            found.append(comparison)
    return tuple(found)


async def _compare(
    server: prometheus.Prometheus, rule: prometheus.RecordingRule, at: dt.datetime
) -> Comparison | None:
    written = await server.query(f"timestamp({rule.name})", at)
    evaluated = max((one.number for one in written), default=0.0)
    if at.timestamp() - evaluated > _RECENT_SECONDS:
        source = await server.query(rule.query, at)
        if not source or not written:
            return None
        return Comparison(
            name=rule.name, compared=0, differing=0, example="", is_old=True
        )
    then = dt.datetime.fromtimestamp(evaluated, dt.UTC)
    source = await server.query(rule.query, then)
    truth = {_identity(one.labels, rule.labels): one.number for one in source}
    recorded = await server.query(rule.name, then)
    pairs = [
        (one.number, truth[identity])
        for one in recorded
        if (identity := _identity(one.labels, rule.labels)) in truth
    ]
    if not pairs:
        return None
    differing = [pair for pair in pairs if not math.isclose(*pair, rel_tol=_TOLERATED)]
    return Comparison(
        name=rule.name,
        compared=len(pairs),
        differing=len(differing),
        example="{:g} recorded, {:g} computed".format(*differing[0])
        if differing
        else "",
        is_old=False,
    )


def _identity(
    labels: Mapping[str, str], added: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    merged = {**labels, **added}
    merged.pop("__name__", None)
    return tuple(sorted(merged.items()))
