"""Redis: how many users or keys there are, at a cost that does not grow with them.

Recent members of a sorted set are counted exactly by ZCOUNT, in logarithmic time. Keys
that match a pattern are estimated from a sample of SCAN, with the standard error beside
the estimate: KEYS would block the server, and a whole SCAN of millions takes seconds of
its time at every reading.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from prometheus_client import core

from sightline.collectors import readings
from sightline.model import collecting, keyspaces

__all__ = ["KeySpace", "RedisCollector", "estimate", "match_glob"]

_ERROR_SUFFIX: Final = "_standard_error"
_ERROR_HELP: Final = "Standard error of the estimate; 0 when every key was looked at."


class KeySpace(Protocol):
    """The Redis that is asked."""

    async def count_recent(self, key: str, since: float) -> int:
        """Gives the members scored above `since`; raises `SourceFailed`."""

    async def sample(self, most: int) -> tuple[keyspaces.Sample, ...]:
        """Gives a sample for each primary; raises `SourceFailed`."""


class RedisCollector:
    """Counts what a source declares.

    Args:
        clock: Unix seconds.
    """

    def __init__(
        self,
        declared: collecting.RedisSource,
        keyspace: KeySpace,
        clock: Callable[[], float],
    ) -> None:
        self._declared = declared
        self._keyspace = keyspace
        self._clock = clock

    async def collect(self) -> readings.Reading:
        """Gives a gauge for each count, and the error of those that are estimated."""
        families: list[core.Metric] = []
        rows = 0
        for metric in self._declared.metrics:
            match metric.counted:
                case collecting.RecentMembers(key=key, within=within):
                    since = self._clock() - within.seconds
                    number = await self._keyspace.count_recent(key, since)
                    families.append(_gauge(metric.name, metric.help, number))
                    rows += 1
                case collecting.KeyCount() as counted:
                    samples = await self._keyspace.sample(counted.sample)
                    families += _estimate_families(metric, counted, samples)
                    rows += sum(len(sample.keys) for sample in samples)
        return readings.Reading(families=tuple(families), rows=rows)

    async def close(self) -> None:
        """Does nothing: no connection outlives its reading."""


def estimate(
    samples: Sequence[keyspaces.Sample], is_counted: Callable[[bytes], bool]
) -> tuple[float, float]:
    """Gives the estimated number of keys that count, and its standard error.

    Each primary is a stratum, sampled without replacement: the variance of a proportion
    is (1 - n/N) p (1 - p) / (n - 1), and the strata add up (W. G. Cochran, Sampling
    Techniques, 3rd ed., 1977, chapters 3 and 5).
    """
    number = variance = 0.0
    for sample in samples:
        seen = len(sample.keys)
        if not seen:
            continue
        share = sum(map(is_counted, sample.keys)) / seen
        number += sample.total * share
        if not sample.is_complete and seen > 1:
            unseen = 1 - seen / sample.total
            spread = share * (1 - share) / (seen - 1)
            variance += sample.total**2 * unseen * spread
    return number, math.sqrt(variance)


def match_glob(pattern: str) -> Callable[[bytes], bool]:
    r"""Gives the test for keys that Redis would match with a pattern.

    `*`, `?`, `[ae]`, `[^e]`, `[a-b]`, and `\` before a character taken literally:
    https://redis.io/docs/latest/commands/keys/
    """
    matches = re.compile("".join(_translate(pattern)).encode(), re.DOTALL).fullmatch
    return lambda key: matches(key) is not None


_TOKEN: Final = re.compile(
    r"\\(?P<literal>.)|(?P<set>\[[^]]+\])|(?P<other>.)", re.DOTALL
)


def _translate(pattern: str) -> Iterator[str]:
    for token in _TOKEN.finditer(pattern):
        match token["literal"], token["set"], token["other"]:
            case (str(literal), _, _):
                yield re.escape(literal)
            case (_, str(choices), _):
                inner = choices[1:-1]
                negated, inner = inner[:1] == "^", inner.removeprefix("^")
                escaped = re.sub(r"([\\\[&~|^])", r"\\\1", inner)
                yield f"[{'^' if negated else ''}{escaped}]"
            case (_, _, "*"):
                yield ".*"
            case (_, _, "?"):
                yield "."
            case (_, _, other):
                yield re.escape(other or "")


def _estimate_families(
    metric: collecting.RedisMetric,
    counted: collecting.KeyCount,
    samples: Sequence[keyspaces.Sample],
) -> tuple[core.Metric, core.Metric]:
    number, error = estimate(samples, match_glob(counted.pattern))
    return (
        _gauge(metric.name, metric.help, number),
        _gauge(metric.name + _ERROR_SUFFIX, _ERROR_HELP, error),
    )


def _gauge(name: str, documentation: str, number: float) -> core.Metric:
    return readings.gauge(name, documentation, (), [((), number)])
