"""For each comparison of an alert, the inputs on both sides of it, and exactly on it.

A comparison is *decisive* where turning it around changes whether the alert holds.
From a situation where it is, one number is moved along a *line* (a series, all series
together, or the time that has passed) until the comparison flips, and the flip is
closed in: just short of it, exactly at it where a float can be, just beyond.
"""

import dataclasses
import fractions
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import courses, populations, searching

__all__ = ["Boundary", "Finder", "Situation", "comparisons"]

_NEAR: Final = 1e-3
"""How far from the threshold the neighbours stand, as a share of it."""

_STEPS: Final = 14
_MOST_PARTS: Final = 2_000
_DIGITS: Final = (0, 1, 2, 3, 4, 6)
_FACTORS: Final = (0.0, 0.5, 2.0, 0.1, 10.0, 0.01, 100.0, 1e-4, -1.0)
_TIMES: Final = (0.5, 0.25, 0.75, 0.1, 0.9, 0.05, 1.5)

_INVERSE: Final = {
    ast.BinaryOperator.EQUAL: ast.BinaryOperator.NOT_EQUAL,
    ast.BinaryOperator.NOT_EQUAL: ast.BinaryOperator.EQUAL,
    ast.BinaryOperator.LESS: ast.BinaryOperator.GREATER_EQUAL,
    ast.BinaryOperator.LESS_EQUAL: ast.BinaryOperator.GREATER,
    ast.BinaryOperator.GREATER: ast.BinaryOperator.LESS_EQUAL,
    ast.BinaryOperator.GREATER_EQUAL: ast.BinaryOperator.LESS,
}


@dataclass(frozen=True, slots=True)
class Situation:
    """A course of events, and the time at which it is looked at."""

    phases: searching.Phases
    time: float


@dataclass(frozen=True, slots=True)
class Boundary:
    """Situations around one comparison.

    Attributes:
        node: the comparison.
        silent: just on the side where the alert is silent.
        exact: both sides equal; `None` when no float makes them so.
        firing: just on the side where it holds.
    """

    node: ast.Binary
    silent: Situation
    exact: Situation | None
    firing: Situation


@dataclass(frozen=True, slots=True)
class _Line:
    """A way to move: an amount in, a situation out."""

    at: Callable[[float], Situation]
    amount: float
    candidates: Sequence[float]
    is_closed_in: bool = True


def comparisons(tree: ast.Expression) -> Iterator[ast.Binary]:
    """Gives the comparisons of an expression, in the order of the text."""
    return (
        node
        for node in walking.walk(tree)
        if isinstance(node, ast.Binary) and node.operator in ast.COMPARISONS
    )


