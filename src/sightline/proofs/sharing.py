"""Which scenarios of different alerts can be put through in one test of the engine.

A test has a storage of its own, and most of its time goes into that. Where two alerts
keep the same time, and neither reads a series of the other, the engine sees each as if
it were alone.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import charts, rulebook, scenarios

__all__ = ["Part", "share"]

_OWN: Final = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""Series that every alert makes; what reads them is asked by itself."""

_MOST_PARTS: Final = 16
_SHORTEST: Final = 0.8
"""A story ends not much before the longest of its test: nobody looks at the rest."""


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario of one suit, by the suit's number."""

    suit: int
    scenario: scenarios.Scenario


def share(parts: Iterable[Part]) -> Iterator[Sequence[Part]]:
    """Gives the parts in groups, each of which one test can hold.

    The parts of a group are of different suits.
    """
    by_clock: dict[tuple[float, float], list[Part]] = {}
    for part in parts:
        scenario = part.scenario
        clock = (scenario.solution.slice.clocks.interval, scenario.step)
        by_clock.setdefault(clock, []).append(part)
    territories: dict[int, _Territory] = {}
    for found in by_clock.values():
        yield from _group(sorted(found, key=_end, reverse=True), territories)


def _end(part: Part) -> float:
    return part.scenario.looks[-1]


def _group(
    parts: Sequence[Part], territories: dict[int, "_Territory"]
) -> Iterator[Sequence[Part]]:
    groups: list[list[Part]] = []
    for part in parts:
        mine = territories.setdefault(part.suit, _Territory.of(part.scenario))
        for group in groups:
            if (
                len(group) < _MOST_PARTS
                and _end(part) >= _SHORTEST * _end(group[0])
                and all(mine.is_apart(territories[one.suit]) for one in group)
            ):
                group.append(part)
                break
        else:
            groups.append([part])
    return iter(groups)


@dataclass(slots=True)
class _Territory:
    """What an alert and its recording rules read, and which series they bring along."""

    selectors: Sequence[ast.VectorSelector]
    series: Mapping[str, Sequence[Mapping[str, str]]]
    recorded: Mapping[str, Sequence[rulebook.Record]]
    apart: dict[int, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: scenarios.Scenario) -> "_Territory":
        """Gives the territory of the alert that a scenario is about."""
        piece = scenario.solution.slice
        series: dict[str, list[Mapping[str, str]]] = {}
        recorded: dict[str, list[rulebook.Record]] = {}
        for one in scenario.solution.population.series:
            series.setdefault(one.name, []).append(one.labels)
        for record in piece.records:
            recorded.setdefault(record.name, []).append(record)
        found = itertools.chain.from_iterable(map(walking.selectors, piece.trees))
        return cls(tuple(dict.fromkeys(found)), series, recorded)

    def is_apart(self, other: "_Territory") -> bool:
        """Whether neither reads what the other brings along."""
        if self is other:
            return False
        known = self.apart.get(id(other))
        if known is None:
            known = not (_reads(self, other) or _reads(other, self))
            self.apart[id(other)] = known
        return known


def _reads(one: _Territory, other: _Territory) -> bool:
    return any(_may_read(selector, other) for selector in one.selectors)


def _may_read(selector: ast.VectorSelector, other: _Territory) -> bool:
    name = selector.metric
    if name is None or name in _OWN:
        return True
    return any(
        charts.matches(selector.matchers, labels)
        for labels in other.series.get(name, ())
    ) or any(
        rulebook.may_select(selector, record) for record in other.recorded.get(name, ())
    )
