"""Looks for an input that makes an expression hold, and for one that does not.

A search begins with an ordinary input and changes one thing at a time, always to what
brings the margin of the expression furthest. Numbers are taken from the expression
itself and from what was there before, so that most searches end after a few steps.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import charts, courses, estimation, populations

__all__ = [
    "Phases",
    "Search",
    "State",
    "build_courses",
    "none",
    "numbers_of",
    "ordinary",
    "scaled",
    "scaled_all",
]

State = tuple[courses.Shape, ...]
"""What each variable does in one phase."""

_FACTORS: Final = (2.0, 0.5, 10.0, 0.1, 1.1, 0.9, 1e3, 1e-3)
_ROUNDS: Final = 24
_ENOUGH: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Phases:
    """A course of events: states, each from a time on.

    Attributes:
        starts: in seconds, ascending, the first 0.
        states: one for each start.
    """

    starts: tuple[float, ...]
    states: tuple[State, ...]


@dataclass(slots=True)
class Search:
    """A search for states over one population.

    Attributes:
        expression: what is to hold, or not.
        population: the series and what may change.
        estimator: gives the margins.
        is_varied: shapes that change at every sample may help (`changes`).
        is_ramped: steady rises of gauges may help (`deriv`, `predict_linear`).
    """

    expression: ast.Expression
    population: populations.Population
    estimator: estimation.Estimator
    is_varied: bool = False
    is_ramped: bool = False
    effort: int = 0
    _numbers: Sequence[float] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        self._numbers = numbers_of(self.expression, self.estimator.chart)

    def margin(self, phases: Phases, time: float) -> float:
        """Gives the expression's margin at a time of some course of events."""
        self.effort += 1
        self.enact(phases)
        return self.estimator.margin(self.expression, time)

    def enact(self, phases: Phases) -> None:
        """Puts the series on their courses, unless they are on them already."""
        estimator = self.estimator
        if estimator.enacted is phases:
            return
        chart = estimator.chart
        chart.courses = build_courses(self.population, phases, chart.interval)
        estimator.forget()
        estimator.enacted = phases

    def climb(
        self,
        starts: tuple[float, ...],
        states: tuple[State, ...],
        phase: int,
        time: float,
        *,
        towards: float = 1.0,
        effort: int = 4_000,
    ) -> tuple[State, float]:
        """Changes one phase until the margin at `time` has the wanted sign.

        Args:
            starts: when each phase begins.
            states: what happens in each.
            phase: the one to change.
            time: when the expression is looked at.
            towards: 1 to make it hold, -1 to make it not hold.
            effort: how many inputs may be tried.

        Returns:
            The phase's state and its margin, which may still have the wrong sign.
        """

        def judge(state: State) -> float:
            changed = (*states[:phase], state, *states[phase + 1 :])
            return towards * self.margin(Phases(starts, changed), time)

        limit = self.effort + effort
        best = states[phase]
        score = judge(best)
        for _ in range(_ROUNDS):
            if score > _ENOUGH or self.effort > limit:
                break
            better = self._improve(best, score, judge)
            if better is None:
                break
            best, score = better
        return best, towards * score

    def _improve(
        self, state: State, score: float, judge: Callable[[State], float]
    ) -> tuple[State, float] | None:
        # What vanishes says less than what changes, so that is tried last.
        for moves in (
            self._moves(state),
            self._joint_moves(state),
            self._losses(state),
        ):
            best, top = None, score
            for candidate in moves:
                found = judge(candidate)
                if found > top + 1e-12:
                    best, top = candidate, found
                    if found > _ENOUGH:
                        break
            if best is not None:
                return best, top
        return None

    def _moves(self, state: State) -> Iterator[State]:
        for number, variable in enumerate(self.population.variables):
            for shape in self._shapes(variable.role, state[number]):
                if shape != state[number]:
                    yield (*state[:number], shape, *state[number + 1 :])

    def _joint_moves(self, state: State) -> Iterator[State]:
        roles = [variable.role for variable in self.population.variables]
        for role in dict.fromkeys(roles):
            if roles.count(role) > 1:
                first = state[roles.index(role)]
                for shape in self._shapes(role, first):
                    yield tuple(
                        shape if one is role else now
                        for one, now in zip(roles, state, strict=True)
                    )

    def _losses(self, state: State) -> Iterator[State]:
        """Gives states without one series, without all of some label, and empty."""
        for number, shape in enumerate(state):
            if shape is not courses.ABSENT:
                yield (*state[:number], courses.ABSENT, *state[number + 1 :])
        kinds = self.population.kinds()
        for kind in dict.fromkeys(pair for pairs in kinds for pair in sorted(pairs)):
            yield tuple(
                courses.ABSENT if kind in pairs else shape
                for shape, pairs in zip(state, kinds, strict=True)
            )
        yield tuple(courses.ABSENT for _ in state)

    def _shapes(
        self, role: populations.Role, now: courses.Shape
    ) -> Iterator[courses.Shape]:
        match role:
            case populations.Role.FLAG:
                yield courses.Level(0.0)
                yield courses.Level(1.0)
            case populations.Role.COUNTER:
                per_second = now.per_second if isinstance(now, courses.Slope) else 0.0
                for amount in (0.0, 1.0, *self._amounts(per_second)):
                    if amount >= 0:
                        yield courses.Slope(amount)
            case populations.Role.CLOCK:
                ahead = now.ahead_seconds if isinstance(now, courses.Clock) else 0.0
                for amount in (0.0, *self._amounts(ahead)):
                    yield courses.Clock(amount)
                    yield courses.Clock(-amount)
            case populations.Role.GAUGE:
                yield from self._gauge_shapes(now)

    def _gauge_shapes(self, now: courses.Shape) -> Iterator[courses.Shape]:
        level = now.amount if isinstance(now, courses.Level) else 1.0
        for amount in (0.0, 1.0, *self._amounts(level)):
            yield courses.Level(amount)
        if self.is_varied:
            yield courses.Saw(level, level + 1)
            yield courses.Saw(level, level * 10 + 10)
        if self.is_ramped:
            for size in (1e-3, 1e-2, 0.1, 1.0, 10.0, 1e3, 1e5):
                yield courses.Slope(size)
                yield courses.Slope(-size)
        for amount in self._numbers:
            yield courses.Level(-amount)

    def _amounts(self, now: float) -> Iterator[float]:
        for number in self._numbers:
            yield number
            yield number * 1.25
            yield number * 0.75
        for factor in _FACTORS:
            if now:
                yield now * factor


