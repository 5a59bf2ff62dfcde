"""From an alert to inputs: one that fires, one that does not, and those in between."""

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sightline.promql import ast, printing, walking
from sightline.proofs import (
    boundaries,
    charts,
    courses,
    estimation,
    populations,
    searching,
    slices,
)

__all__ = ["Solution", "Unsolved", "open_search", "solve", "stronger"]

_VARIED: Final = frozenset(
    {"changes", "resets", "stddev_over_time", "stdvar_over_time"}
)
_RAMPED: Final = frozenset({"deriv", "predict_linear", "delta", "idelta"})
_MOST_COPIES: Final = 12
_CLEAR_MARGIN: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Unsolved:
    """Why no input was found.

    Attributes:
        is_impossible: the expression itself shows that there is none.
    """

    reason: str
    is_impossible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Inputs for an alert.

    Attributes:
        calm: an ordinary state, in which the alert is silent; `None` when it always
            fires.
        firing: a state in which it fires after a calm time.
        begins: when `firing` begins, in seconds.
        held: how long `firing` is held until it is looked at.
        turns: one for each comparison that can be shown to decide.
        undecided: comparisons that no input was found for.
    """

    slice: slices.Slice
    population: populations.Population
    calm: searching.State | None
    firing: searching.State
    begins: float
    held: float
    turns: tuple[boundaries.Boundary, ...] = ()
    undecided: tuple[ast.Binary, ...] = ()


def solve(
    piece: slices.Slice,
    mentioned: Sequence[str] = (),
    *,
    is_crowded: bool = False,
    like: Solution | None = None,
) -> Solution | Unsolved:
    """Looks for inputs; what it gives still has to be judged by the engine.

    Args:
        piece: the alert with what it needs.
        mentioned: the labels that its texts read.
        is_crowded: give every series a second instance that does less, so that sums,
            means and extremes differ.
        like: inputs of an alert that may differ in names alone; they are taken over
            where they do the same to this one, which is found sooner than others.
    """
    try:
        found = _Solver(piece, mentioned, is_crowded=is_crowded).solve(like)
        if isinstance(found, Solution) or is_crowded:
            return found
        # What counts or compares series may need more than one of each.
        crowded = _Solver(piece, mentioned, is_crowded=True).solve(like)
        return crowded if isinstance(crowded, Solution) else found
    except estimation.Unestimated as refusal:
        return Unsolved(f"no estimate of {refusal}", is_impossible=False)
    except RecursionError:
        return Unsolved("nested too deeply", is_impossible=False)


def open_search(
    piece: slices.Slice,
    population: populations.Population,
    tree: ast.Expression,
    more: Mapping[str, Sequence[charts.Recording]] = MappingProxyType({}),
) -> searching.Search:
    """Gives a search for inputs of an expression.

    Args:
        piece: the alert with what it needs.
        population: the series that may move.
        tree: what is to hold.
        more: recording rules beside those of the piece.
    """
    clocks, recorded = piece.clocks, {**piece.recorded(), **more}
    chart = charts.Chart(population.series, (), recorded, clocks.interval)
    names = {
        node.function
        for one in piece.trees
        for node in walking.walk(one)
        if isinstance(node, ast.Call)
    }
    return searching.Search(
        tree,
        population,
        # What is recorded and read at once is as fresh as the evaluation.
        estimation.Estimator(
            chart, clocks.step if piece.reads_over_records else clocks.interval
        ),
        is_varied=bool(names & _VARIED),
        is_ramped=bool(names & _RAMPED),
    )


class _Solver:
    def __init__(
        self, piece: slices.Slice, mentioned: Sequence[str], *, is_crowded: bool
    ) -> None:
        self.piece = piece
        self.is_crowded = is_crowded
        self.population = populations.populate(
            piece.trees,
            recorded={record.name for record in piece.records},
            given=piece.given,
            mentioned=mentioned,
            copies=max(_count_copies(piece), 2 if is_crowded else 1),
            is_crowded=is_crowded,
        )
        clocks = piece.clocks
        self.search = open_search(piece, self.population, piece.tree)
        self.begins = clocks.up(max(clocks.past, clocks.now) + 3 * clocks.step)
        self.settled = clocks.up(clocks.now + 2 * clocks.step)

    def solve(self, like: Solution | None) -> Solution | Unsolved:
        """Gives the inputs."""
        if like is not None and (taken := self._take_over(like)) is not None:
            return taken
        for origin in self._origins():
            for held in dict.fromkeys((self.settled, 2 * self.piece.clocks.step)):
                found = self._from(origin, held)
                if found is not None:
                    return self._with_boundaries(found)
        return self._explain()

    def _take_over(self, other: Solution) -> Solution | None:
        """Gives the inputs of another alert, where they do the same to this one."""
        pairs = list(
            itertools.zip_longest(
                boundaries.comparisons(self.piece.tree),
                boundaries.comparisons(other.slice.tree),
            )
        )
        if (
            other.calm is None
            or other.slice.clocks != self.piece.clocks
            or self.population.outline != other.population.outline
            or not all(a and b and a.operator is b.operator for a, b in pairs)
            or not self._turns(other.calm, other.firing, other.held)
        ):
            return None
        theirs = {id(one.node): one for one in other.turns}
        turns = [
            dataclasses.replace(theirs[id(b)], node=a)
            for a, b in pairs
            if id(b) in theirs
        ]
        interval = self.piece.clocks.interval
        if not all(
            boundaries.Finder(self.search, one.node, interval).confirms(one)
            for one in turns
        ):
            return None
        return dataclasses.replace(
            self._solution(other.calm, other.firing, other.held),
            turns=tuple(turns),
            undecided=tuple(a for a, b in pairs if id(b) not in theirs),
        )

    def _turns(
        self, calm: searching.State, firing: searching.State, held: float
    ) -> bool:
        """Whether the alert is silent in one state, and holds in the other after it."""
        step = self.piece.clocks.step
        quiet = searching.Phases((0.0,), (calm,))
        loud = searching.Phases((0.0, self.begins), (calm, firing))
        return (
            self.search.margin(quiet, self.begins - step)
            <= 0
            < self.search.margin(loud, self.begins + held - step)
        )

    def _origins(self) -> Iterator[searching.State]:
        roles = [one.role for one in self.population.variables]
        if self.is_crowded:
            yield tuple(
                _lesser(searching.ordinary(role), number)
                for number, role in enumerate(roles)
            )
        yield tuple(searching.ordinary(role) for role in roles)
        yield tuple(
            courses.Slope(0.0)
            if role is populations.Role.COUNTER
            else courses.Level(0.0)
            if role in {populations.Role.GAUGE, populations.Role.FLAG}
            else courses.Clock(0.0)
            for role in roles
        )
        yield tuple(courses.ABSENT for _ in roles)
        yield tuple(
            courses.Slope(100.0 + 10 * number)
            if role is populations.Role.COUNTER
            else courses.Level(100.0 + number)
            if role is populations.Role.GAUGE
            else searching.ordinary(role)
            for number, role in enumerate(roles)
        )

    def _from(self, origin: searching.State, held: float) -> Solution | None:
        search, before = self.search, self.begins - self.piece.clocks.step
        look = self.begins + held - self.piece.clocks.step
        calm, margin = search.climb((0.0,), (origin,), 0, before, towards=-1)
        if margin > 0:
            return self._without_calm(origin, held)
        for start in dict.fromkeys((calm, origin)):
            firing, margin = search.climb((0.0, self.begins), (calm, start), 1, look)
            if margin > 0:
                return self._solution(calm, firing, held)
        return None

    def _without_calm(self, origin: searching.State, held: float) -> Solution | None:
        """Gives the input of an alert that no input silences, such as a watchdog."""
        return self._solution(None, origin, held)

    def _solution(
        self, calm: searching.State | None, firing: searching.State, held: float
    ) -> Solution:
        return Solution(
            slice=self.piece,
            population=self.population,
            calm=calm,
            firing=firing,
            begins=self.begins,
            held=held,
        )

    def _with_boundaries(self, solution: Solution) -> Solution:
        if solution.calm is None:
            return solution
        vantages = list(self._vantages(solution, solution.calm))
        found, undecided = [], []
        for node in boundaries.comparisons(self.piece.tree):
            boundary = self._boundary(node, vantages)
            if boundary is None:
                undecided.append(node)
            else:
                found.append(boundary)
        return dataclasses.replace(
            solution, turns=tuple(found), undecided=tuple(undecided)
        )

    def _boundary(
        self, node: ast.Binary, vantages: Sequence[boundaries.Situation]
    ) -> boundaries.Boundary | None:
        finder = boundaries.Finder(self.search, node, self.piece.clocks.interval)
        for vantage in vantages:
            found = finder.find(vantage)
            if found is not None:
                return found
        for vantage in vantages[:1]:
            nearer = finder.climb(vantage)
            found = None if nearer is None else finder.find(nearer)
            if found is not None:
                return found
        return None

    def _vantages(
        self, solution: Solution, calm: searching.State
    ) -> Iterator[boundaries.Situation]:
        """Gives situations in which the alert holds, each for another reason."""
        begins, clocks = self.begins, self.piece.clocks
        absent = tuple(courses.ABSENT for _ in calm)
        settled = begins + solution.held - clocks.step
        early = begins + math.ceil(clocks.now / 6 / clocks.interval) * clocks.interval
        strong = tuple(
            stronger(a, b) for a, b in zip(calm, solution.firing, strict=True)
        )
        for history, state, time in (
            (calm, solution.firing, settled),
            (calm, strong, early),
            (solution.firing, solution.firing, early),
            (absent, solution.firing, settled),
        ):
            yield boundaries.Situation(
                searching.Phases((0.0, begins), (history, state)), time
            )

    def _explain(self) -> Unsolved:
        """Says which part of the expression cannot hold, as far as that is known."""
        look = self.begins + self.settled - self.piece.clocks.step
        for origin in self._origins():
            self.search.enact(searching.Phases((0.0,), (origin,)))
            for tree in self.piece.trees:
                for node in walking.walk(tree):
                    reason = self._why_never_pairs(node, look)
                    if reason:
                        return Unsolved(reason, is_impossible=True)
            break
        return Unsolved(self._why_no_input(look), is_impossible=self._is_bounded())

    def _why_never_pairs(self, node: ast.Expression, time: float) -> str:
        """Says that the sides of an operator never have equal labels, if so."""
        if not isinstance(node, ast.Binary) or node.operator in {
            ast.BinaryOperator.OR,
            ast.BinaryOperator.UNLESS,
        }:
            return ""
        estimator = self.search.estimator
        if any(map(_is_scalar, (node.left, node.right))):
            return ""
        left = estimator.vector(node.left, time)
        right = estimator.vector(node.right, time)
        if not left or not right or estimator.vector(node, time):
            return ""
        names = [
            "{" + ", ".join(sorted(side[0].labels)) + "}" for side in (left, right)
        ]
        return (
            f"never fires: the two sides of `{node.operator}` never have equal labels: "
            f"the left side has {names[0]}, the right side {names[1]}"
        )

    def _why_no_input(self, time: float) -> str:
        """Names the first comparison that no input made true on its own."""
        origin = next(iter(self._origins()))
        for node in boundaries.comparisons(self.piece.tree):
            alone = dataclasses.replace(self.search, expression=node)
            _, margin = alone.climb((0.0,), (origin,), 0, time, effort=2_000)
            if margin <= 0:
                return f"never fires: no input makes `{printing.render(node)}` true"
        return "no input was found that makes it fire"

    def _is_bounded(self) -> bool:
        """Whether all that can vary are flags, of which every value was tried."""
        flag = populations.Role.FLAG
        return all(one.role is flag for one in self.population.variables)


def _count_copies(piece: slices.Slice) -> int:
    """Gives how many instances each series needs, so that counts reach their limits."""
    if not any(_counts(tree) for tree in piece.trees):
        return 1
    limits = [
        int(side.number) + 1
        for tree in piece.trees
        for node in boundaries.comparisons(tree)
        for side in map(walking.bare, (node.left, node.right))
        if isinstance(side, ast.Number)
        and 1 <= side.number <= _MOST_COPIES
        and math.floor(side.number) == side.number
    ]
    return max(limits, default=1)


def _counts(tree: ast.Expression) -> bool:
    counting = {ast.AggregateOperator.COUNT, ast.AggregateOperator.SUM}
    return any(
        isinstance(node, ast.Aggregate)
        and node.operator in counting
        and isinstance(walking.bare(node.operand), ast.VectorSelector | ast.Binary)
        for node in walking.walk(tree)
    )


def stronger(calm: courses.Shape, firing: courses.Shape) -> courses.Shape:
    """Gives a state that is further from calm, so that it shows sooner."""
    if calm == firing:
        return firing
    match firing:
        case courses.Slope(per_second):
            return courses.Slope(per_second * 10)
        case courses.Level(amount):
            return courses.Level(amount * 10)
        case _:
            return firing


def _lesser(shape: courses.Shape, number: int) -> courses.Shape:
    """Gives every second instance less to do."""
    match shape:
        case courses.Slope(per_second) if number % 3:
            return courses.Slope(per_second / 2 ** (number % 3))
        case courses.Level(amount) if number % 3 and amount > 1:
            return courses.Level(amount / 2 ** (number % 3))
        case _:
            return shape


def _is_scalar(node: ast.Expression) -> bool:
    bare = walking.bare(node)
    return isinstance(bare, ast.Number) or (
        isinstance(bare, ast.Call) and bare.function in {"scalar", "time", "pi"}
    )
