"""Scenarios of objectives: rules on disk, counters minute by minute, promtool."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sightline.compilers import prometheus
from sightline.model import monitoring
from support import builders, promtool

MINUTE = 1
HOUR = 60
DAY = 24 * HOUR
WEEK = 7 * DAY

OK = 'http_requests_total{service="api",status="200"}'
FAILED = 'http_requests_total{service="api",status="500"}'

Rate = Callable[[int], float]
"""Gives how much a counter grows in the minute that begins then."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Lets promtool judge the rules of a monitoring, one sample each minute."""

    binary: Path
    folder: Path
    declared: monitoring.Monitoring

    def check(
        self,
        series: Mapping[str, str],
        *outcomes: promtool.Outcome,
        interval: str = "1m",
    ) -> None:
        judge = promtool.Judge(
            promtool=self.binary, rules=self._write_rules(), folder=self.folder
        )
        judge.check(series, *outcomes, interval=interval)

    def _write_rules(self) -> list[Path]:
        paths = []
        for artifact in prometheus.compile_prometheus(
            self.declared, builders.environment()
        ):
            is_rules = "rules" in artifact.path.parts
            # A month of quarters of an hour each minute is a minute of work, and
            # these scenarios last a day: the month is judged on a real server.
            if is_rules and not artifact.path.stem.endswith("-month"):
                path = self.folder / artifact.path.name
                path.write_text(artifact.text)
                paths.append(path)
        return paths


def counter(minutes: int, rate: Rate, *, start: float = 0) -> str:
    """Gives a counter's samples, at the begin of each minute and at the end."""
    reading, samples = start, [start]
    for minute in range(minutes):
        reading += rate(minute)
        samples.append(reading)
    return written(samples)


def born(at: int, minutes: int, rate: Rate, *, start: float) -> str:
    """Gives a counter that does not exist before a minute, and then has `start`."""
    return f"_x{at - 1} " + counter(minutes - at, lambda m: rate(at + m), start=start)


def written(samples: Iterable[float]) -> str:
    """Gives samples in promtool's notation."""
    return " ".join(f"{sample:.12g}" for sample in samples)


def holds(claim: str, at: int) -> promtool.Outcome:
    """Claims that a comparison has exactly one result at a minute."""
    return promtool.valued(f"count({claim})", ({}, 1), at=f"{at}m")


def never(claim: str, at: int) -> promtool.Outcome:
    """Claims that an expression has no result at a minute."""
    return promtool.valued(f"count({claim})", at=f"{at}m")


def near(query: str, truth: float, at: int, within: float = 0.02) -> promtool.Outcome:
    """Claims that a query has one result, within a share of the truth."""
    low, high = truth * (1 - within), truth * (1 + within)
    return holds(f"({query} >= {low}) <= {high}", at)


def fired(alert: str, tier: str = "", *, within: str = "1m") -> str:
    """Gives the firing series of an alert in the time before a minute."""
    tiers = f',burn_tier="{tier}"' if tier else ""
    selector = f'ALERTS{{alertname="{alert}",alertstate="firing"{tiers}}}'
    return f"max_over_time({selector}[{within}])"