def scaled_all(state: State, factor: float) -> State:
    """Gives a state with more or less of everything."""
    return tuple(scaled(shape, factor) for shape in state)


def scaled(shape: courses.Shape, factor: float) -> courses.Shape:
    """Gives more or less of a shape; what is 0 or 1 may be a flag, and stays."""
    match shape:
        case courses.Slope(per_second):
            return courses.Slope(per_second * factor)
        case courses.Level(amount) if amount not in {0.0, 1.0}:
            return courses.Level(amount * factor)
        case _:
            return shape


def none(shape: courses.Shape) -> courses.Shape:
    """Gives a course of the same kind on which nothing happens."""
    match shape:
        case courses.Slope():
            return courses.Slope(0.0)
        case courses.Level():
            return courses.Level(0.0)
        case _:
            return shape


def ordinary(role: populations.Role) -> courses.Shape:
    """Gives what a series of that kind does on an ordinary day."""
    match role:
        case populations.Role.COUNTER:
            return courses.Slope(1.0)
        case populations.Role.CLOCK:
            return courses.Clock(0.0)
        case populations.Role.GAUGE | populations.Role.FLAG:
            return courses.Level(1.0)


def build_courses(
    population: populations.Population, phases: Phases, interval: float
) -> Sequence[courses.Course]:
    """Gives the course of every series of a population."""
    starts = [math.ceil(start / interval - 1e-9) for start in phases.starts]
    moved: list[list[list[courses.Shape]]] = [
        [[] for _ in starts] for _ in population.series
    ]
    for number, variable in enumerate(population.variables):
        for phase, state in enumerate(phases.states):
            for index in variable.series:
                moved[index][phase].append(state[number])
    for index, number in population.decoys:
        for phase, shape in enumerate(_oppose([s[number] for s in phases.states])):
            moved[index][phase].append(shape)
    return [
        courses.Course(interval, starts, [_merge(shapes) for shapes in stretches])
        for stretches in moved
    ]


def _oppose(shapes: Sequence[courses.Shape]) -> Iterator[courses.Shape]:
    """Gives for each phase what the series does in another one."""
    first = shapes[0]
    other = next((shape for shape in shapes if shape != first), first)
    return (other if shape == first else first for shape in shapes)


def _merge(shapes: Sequence[courses.Shape]) -> courses.Shape:
    """Gives what a bucket does that counts what several variables count."""
    if len(shapes) == 1:
        return shapes[0]
    slopes = [shape for shape in shapes if isinstance(shape, courses.Slope)]
    levels = [shape for shape in shapes if isinstance(shape, courses.Level)]
    if slopes:
        if any(isinstance(shape, courses.Restart) for shape in shapes):
            return courses.Restart(sum(one.per_second for one in slopes))
        return courses.Slope(sum(one.per_second for one in slopes))
    if levels:
        return courses.Level(sum(one.amount for one in levels))
    return shapes[0]


def numbers_of(expression: ast.Expression, chart: charts.Chart) -> Sequence[float]:
    """Gives the numbers that an expression and its recording rules hold, each once."""
    trees = [expression]
    trees += [one.expression for rules in chart.recorded.values() for one in rules]
    found = (
        abs(node.number)
        for tree in trees
        for node in walking.walk(tree)
        if isinstance(node, ast.Number)
    )
    return tuple(dict.fromkeys(n for n in found if n and math.isfinite(n)))[:8]
