"""Which series an expression could read: the smallest population that can tell.

For each selector there is a series that it selects, and where another selector of the
same metric asks for more, one that only the wider of the two selects. Labels that
joins, groupings and texts mention are on every series, so that joins can meet.
"""

import enum
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import charts, labelling, samples

__all__ = ["Population", "Role", "Variable", "populate"]

_COUNTERS: Final = frozenset({"rate", "increase", "irate", "resets"})
_COUNTER_SUFFIXES: Final = ("_total", "_bucket")
_CLOCK_SUFFIXES: Final = (
    "_timestamp_seconds",
    "_timestamp",
    "_time_seconds",
    "_expiry",
)
_ALERTS: Final = "ALERTS"
_INSTANCE: Final = "instance"
_REPLICA: Final = "replica"
_FLAGS: Final = ("up", "probe_success")
_FLAG_SUFFIX: Final = "_up"


class Role(enum.Enum):
    """What kind of number a series has, and so what it can do."""

    COUNTER = "counter"
    GAUGE = "gauge"
    FLAG = "flag"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """Something that a search may change: the course of one series, or of a bucket.

    Attributes:
        series: the series that it moves; of a histogram all buckets that count it.
        role: what it can do.
    """

    name: str
    series: tuple[int, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class Population:
    """Series, and what can be changed about them.

    Attributes:
        decoys: series that no selector selects, but would if one matcher were gone,
            each with the variable to which it does the opposite.
    """

    series: tuple[charts.Series, ...]
    variables: tuple[Variable, ...]
    decoys: tuple[tuple[int, int], ...] = ()

    @property
    def outline(self) -> object:
        """What is equal for populations that differ in names alone."""
        moved = tuple((one.series, one.role) for one in self.variables)
        return len(self.series), moved, self.decoys

    def kinds(self) -> Sequence[frozenset[tuple[str, str, str]]]:
        """Gives for each variable its metric with each label's text, and alone."""
        first = [self.series[one.series[0]] for one in self.variables]
        return [
            frozenset((one.name, *pair) for pair in (*one.labels.items(), ("", "")))
            for one in first
        ]


@dataclass(frozen=True, slots=True)
class _Use:
    """A selector with what surrounds it."""

    selector: ast.VectorSelector
    is_counted: bool
    is_aged: bool


def populate(
    expressions: Sequence[ast.Expression],
    *,
    recorded: Iterable[str],
    given: Sequence[charts.Series] = (),
    mentioned: Iterable[str] = (),
    copies: int = 1,
    is_crowded: bool = False,
) -> Population:
    """Gives the population of some expressions that are evaluated together.

    Args:
        expressions: an alert's, and those of the recording rules that it reads.
        recorded: names that recording rules make; they have no input series.
        given: series that are known already, of metrics that are cut off from
            their rules.
        mentioned: labels that the alert's texts read.
        copies: how many instances each series has.
        is_crowded: each series also has a twin in another group, wherever its
            selector leaves open which group it is in, and decoys may do as they like.
    """
    made = frozenset(recorded)
    known = frozenset(one.name for one in given)
    uses = [
        use
        for expression in expressions
        for use in _uses(expression)
        if use.selector.metric not in made and use.selector.metric not in known
    ]
    wanted = labelling.wanted_labels(expressions)
    texts = labelling.shared_texts(expressions, wanted)
    forced = labelling.forced_labels(expressions)
    builder = labelling.LabelMaker(
        wanted, frozenset(mentioned), texts, forced, _bounds(expressions)
    )
    told = _copy_label(expressions) if is_crowded else _INSTANCE
    series = [*given]
    variables = [
        Variable(one.render(), (number,), _role(one.name, ()))
        for number, one in enumerate(given)
    ]
    by_metric: dict[str, list[_Use]] = {}
    for use in uses:
        for metric in _metric_names(use.selector):
            by_metric.setdefault(metric, []).append(use)
    for metric, found in by_metric.items():
        role = _role(metric, found)
        for labels in builder.label_sets(metric, [use.selector for use in found]):
            twin = builder.twin(labels, [use.selector for use in found])
            crowd = [*_copies(labels, copies, told), *((twin,) if is_crowded else ())]
            for copy in crowd:
                _add(metric, copy, role, builder.bounds, series, variables)
    decoys = tuple(_add_decoys(by_metric, series, variables))
    if not is_crowded:
        return Population(tuple(series), tuple(variables), decoys)
    variables += _add_recorded_decoys(expressions, made | known, series)
    free = (
        Variable(series[index].render(), (index,), variables[number].role)
        for index, number in decoys
    )
    return Population(tuple(series), (*variables, *free))


def _add_decoys(
    by_metric: Mapping[str, Sequence[_Use]],
    series: list[charts.Series],
    variables: Sequence[Variable],
) -> Iterator[tuple[int, int]]:
    """Adds a series for every matcher that keeps it out, and gives them."""
    for number, variable in enumerate(variables):
        core = series[variable.series[0]]
        # A false alert would be taken for the proven one when the engine is asked.
        uses = () if core.name == _ALERTS else by_metric.get(core.name, ())
        for selector in dict.fromkeys(use.selector for use in uses):
            if not charts.matches(selector.matchers, core.labels):
                continue
            for matcher in selector.matchers:
                if matcher.label in {"__name__", "le"}:
                    continue
                rest = [m for m in selector.matchers if m.label == matcher.label]
                wanted = [m for m in rest if m is not matcher]
                text = samples.satisfying(
                    matcher.label, (*wanted, labelling.negate(matcher))
                )
                labels = {**core.labels, matcher.label: text or ""}
                labels = {name: one for name, one in labels.items() if one}
                is_selected = any(
                    charts.matches(use.selector.matchers, labels) for use in uses
                )
                is_there = any(
                    one.name == core.name and one.labels == labels for one in series
                )
                if text is not None and not is_selected and not is_there:
                    series.append(charts.Series(core.name, labels))
                    yield len(series) - 1, number


def _add_recorded_decoys(
    expressions: Sequence[ast.Expression],
    names: frozenset[str],
    series: list[charts.Series],
) -> Iterator[Variable]:
    """Adds series of recorded names that a matcher for one text keeps out."""
    for selector in dict.fromkeys(
        one for tree in expressions for one in walking.selectors(tree)
    ):
        if selector.metric not in names or selector.metric is None:
            continue
        core = charts.equal_labels(selector)
        for label in core:
            text = samples.satisfying(
                label,
                [labelling.negate(m) for m in selector.matchers if m.label == label],
            )
            given = next((s.labels for s in series if s.name == selector.metric), {})
            labels = {**given, **core, label: text or f"{label}-1"}
            one = charts.Series(selector.metric, dict(sorted(labels.items())))
            if one.render() not in {other.render() for other in series}:
                series.append(one)
                yield Variable(one.render(), (len(series) - 1,), _role(one.name, ()))


def _copy_label(expressions: Sequence[ast.Expression]) -> str:
    """Gives a label that tells copies apart and leaves them in the same group.

    Not where numbers are joined by it: two copies with one partner are a mistake.
    """
    nodes = [node for tree in expressions for node in walking.walk(tree)]
    is_joined = any(
        isinstance(node, ast.Binary)
        and node.operator not in ast.SET_OPERATORS
        and node.matching is not None
        and _INSTANCE in node.matching.labels
        and not all(_is_single(side) for side in (node.left, node.right))
        for node in nodes
    )
    is_grouped = any(
        isinstance(node, ast.Aggregate)
        and node.grouping is not None
        and _INSTANCE in node.grouping.labels
        for node in nodes
    )
    return _REPLICA if is_grouped and not is_joined else _INSTANCE


def _is_single(node: ast.Expression) -> bool:
    """Whether copies end in one element for each group, or pair of groups."""
    match walking.bare(node):
        case ast.Aggregate(operator=operator):
            return operator not in ast.SELECTIONS
        case ast.Binary(matching=ast.Matching(group=None)) as pair:
            return _is_single(pair.left) and _is_single(pair.right)
        case _:
            return False


def _copies(
    labels: Mapping[str, str], count: int, told: str
) -> Iterator[Mapping[str, str]]:
    if count == 1:
        yield labels
        return
    for number in range(1, count + 1):
        yield {**labels, told: f"{told}-{number}"}


def _add(
    metric: str,
    labels: Mapping[str, str],
    role: Role,
    bounds: Sequence[float],
    series: list[charts.Series],
    variables: list[Variable],
) -> None:
    if labels.get("le") != "":
        start = len(series)
        series.append(charts.Series(metric, labels))
        variables.append(Variable(series[-1].render(), (start,), role))
        return
    start = len(series)
    series.extend(
        charts.Series(metric, {**labels, "le": labelling.write_bound(bound)})
        for bound in bounds
    )
    for number in range(len(bounds)):
        rising = tuple(range(start + number, start + len(bounds)))
        variables.append(Variable(series[start + number].render(), rising, role))


def _uses(
    node: ast.Expression, *, is_counted: bool = False, is_aged: bool = False
) -> Iterator[_Use]:
    if isinstance(node, ast.VectorSelector):
        yield _Use(node, is_counted, is_aged)
        return
    if isinstance(node, ast.Call):
        is_counted = is_counted or node.function in _COUNTERS
    if isinstance(node, ast.Binary) and node.operator is ast.BinaryOperator.SUBTRACT:
        is_aged = is_aged or any(map(_is_clock, (node.left, node.right)))
    for child in walking.children(node):
        yield from _uses(child, is_counted=is_counted, is_aged=is_aged)


def _is_clock(node: ast.Expression) -> bool:
    return any(
        isinstance(one, ast.Call) and one.function in {"time", "timestamp"}
        for one in walking.walk(node)
    )


def _role(metric: str, uses: Sequence[_Use]) -> Role:
    if any(use.is_counted for use in uses):
        return Role.COUNTER
    if metric in _FLAGS or metric.endswith(_FLAG_SUFFIX):
        return Role.FLAG
    if any(use.is_aged for use in uses) or metric.endswith(_CLOCK_SUFFIXES):
        return Role.CLOCK
    if ":" not in metric and metric.endswith(_COUNTER_SUFFIXES):
        return Role.COUNTER
    return Role.GAUGE


def _metric_names(selector: ast.VectorSelector) -> Sequence[str]:
    if selector.metric is not None:
        return (selector.metric,)
    named = [m for m in selector.matchers if m.label == "__name__"]
    text = samples.satisfying("__name__", named) if named else "any_metric"
    cleaned = "".join(c if c.isalnum() or c in "_:" else "_" for c in text or "")
    return (cleaned,) if cleaned else ()


def _bounds(expressions: Sequence[ast.Expression]) -> Sequence[float]:
    """Gives bucket bounds around the numbers that are compared with."""
    limits = {
        side.number
        for expression in expressions
        for node in walking.walk(expression)
        if isinstance(node, ast.Binary) and node.operator in ast.COMPARISONS
        for side in map(walking.bare, (node.left, node.right))
        if isinstance(side, ast.Number) and 0 < side.number < 1e6  # noqa: PLR2004 - no bucket beyond
    }
    finite = {part * limit for limit in limits for part in (0.5, 1.0, 2.0)}
    return (*sorted(finite or {0.5, 1.0, 2.0}), math.inf)
