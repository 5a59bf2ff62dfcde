"""What one alert needs: the rules before it, the series that they read, and the clocks.

A recorded series that is read over a long time is *cut off*: it becomes input itself,
because days of evaluations of the rule that makes it would say no more than a minute
of them. That the rule does make it is a claim of its own.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import (
    boundaries,
    charts,
    estimation,
    populations,
    rulebook,
    searching,
)

__all__ = ["Clocks", "Slice", "group_records", "open_slice"]

_CUT_READ_SECONDS: Final = 1_800.0
"""Recorded series that are read over more are cut off."""

_CUT_RULE_SECONDS: Final = 4 * 86_400.0
"""Recording rules that themselves look back further are cut off."""

_DAY: Final = 86_400.0
_SCRAPE_SECONDS: Final = 15.0
_LONGEST_SCRAPE_SECONDS: Final = 240.0
"""Below Prometheus's look-back of five minutes, or series would seem to vanish."""

_MOST_EVALUATIONS: Final = 400
_MOST_SAMPLES: Final = 3_000

_MANY_COUNTED: Final = 1_500
"""So many samples of a window say what more would; reading them takes the longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The times of a scenario, in seconds.

    Attributes:
        interval: between samples.
        step: between evaluations.
        now: how far back the expression looks from the present.
        past: how far back it looks in all, offsets included.
        lag: the shortest offset, before which nothing of the present is seen by what
            looks into the past; infinite without one.
    """

    interval: float
    step: float
    now: float
    past: float
    lag: float = math.inf

    def up(self, time: float) -> float:
        """Gives the first evaluation at or after a time."""
        return math.ceil(time / self.step - 1e-9) * self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """An alert with what it needs.

    Attributes:
        records: the recording rules before it, in an order that evaluates at once.
        given: series of names that are cut off, as their rules would make them.
        cut: the rules that make those.
    """

    alert: rulebook.Alert
    tree: ast.Expression
    records: tuple[rulebook.Record, ...]
    given: tuple[charts.Series, ...]
    cut: tuple[rulebook.Record, ...]
    clocks: Clocks

    @property
    def reads_over_records(self) -> bool:
        """Whether what is recorded is read over a time, and so needs evaluations."""
        names = {record.name for record in self.records}
        return any(
            selector.metric in names and (ranged or offset)
            for tree in self.trees
            for selector, ranged, offset in rulebook.walk_ranges(tree)
        )

    @property
    def trees(self) -> Sequence[ast.Expression]:
        """The expressions that are evaluated, the alert's first."""
        return (self.tree, *(record.tree for record in self.records))

    def recorded(self) -> Mapping[str, Sequence[charts.Recording]]:
        """Gives the recording rules by name, as an estimator takes them."""
        return group_records(self.records)


def group_records(
    records: Iterable[rulebook.Record],
) -> Mapping[str, Sequence[charts.Recording]]:
    """Gives recording rules by name, as an estimator takes them."""
    found: dict[str, list[charts.Recording]] = {}
    for one in records:
        found.setdefault(one.name, []).append(
            charts.Recording(one.name, one.labels, one.tree)
        )
    return found


def open_slice(
    alert: rulebook.Alert, tree: ast.Expression, book: rulebook.Rulebook
) -> Slice:
    """Gives what an alert needs to be evaluated on its own."""
    cut_names = frozenset(_find_cuts(tree, book))
    if cut_names and any(o >= _DAY for _, _, o in rulebook.walk_ranges(tree)):
        # Weeks of scrapes for one side say no more than weeks of what is recorded.
        cut_names |= {record.name for record in book.direct(tree)}
    kept = tuple(_collect(tree, book, cut_names))
    cut = tuple(
        dict.fromkeys(
            record
            for one in (tree, *(record.tree for record in kept))
            for record in book.direct(one)
            if record.name in cut_names
        )
    )
    given = tuple(series for record in cut for series in _foresee(record, book))
    return Slice(
        alert=alert,
        tree=tree,
        records=kept,
        given=given,
        cut=cut,
        clocks=_set_clocks(alert, tree, kept, cut),
    )


def _find_cuts(
    tree: ast.Expression, book: rulebook.Rulebook, depth: int = 0
) -> Iterator[str]:
    if depth > 20:  # noqa: PLR2004 - rules that read one another
        return
    for selector, ranged, offset in rulebook.walk_ranges(tree):
        for record in book.direct(selector):
            if ranged + offset >= _CUT_READ_SECONDS or _looks_back(record, book, 0) > (
                _CUT_RULE_SECONDS
            ):
                yield record.name
            else:
                yield from _find_cuts(record.tree, book, depth + 1)


def _looks_back(record: rulebook.Record, book: rulebook.Rulebook, depth: int) -> float:
    if depth > 20:  # noqa: PLR2004 - rules that read one another
        return 0.0
    return max(
        (
            ranged
            + offset
            + max((_looks_back(one, book, depth + 1) for one in book.direct(selector)),
                  default=0.0)
            for selector, ranged, offset in rulebook.walk_ranges(record.tree)
        ),
        default=0.0,
    )  # fmt: skip


def _collect(
    tree: ast.Expression, book: rulebook.Rulebook, cut: frozenset[str]
) -> Iterator[rulebook.Record]:
    """Gives the rules that are needed, each after those that it needs itself."""
    seen: dict[rulebook.Record, None] = {}

    def visit(node: ast.Expression) -> None:
        for record in book.direct(node):
            if record.name not in cut and record not in open_:
                open_.add(record)
                visit(record.tree)
                seen[record] = None

    open_: set[rulebook.Record] = set()
    visit(tree)
    return iter(seen)


