"""Random alerting rules over random recorded series, the same for one seed.

They read the metrics `load`, `errors_total` and `requests_total` with the label `job`,
and what earlier recording rules record.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["AlertingRule", "RandomRules", "write_rules"]

_One = TypeVar("_One")

_JOBS = ("a", "b")
_OF_SAMPLES = ("avg", "max", "min", "last", "count", "stddev")
_WINDOWS = ("2m", "5m", "7m", "15m", "1h")
_HOLDS = (0, 0, 60, 90, 120, 300, 600)
_KEEPS = (0, 0, 0, 60, 100, 300, 900)
_LEVELS = (0, 0.1, 0.25, 0.5, 1, 2, 4, 5, 6, 8)


@dataclass(frozen=True, kw_only=True)
class AlertingRule:
    """An alert; seconds."""

    alert: str
    expr: str
    hold: int = 0
    keep: int = 0


@dataclass(frozen=True, kw_only=True)
class RandomRules:
    """One group: what it records, by name and in order, and its alerts after that."""

    recorded: Mapping[str, str]
    alerts: tuple[AlertingRule, ...]


def write_rules(seed: int, records: int, alerts: int) -> RandomRules:
    """Gives a group of random rules."""
    writer = _Writer(random.Random(seed))
    recorded: dict[str, str] = {}
    for number in range(records):
        recorded[f"level:made:op{number}"] = writer.vector(2)
        writer.names.append(f"level:made:op{number}")
    return RandomRules(
        recorded=recorded,
        alerts=tuple(
            AlertingRule(
                alert=f"Random{number}",
                expr=writer.condition(),
                hold=writer.pick(_HOLDS),
                keep=writer.pick(_KEEPS),
            )
            for number in range(alerts)
        ),
    )


class _Writer:
    """Writes expressions; every result has the label `job` and no other."""

    def __init__(self, chance: random.Random) -> None:
        self.names: list[str] = []
        self._chance = chance

    def pick(self, choices: Sequence[_One]) -> _One:
        """Gives one of several."""
        return self._chance.choice(choices)

    def condition(self) -> str:
        """Gives the expression of an alert."""
        chance = self._chance.random()
        if chance < 0.55:
            return self._comparison()
        if chance < 0.8:
            word = self.pick(("and", "unless", "or"))
            return f"{self._comparison()} {word} {self._comparison()}"
        if chance < 0.9:
            return f'absent(load{{job="{self.pick(_JOBS)}"}})'
        return f"({self.vector(2)}) / ({self.vector(1)})"

    def _comparison(self) -> str:
        operator = self.pick((">", ">", ">=", "<", "<=", "==", "!="))
        return f"({self.vector(2)}) {operator} {self.pick(_LEVELS)}"

    def vector(self, depth: int) -> str:
        """Gives a vector with the label `job`."""
        chance = self._chance.random()
        if depth == 0 or chance < 0.3:
            return self._leaf()
        if chance < 0.5:
            window = self.pick(_WINDOWS)
            return f"{self.pick(_OF_SAMPLES)}_over_time({self._selector()}[{window}])"
        if chance < 0.6:
            inner = f"({self.vector(depth - 1)})[{self.pick(_WINDOWS)}:1m]"
            return f"{self.pick(_OF_SAMPLES)}_over_time({inner})"
        if chance < 0.7:
            return f"sum by (job) ({self.vector(depth - 1)})"
        operator = self.pick(("+", "-", "*", "/"))
        return f"({self.vector(depth - 1)}) {operator} ({self.vector(depth - 1)})"

    def _leaf(self) -> str:
        if self._chance.random() < 0.3:
            counter = self.pick(("errors_total", "requests_total"))
            function = self.pick(("rate", "increase"))
            return f"{function}({counter}[{self.pick(_WINDOWS)}])"
        offset = self.pick(("", "", "", " offset 10m"))
        return f"{self._selector()}{offset}"

    def _selector(self) -> str:
        name = self.pick(["load", *self.names])
        return name + self.pick(("", "", "", '{job="a"}', '{job=~"b|c"}', '{job!="a"}'))
