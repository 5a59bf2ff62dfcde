"""Scenarios of objectives: rules on disk, counters minute by minute, promtool."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sightline.compilers import slo
from sightline.compilers.prometheus import rule_files
from sightline.model import monitoring, rules
from support import builders, promtool

MINUTE = 1
HOUR = 60
DAY = 24 * HOUR
WEEK = 7 * DAY

OK = 'http_requests_total{service="api",status="200"}'
FAILED = 'http_requests_total{service="api",status="500"}'

Rate = Callable[[int], float]
"""Gives how much a counter grows in the minute that begins then."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scenario:
    """Lets promtool judge the rules of a monitoring, one sample each minute.

    Attributes:
        only: the rules to write, by name; all of them when it is empty.
    """

    binary: Path
    folder: Path
    declared: monitoring.Monitoring
    only: frozenset[str] = frozenset()

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
        for group in slo.compile_slo_groups(self.declared, builders.environment()):
            kept = [rule for rule in group.rules if self._is_wanted(rule)]
            # A month of quarters of an hour each minute is a minute of work, and these
            # scenarios last a day: the month is judged on a real server.
            if kept and not group.name.endswith("-month"):
                path = self.folder / f"{group.name}.yml"
                part = dataclasses.replace(group, rules=tuple(kept))
                path.write_text(rule_files.render_rule_file(part).text)
                paths.append(path)
        return paths

    def _is_wanted(self, rule: rules.Rule) -> bool:
        name = rule.record if isinstance(rule, rules.RecordingRule) else rule.alert
        return not self.only or name in self.only


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
