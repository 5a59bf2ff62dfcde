"""What an expression gives for some courses, estimated with all filters kept open.

This is how an input is looked for; whether it does what was looked for is decided by
the real engine alone. Windows with many samples are therefore read at some of them.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sightline.promql import ast
from sightline.proofs import (
    charts,
    courses,
    grouping,
    instants,
    margins,
    pairing,
    vectors,
    windows,
)

__all__ = ["Estimator", "Unestimated"]

_MOST_SAMPLES: Final = 24
"""How many samples of a window are read; the rest is taken to be like them."""

_SUBQUERY_STEP_SECONDS: Final = 60.0
"""Prometheus's default evaluation interval, the step where none is written."""

_DEPTH: Final = 60


class Unestimated(Exception):
    """An expression holds something that has no estimate; says what."""


@dataclass(slots=True)
class Estimator:
    """Estimates expressions over a chart.

    Attributes:
        chart: the input series with their courses.
        step: seconds between evaluations: how often recorded series have samples.
        watched: a comparison whose sides are wanted.
        seen: the sides of its elements when it was last estimated.
        enacted: whatever put the courses in the chart; what is known holds as long.
    """

    chart: charts.Chart
    step: float
    watched: ast.Binary | None = None
    seen: Sequence[tuple[float, float]] = ()
    enacted: object = None
    _memory: dict[tuple[int, float], vectors.Vector] = field(default_factory=dict)
    _known: dict[tuple[int, float], tuple[ast.Call, vectors.Vector | float]] = field(
        default_factory=dict
    )

    def margin(self, node: ast.Expression, time: float) -> float:
        """Gives how far the expression is from giving anything at that time."""
        found = self.vector(node, time)
        return max((element.margin for element in found), default=4 * margins.LOST)

    def forget(self) -> None:
        """Forgets what was estimated; to be called when courses change."""
        self._memory.clear()
        self._known.clear()

    def vector(self, node: ast.Expression, time: float) -> vectors.Vector:
        """Gives the elements; a scalar is one without labels."""
        found = self._evaluate(node, time)
        if isinstance(found, float):
            return [vectors.Element({}, found, 1.0)]
        if isinstance(found, str):
            raise Unestimated("a string where numbers are expected")
        return found

    def _number(self, node: ast.Expression, time: float) -> float:
        found = self._evaluate(node, time)
        if not isinstance(found, float):
            raise Unestimated("a vector where one number is expected")
        return found

    def _evaluate(  # noqa: PLR0911  # one case for each kind of node
        self, node: ast.Expression, time: float
    ) -> vectors.Vector | float | str:
        match node:
            case ast.Number(number=number):
                return float(number)
            case ast.String(text=text):
                return text
            case ast.Parenthesis(operand=operand):
                return self._evaluate(operand, time)
            case ast.VectorSelector():
                return self._select(node, time)
            case ast.Unary():
                return self._sign(node, time)
            case ast.Binary():
                return self._operate(node, time)
            case ast.Aggregate():
                return self._aggregate(node, time)
            case ast.Call():
                return self._recall(node, time)
            case _:
                raise Unestimated("a range where a vector is expected")

    def _sign(self, node: ast.Unary, time: float) -> vectors.Vector | float | str:
        found = self._evaluate(node.operand, time)
        if not node.is_negative or isinstance(found, str):
            return found
        if isinstance(found, float):
            return -found
        return [element._replace(amount=-element.amount) for element in found]

    def _select(self, node: ast.VectorSelector, time: float) -> vectors.Vector:
        moment = _moment(node, time)
        found: list[vectors.Element] = []
        for labels, course in self.chart.select(node):
            amount = course.at(moment)
            found.append(
                vectors.Element(labels, math.nan, margins.LOST)
                if amount is None
                else vectors.Element(labels, amount, 1.0)
            )
        for recording in self.chart.recordings(node):
            found.extend(self._recorded(recording, node, moment))
        return found

    def _recorded(
        self, recording: charts.Recording, node: ast.VectorSelector, time: float
    ) -> vectors.Vector:
        moment = math.floor(time / self.step + 1e-9) * self.step
        if moment < 0:
            return ()
        key = (id(recording), moment)
        if key not in self._memory:
            if len(self._memory) > 100_000:  # noqa: PLR2004 - a bound on memory
                self._memory.clear()
            self._memory[key] = ()  # a rule that reads itself finds nothing
            self._memory[key] = [
                element._replace(labels={**element.labels, **recording.labels})
                for element in self.vector(recording.expression, moment)
            ]
        return [
            element
            for element in self._memory[key]
            if charts.matches(node.matchers, element.labels)
        ]

    def _operate(self, node: ast.Binary, time: float) -> vectors.Vector | float:
        left = self._evaluate(node.left, time)
        right = self._evaluate(node.right, time)
        if isinstance(left, str) or isinstance(right, str):
            raise Unestimated("an operator on strings")
        if node is self.watched:
            self.seen = pairing.pairs(node, left, right)
        if isinstance(left, float) and isinstance(right, float):
            if node.operator in ast.COMPARISONS:
                return float(margins.is_true(node.operator, left, right))
            return pairing.arithmetic(node.operator, left, right)
        if isinstance(left, float) and not isinstance(right, float):
            return pairing.with_scalar(node, right, left, is_left=True)
        if isinstance(right, float) and not isinstance(left, float):
            return pairing.with_scalar(node, left, right, is_left=False)
        if node.fill is not None:
            raise Unestimated("fill()")
        assert not isinstance(left, float) and not isinstance(right, float)  # noqa: S101, PT018 - for the type checker
        return pairing.combine(node, left, right)

    def _aggregate(self, node: ast.Aggregate, time: float) -> vectors.Vector:
        parameter: float | str | None = None
        if node.parameter is not None:
            found = self._evaluate(node.parameter, time)
            if not isinstance(found, float | str):
                raise Unestimated("a vector as the parameter of an aggregation")
            parameter = found
        return grouping.aggregate(node, self.vector(node.operand, time), parameter)

    def _recall(self, node: ast.Call, time: float) -> vectors.Vector | float:
        """Gives what a call gave before, which a turned comparison asks for again."""
        if self.watched is not None:
            return self._call(node, time)
        # The node is kept with the result, or another might get its identity.
        key = (id(node), time)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (node, self._call(node, time))
        return known[1]

    def _call(self, node: ast.Call, time: float) -> vectors.Vector | float:
        name, arguments = node.function, node.arguments
        if name in windows.FUNCTIONS:
            return self._over_time(node, time)
        if name in instants.NUMERIC:
            numbers = [self._number(one, time) for one in arguments[1:]]
            return [
                vectors.Element(
                    element.labels,
                    instants.NUMERIC[name](element.amount, numbers),
                    element.margin,
                )
                for element in self.vector(arguments[0], time)
            ]
        if name in instants.CALENDAR:
            return self._calendar(node, time)
        return self._special(node, time)

    def _special(  # noqa: C901, PLR0911  # one case for each function
        self, node: ast.Call, time: float
    ) -> vectors.Vector | float:
        name, arguments = node.function, node.arguments
        match name:
            case "time":
                return time
            case "pi":
                return math.pi
            case "vector":
                return [vectors.Element({}, self._number(arguments[0], time), 1.0)]
            case "scalar":
                return self._scalar(arguments[0], time)
            case "sort" | "sort_desc" | "sort_by_label" | "sort_by_label_desc":
                return self.vector(arguments[0], time)
            case "timestamp":
                found = self.vector(arguments[0], time)
                return [element._replace(amount=time) for element in found]
            case "absent":
                return self._absent(arguments[0], self.vector(arguments[0], time))
            case "absent_over_time":
                return self._absent_over_time(arguments[0], time)
            case "histogram_quantile":
                share = self._number(arguments[0], time)
                return grouping.histogram_quantile(
                    share, self.vector(arguments[1], time)
                )
            case "label_replace" | "label_join":
                return self._relabel(node, time)
            case _:
                raise Unestimated(f"the function {name}()")

    def _scalar(self, node: ast.Expression, time: float) -> float:
        there = [one for one in self.vector(node, time) if one.margin > 0]
        return there[0].amount if len(there) == 1 else math.nan

    def _calendar(self, node: ast.Call, time: float) -> vectors.Vector:
        read = instants.CALENDAR[node.function]
        moments = (
            self.vector(node.arguments[0], time)
            if node.arguments
            else [vectors.Element({}, time, 1.0)]
        )
        epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return [
            element._replace(
                amount=float(read(epoch + dt.timedelta(seconds=element.amount)))
                if math.isfinite(element.amount) and abs(element.amount) < 1e11  # noqa: PLR2004 - the years that datetime knows
                else math.nan
            )
            for element in moments
        ]

    def _absent(self, node: ast.Expression, vector: vectors.Vector) -> vectors.Vector:
        best = max((one.margin for one in vector), default=margins.LOST)
        return [vectors.Element(charts.equal_labels(node), 1.0, -best)]

    def _absent_over_time(self, node: ast.Expression, time: float) -> vectors.Vector:
        found = self._windows(node, time)
        best = max(
            (margin for _, window, margin in found if window.count), default=-1.0
        )
        return [vectors.Element(charts.equal_labels(node), 1.0, -best)]

    def _relabel(self, node: ast.Call, time: float) -> vectors.Vector:
        vector = self.vector(node.arguments[0], time)
        texts = [
            found
            for argument in node.arguments[1:]
            if isinstance(found := self._evaluate(argument, time), str)
        ]
        if node.function == "label_join":
            return instants.label_join(vector, texts[0], texts[1], texts[2:])
        target, replacement, source, pattern = texts
        return instants.label_replace(vector, target, replacement, source, pattern)

    def _over_time(self, node: ast.Call, time: float) -> vectors.Vector:
        function = windows.FUNCTIONS[node.function]
        ranged = next(
            one
            for one in map(_bare, node.arguments)
            if isinstance(one, ast.MatrixSelector | ast.Subquery)
        )
        numbers = [
            self._number(one, time)
            for one in node.arguments
            if _bare(one) is not ranged
        ]
        found = []
        for labels, window, margin in self._windows(
            ranged, time, is_total=node.function in windows.TOTALS
        ):
            amount = function(window, numbers) if window.count else None
            found.append(
                vectors.Element(labels, math.nan, min(margin, margins.LOST))
                if amount is None
                else vectors.Element(labels, amount, margin)
            )
        return found

    def _windows(
        self, node: ast.Expression, time: float, *, is_total: bool = False
    ) -> Sequence[tuple[vectors.Labels, windows.Window, float]]:
        match _bare(node):
            case ast.MatrixSelector(selector=selector, range_seconds=length):
                end = _moment(selector, time)
                read = self._read_total if is_total else self._read
                found = [
                    (labels, read(course, end - length, end), 1.0)
                    for labels, course in self.chart.select(selector)
                ]
                if any(True for _ in self.chart.recordings(selector)):
                    bare = ast.VectorSelector(
                        name=selector.name, matchers=selector.matchers
                    )
                    found.extend(self._sweep(bare, end - length, end, self.step))
                return found
            case ast.Subquery() as subquery:
                end = _moment(subquery, time)
                step = subquery.step_seconds or _SUBQUERY_STEP_SECONDS
                start = end - subquery.range_seconds
                return self._sweep(subquery.operand, start, end, step)
            case _:
                raise Unestimated("a vector where a range is expected")

    def _read_total(
        self, course: courses.Course, start: float, end: float
    ) -> windows.Window:
        """Reads no samples, for functions that need their sum and count alone."""
        total, count = course.total(*self._reach(start, end))
        return windows.Window((), count, start, end, total)

    def _read(self, course: courses.Course, start: float, end: float) -> windows.Window:
        interval = self.chart.interval
        first, last = self._reach(start, end)
        samples = [
            (index * interval, amount)
            for index in _spread(first, last)
            if (amount := course.sample(index)) is not None
        ]
        total, count = course.total(first, last)
        return windows.Window(samples, count if samples else 0, start, end, total)

    def _reach(self, start: float, end: float) -> tuple[int, int]:
        """Gives the numbers of the first and the last sample of a window."""
        interval = self.chart.interval
        first = max(math.floor(start / interval + 1e-9) + 1, 0)
        return first, math.floor(end / interval + 1e-9)

    def _sweep(
        self, node: ast.Expression, start: float, end: float, step: float
    ) -> Sequence[tuple[vectors.Labels, windows.Window, float]]:
        first = max(math.floor(start / step + 1e-9) + 1, 0)
        last = math.floor(end / step + 1e-9)
        points: dict[frozenset[tuple[str, str]], list[tuple[float, float, float]]] = {}
        indices = _spread(first, last)
        for index in indices:
            for element in self.vector(node, index * step):
                points.setdefault(vectors.key_of(element.labels), []).append(
                    (index * step, element.amount, element.margin)
                )
        found = []
        for key, three in points.items():
            there = [(time, amount) for time, amount, margin in three if margin > 0]
            best = max(margin for _, __, margin in three)
            used = there or [(t, a) for t, a, _ in three if not math.isnan(a)]
            count = round(len(used) / len(indices) * (last - first + 1))
            found.append((dict(key), windows.Window(used, count, start, end), best))
        return found


def _bare(node: ast.Expression) -> ast.Expression:
    while isinstance(node, ast.Parenthesis):
        node = node.operand
    return node


def _moment(node: ast.VectorSelector | ast.Subquery, time: float) -> float:
    if isinstance(node.at, float):
        return node.at - node.offset_seconds
    return time - node.offset_seconds


def _spread(first: int, last: int) -> Sequence[int]:
    """Gives all of some numbers, or of many the ends and some between."""
    count = last - first + 1
    if count <= _MOST_SAMPLES:
        return range(first, last + 1)
    step = (count - 1) / (_MOST_SAMPLES - 1)
    return [first + round(number * step) for number in range(_MOST_SAMPLES)]