@dataclass(slots=True)
class Finder:
    """Finds the boundary of one comparison.

    Attributes:
        search: over the alert's expression.
        node: the comparison, a node of that expression.
        grain: what times are multiples of, in seconds.
    """

    search: searching.Search
    node: ast.Binary
    grain: float
    _turned: searching.Search = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        inverse = dataclasses.replace(self.node, operator=_INVERSE[self.node.operator])
        tree = walking.replace(self.search.expression, self.node, inverse)
        self._turned = dataclasses.replace(self.search, expression=tree)

    def find(self, origin: Situation) -> Boundary | None:
        """Gives the boundary nearest to a situation in which the alert holds."""
        if not self._holds_by_it(origin):
            return None
        for line in self._lines(origin):
            for amount in line.candidates:
                silent = line.at(amount)
                if self._is_silent_by_it(silent):
                    found = self._close_in(line, amount)
                    if found is not None:
                        return found
                    break
        return None

    def confirms(self, found: Boundary) -> bool:
        """Whether a boundary that was found for another comparison is one of this."""
        return (
            self._is_silent_by_it(found.silent)
            and self._holds_by_it(found.firing)
            and (found.exact is None or self._gap(found.exact) == 0.0)
        )

    def climb(self, origin: Situation) -> Situation | None:
        """Gives a situation near `origin` in which the comparison alone decides."""
        wanted = ast.Binary(
            operator=ast.BinaryOperator.UNLESS,
            left=self.search.expression,
            right=self._turned.expression,
            matching=ast.Matching(labels=()),
        )
        narrow = dataclasses.replace(self.search, expression=wanted)
        last = len(origin.phases.states) - 1
        state, margin = narrow.climb(
            origin.phases.starts, origin.phases.states, last, origin.time, effort=400
        )
        return _replace_last(origin, state) if margin > 0 else None

    def _holds_by_it(self, one: Situation) -> bool:
        return self._margin(one) > 0 > self._turned.margin(one.phases, one.time)

    def _is_silent_by_it(self, one: Situation) -> bool:
        return self._margin(one) < 0 < self._turned.margin(one.phases, one.time)

    def _margin(self, one: Situation) -> float:
        return self.search.margin(one.phases, one.time)

    def _lines(self, origin: Situation) -> Iterator[_Line]:
        state = origin.phases.states[-1]
        before = origin.phases.states[0]
        for number, variable in enumerate(self.search.population.variables):
            amount = courses.amount_of(state[number])
            if amount is not None:
                calm = courses.amount_of(before[number])
                lowest = 0.0 if variable.role is populations.Role.COUNTER else -math.inf
                yield _Line(
                    lambda x, n=number: _replace_last(  # type: ignore[misc]  # a default binds the loop's variable
                        origin, _with(state, n, courses.with_amount(state[n], x))
                    ),
                    amount,
                    [
                        candidate
                        for candidate in _candidates(amount, calm)
                        if candidate >= lowest
                    ],
                    variable.role is not populations.Role.FLAG,
                )
        yield _Line(
            lambda x: _replace_last(origin, _scaled(state, x)),
            1.0,
            (0.5, 0.1, 0.01, 1e-3, 1e-4, 1e-6, 2.0, 10.0),
        )
        yield from self._time_line(origin)

    def _time_line(self, origin: Situation) -> Iterator[_Line]:
        begins = origin.phases.starts[-1]
        held = origin.time - begins

        def at(seconds: float) -> Situation:
            whole = math.floor(seconds / self.grain + 1e-9) * self.grain
            return Situation(origin.phases, begins + whole)

        yield _Line(at, held, [held * share for share in _TIMES])

    def _close_in(self, line: _Line, low: float) -> Boundary | None:
        high = line.amount
        firing, silent = line.at(high), line.at(low)
        meeting = self._meet(line, high, low) if line.is_closed_in else None
        if meeting is None:
            exact = next(
                (one for one in (silent, firing) if self._gap(one) == 0.0), None
            )
            return Boundary(self.node, silent, exact, firing)
        return Boundary(
            self.node,
            self._near(line, meeting, low, is_firing=False) or silent,
            self._exactly(line, meeting),
            self._near(line, meeting, high, is_firing=True) or firing,
        )

    def _gap(self, one: Situation) -> float | None:
        """Gives left minus right of the comparison's element nearest to equal."""
        estimator = self.search.estimator
        estimator.watched, estimator.seen = self.node, ()
        self._margin(one)
        estimator.watched = None
        seen: Sequence[tuple[float, float]] = estimator.seen
        gaps = [left - right for left, right in seen]
        finite = [gap for gap in gaps if math.isfinite(gap)]
        return min(finite, key=abs) if finite else None

    def _meet(self, line: _Line, high: float, low: float) -> float | None:
        """Gives where the sides are equal, by the Illinois form of false position."""
        high_gap, low_gap = self._gap(line.at(high)), self._gap(line.at(low))
        if high_gap is None or low_gap is None:
            return None
        if high_gap == 0.0 or low_gap == 0.0:
            return high if high_gap == 0.0 else low
        if (high_gap > 0) == (low_gap > 0):
            return None
        middle = high
        for _ in range(_STEPS):
            middle = (high * low_gap - low * high_gap) / (low_gap - high_gap)
            gap = self._gap(line.at(middle))
            if gap is None:
                return None
            if abs(gap) <= 1e-13 * max(abs(high_gap), abs(low_gap)):
                break
            if (gap > 0) == (high_gap > 0):
                high, high_gap, low_gap = middle, gap, low_gap / 2
            else:
                low, low_gap, high_gap = middle, gap, high_gap / 2
        return middle

    def _exactly(self, line: _Line, meeting: float) -> Situation | None:
        rounded = (round(meeting, digits) for digits in _DIGITS)
        for one in (
            *map(line.at, (*rounded, meeting)),
            *_in_whole_numbers(line, meeting),
        ):
            if self._gap(one) == 0.0 and self._is_near(one, line.at(meeting)):
                return one
        return None

    def _is_near(self, one: Situation, other: Situation) -> bool:
        """Whether turning the comparison still decides, as it does near the meeting."""
        first = (self._margin(one) > 0) is not (
            self._turned.margin(one.phases, one.time) > 0
        )
        return first or one == other

    def _near(
        self, line: _Line, meeting: float, towards: float, *, is_firing: bool
    ) -> Situation | None:
        size = _NEAR * (abs(meeting) or abs(towards))
        far = abs(towards - meeting)
        for step in (size, size * 10, self.grain, size * 100):
            if step < far:
                one = line.at(meeting + math.copysign(step, towards - meeting))
                if (self._margin(one) > 0) is is_firing:
                    return one
        return None


def _candidates(amount: float, calm: float | None) -> Iterator[float]:
    if calm is not None:
        yield calm
    for factor in _FACTORS:
        yield amount * factor
    yield amount + 1.0
    yield amount - 1.0


def _in_whole_numbers(line: _Line, meeting: float) -> Iterator[Situation]:
    """Gives the meeting with every number multiplied until all are whole.

    `2 / 40` is exactly 0.05 where `0.105... / 2.105...` is only nearly so.
    """
    if not 0 < abs(meeting) < 1e9:  # noqa: PLR2004 - beyond, floats are whole anyway
        return
    near = fractions.Fraction(meeting).limit_denominator(_MOST_PARTS)
    origin = line.at(float(near))
    state = origin.phases.states[-1]
    if any(isinstance(shape, courses.Clock) for shape in state):
        return
    for multiple in (1, 2, 3, 4, 5, 8, 10, 16, 20, 100):
        factor = near.denominator * multiple
        scaled = tuple(
            shape
            if (amount := courses.amount_of(shape)) is None
            else courses.with_amount(shape, float(round(amount * factor, 6)))
            for shape in state
        )
        yield _replace_last(origin, scaled)


def _replace_last(origin: Situation, state: searching.State) -> Situation:
    states = (*origin.phases.states[:-1], state)
    return Situation(searching.Phases(origin.phases.starts, states), origin.time)


def _with(state: searching.State, number: int, shape: courses.Shape) -> searching.State:
    return (*state[:number], shape, *state[number + 1 :])


def _scaled(state: searching.State, factor: float) -> searching.State:
    return tuple(
        shape
        if (amount := courses.amount_of(shape)) is None
        else courses.with_amount(shape, amount * factor)
        for shape in state
    )