def _foresee(
    record: rulebook.Record, book: rulebook.Rulebook
) -> Iterator[charts.Series]:
    """Gives the series that a recording rule makes of an ordinary population."""
    inner = tuple(_collect(record.tree, book, frozenset()))
    trees = (record.tree, *(one.tree for one in inner))
    population = populations.populate(trees, recorded={one.name for one in inner})
    chart = charts.Chart(population.series, (), group_records(inner), _SCRAPE_SECONDS)
    estimator = estimation.Estimator(chart, 60.0)
    states = tuple(searching.ordinary(one.role) for one in population.variables)
    chart.courses = searching.build_courses(
        population, searching.Phases((0.0,), (states,)), _SCRAPE_SECONDS
    )
    try:
        found = estimator.vector(record.tree, 7_200.0)
    except (estimation.Unestimated, RecursionError):
        found = ()
    label_sets = [dict(one.labels) for one in found] or [{}]
    for labels in {frozenset({**one, **record.labels}.items()) for one in label_sets}:
        yield charts.Series(record.name, dict(sorted(labels)))


def _set_clocks(
    alert: rulebook.Alert,
    tree: ast.Expression,
    kept: Sequence[rulebook.Record],
    cut: Sequence[rulebook.Record],
) -> Clocks:
    names = {record.name for record in kept}
    ranges = [
        (node.metric or "", ranged, offset)
        for one in (tree, *(record.tree for record in kept))
        for node, ranged, offset in rulebook.walk_ranges(one)
    ]
    # A window over records reaches as far as both the window and what was recorded.
    over = max((r for name, r, o in ranges if name in names and not o), default=0.0)
    raw = max((r for name, r, o in ranges if name not in names and not o), default=0.0)
    now = over + raw
    past = max((r + o for _, r, o in ranges), default=0.0) + (over and raw)
    trees = (tree, *(record.tree for record in kept))
    interval = _scrape_interval(
        [r for _, r, _ in ranges if r], cut, past, counted=_counted(trees)
    )
    over_records = min(
        (r for name, r, _ in ranges if r and name in names), default=None
    )
    step = _evaluation_step(alert, interval, now, past, over_records)
    lag = min((o for _, _, o in ranges if o), default=math.inf)
    return Clocks(
        interval=interval, step=step, now=max(now, interval), past=past, lag=lag
    )


def _counted(trees: Sequence[ast.Expression]) -> float | None:
    """Gives the largest number that counts of samples may be compared with.

    `None` where it does not matter how many samples there are, only what they say.
    """
    if not any(
        isinstance(node, ast.Call)
        and node.function in {"sum_over_time", "count_over_time"}
        for tree in trees
        for node in walking.walk(tree)
    ):
        return None
    return max(
        (
            abs(side.number)
            for tree in trees
            for node in boundaries.comparisons(tree)
            for side in map(walking.bare, (node.left, node.right))
            if isinstance(side, ast.Number)
        ),
        default=0.0,
    )


def _scrape_interval(
    ranges: Sequence[float],
    cut: Sequence[rulebook.Record],
    past: float,
    *,
    counted: float | None,
) -> float:
    if cut and counted is not None:
        recorded = max(record.interval_seconds or 60.0 for record in cut)
        return _coarsen(min(recorded, _LONGEST_SCRAPE_SECONDS), ranges, counted)
    shortest = min(ranges, default=_LONGEST_SCRAPE_SECONDS * 4)
    if shortest < 4 * _SCRAPE_SECONDS:
        return max(math.floor(shortest / 4), 1.0)
    wanted = max(_SCRAPE_SECONDS, past / _MOST_SAMPLES)
    fitting = (15.0, 30.0, 60.0, 120.0, _LONGEST_SCRAPE_SECONDS)
    return (
        next(
            (one for one in fitting if one >= wanted),
            _LONGEST_SCRAPE_SECONDS,
        )
        if wanted * 4 <= shortest
        else max(
            (one for one in fitting if one * 4 <= shortest), default=_SCRAPE_SECONDS
        )
    )


def _coarsen(interval: float, ranges: Sequence[float], counted: float) -> float:
    """Gives a longer interval where windows hold more samples than tell anything.

    Every window keeps a few, and counts still reach twice what they are compared with.
    """
    longest, shortest = max(ranges, default=0.0), min(ranges, default=0.0)
    while (
        longest / interval > _MANY_COUNTED
        and counted * 4 <= longest / interval
        and shortest / interval >= 8  # noqa: PLR2004 - four when it is twice as long
        and interval * 2 <= _LONGEST_SCRAPE_SECONDS
    ):
        interval *= 2
    return interval


def _evaluation_step(
    alert: rulebook.Alert,
    interval: float,
    now: float,
    past: float,
    over_records: float | None,
) -> float:
    waits = [round(one) for one in (alert.for_seconds, alert.keep_seconds) if one >= 1]
    limit = over_records / 5 if over_records else math.inf
    if not waits:
        wanted = min(max(now / 4, interval), limit)
        return max(math.floor(wanted / interval), 1) * interval
    shared = math.gcd(*waits)
    total = past + 2 * now + 2 * sum(waits)
    steps = [shared / parts for parts in (4, 3, 2, 1) if shared % parts == 0]
    for step in steps:
        if step <= limit and total / step <= _MOST_EVALUATIONS:
            return step
    return next(
        (step for step in reversed(steps) if step <= limit),
        next(
            (
                float(d)
                for d in range(int(min(limit, shared)), 0, -1)
                if shared % d == 0
            ),
            float(shared),
        ),
    )
