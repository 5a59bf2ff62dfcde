"""Which series an expression could read: the smallest population that can tell.

For each selector there is a series that it selects, and where another selector of the
same metric asks for more, one that only the wider of the two selects. Labels that
joins, groupings and texts mention are on every series, so that joins can meet.
"""

import dataclasses
import enum
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import charts, samples

__all__ = ["Population", "Role", "Variable", "populate"]

_COUNTERS: Final = frozenset({"rate", "increase", "irate", "resets"})
_COUNTER_SUFFIXES: Final = ("_total", "_bucket")
_CLOCK_SUFFIXES: Final = (
    "_timestamp_seconds",
    "_timestamp",
    "_time_seconds",
    "_expiry",
)
_BUCKETS: Final = "_bucket"
_FLAGS: Final = ("up", "probe_success")
_FLAG_SUFFIX: Final = "_up"
_KNOWN_LABELS: Final[Mapping[str, frozenset[str]]] = {
    "up": frozenset({"job", "instance"}),
}
"""All labels of series that the server itself makes.
https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series
"""


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
            selector leaves open which group it is in.
    """
    made = frozenset(recorded)
    known = {one.name for one in given}
    uses = [
        use
        for expression in expressions
        for use in _uses(expression)
        if use.selector.metric not in made and use.selector.metric not in known
    ]
    wanted = _wanted_labels(expressions)
    texts = _shared_texts(expressions, wanted)
    forced = _forced_labels(expressions)
    builder = _Builder(
        wanted, frozenset(mentioned), texts, forced, _bounds(expressions)
    )
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
            crowd = [*_copies(labels, copies), *((twin,) if is_crowded else ())]
            for copy in crowd:
                _add(metric, copy, role, builder.bounds, series, variables)
    decoys = tuple(_add_decoys(by_metric, series, variables))
    return Population(tuple(series), tuple(variables), decoys)


def _add_decoys(
    by_metric: Mapping[str, Sequence[_Use]],
    series: list[charts.Series],
    variables: Sequence[Variable],
) -> Iterator[tuple[int, int]]:
    """Adds a series for every matcher that keeps it out, and gives them."""
    for number, variable in enumerate(variables):
        core = series[variable.series[0]]
        uses = by_metric.get(core.name, ())
        for selector in dict.fromkeys(use.selector for use in uses):
            if not charts.matches(selector.matchers, core.labels):
                continue
            for matcher in selector.matchers:
                if matcher.label in {"__name__", "le"}:
                    continue
                rest = [m for m in selector.matchers if m.label == matcher.label]
                wanted = [m for m in rest if m is not matcher]
                text = samples.satisfying(matcher.label, (*wanted, _negate(matcher)))
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


def _copies(labels: Mapping[str, str], count: int) -> Iterator[Mapping[str, str]]:
    if count == 1:
        yield labels
        return
    for number in range(1, count + 1):
        yield {**labels, "instance": f"instance-{number}"}


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
        charts.Series(metric, {**labels, "le": _write_bound(bound)}) for bound in bounds
    )
    for number in range(len(bounds)):
        rising = tuple(range(start + number, start + len(bounds)))
        variables.append(Variable(series[start + number].render(), rising, role))


def _write_bound(bound: float) -> str:
    # As Prometheus 3 stores it: a float, always with a point.
    return "+Inf" if math.isinf(bound) else repr(float(bound))


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


def _wanted_labels(expressions: Sequence[ast.Expression]) -> frozenset[str]:
    found: set[str] = set()
    for expression in expressions:
        for node in walking.walk(expression):
            match node:
                case ast.Aggregate(grouping=ast.Grouping(is_without=False) as grouping):
                    found.update(grouping.labels)
                case ast.Binary(matching=ast.Matching() as matching):
                    if not matching.is_ignoring:
                        found.update(matching.labels)
                    if matching.group is not None:
                        found.update(matching.group.include)
                case ast.Call(function="label_replace", arguments=arguments):
                    found.update(_strings(arguments[3:4]))
                case ast.Call(function="label_join", arguments=arguments):
                    found.update(_strings(arguments[3:]))
                case _:
                    pass
    return frozenset(found) - {"__name__", "alertname"}


def _strings(nodes: Sequence[ast.Expression]) -> Iterator[str]:
    return (node.text for node in nodes if isinstance(node, ast.String))


def _positive(selector: ast.VectorSelector) -> Iterator[ast.Matcher]:
    return (
        matcher
        for matcher in selector.matchers
        if matcher.label != "__name__" and not charts.matches_pattern(matcher, "")
    )


def _shared_texts(
    expressions: Sequence[ast.Expression], wanted: frozenset[str]
) -> Mapping[str, str]:
    """Gives for each label of a join the text that some selector asks for."""
    found: dict[str, str] = {}
    for expression in expressions:
        for selector in walking.selectors(expression):
            for matcher in _positive(selector):
                if matcher.label in wanted and matcher.label not in found:
                    text = samples.satisfying(matcher.label, (matcher,))
                    if text:
                        found[matcher.label] = text
    return found


def _forced_labels(
    expressions: Sequence[ast.Expression],
) -> Mapping[str, Mapping[str, str]]:
    """Gives what only one side of a plain join asks for, by the other's metric.

    When each side asks for a label of its own, nothing is assumed: then the two
    never meet, and the proof says so.
    """
    forced: dict[str, dict[str, str]] = {}
    for expression in expressions:
        for node in walking.walk(expression):
            if isinstance(node, ast.Binary) and node.matching is None:
                left, right = _open_labels(node.left), _open_labels(node.right)
                for side, other in ((left, right), (right, left)):
                    missing = _labels_of(other) - _labels_of(side)
                    extra = _labels_of(side) - _labels_of(other)
                    if missing and not extra:
                        for metric in side:
                            texts = forced.setdefault(metric, {})
                            texts |= {
                                name: text
                                for labels in other.values()
                                for name, text in labels.items()
                                if name in missing
                            }
    return forced


def _labels_of(side: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    return frozenset(name for labels in side.values() for name in labels)


def _open_labels(node: ast.Expression) -> Mapping[str, Mapping[str, str]]:
    """Gives, by metric, the labels that an expression keeps of what it asks for."""
    match node:
        case ast.Aggregate(operator=operator) if operator not in ast.SELECTIONS:
            return {}
        case ast.VectorSelector(metric=str(metric)):
            texts = {
                matcher.label: samples.satisfying(matcher.label, (matcher,)) or ""
                for matcher in _positive(node)
            }
            return {metric: texts}
        case ast.Call(function="absent" | "absent_over_time" | "vector" | "scalar"):
            return {}
        case _:
            merged: dict[str, Mapping[str, str]] = {}
            for child in walking.children(node):
                merged |= _open_labels(child)
            return merged


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


@dataclass(frozen=True, slots=True)
class _Builder:
    """Gives the label sets of a metric."""

    wanted: frozenset[str]
    mentioned: frozenset[str]
    texts: Mapping[str, str]
    forced: Mapping[str, Mapping[str, str]]
    bounds: Sequence[float]

    def label_sets(
        self, metric: str, selectors: Sequence[ast.VectorSelector]
    ) -> Sequence[Mapping[str, str]]:
        """Gives what the selectors can tell apart, each label set once."""
        plain = [_without_names(selector) for selector in selectors]
        found: dict[frozenset[tuple[str, str]], Mapping[str, str]] = {}
        for matchers in dict.fromkeys(plain):
            core = self._core(metric, matchers)
            if core is None:
                continue
            for labels in (core, *self._siblings(core, matchers, plain)):
                found.setdefault(frozenset(labels.items()), labels)
        return list(found.values())

    def twin(
        self,
        labels: Mapping[str, str],
        selectors: Sequence[ast.VectorSelector],
    ) -> Mapping[str, str]:
        """Gives a series of another group that the same selectors select."""
        found = dict(labels)
        for name in sorted(self.wanted & set(labels)):
            changed = {**found, name: f"{found[name]}-2"}
            if all(
                charts.matches(one.matchers, changed)
                for one in selectors
                if charts.matches(one.matchers, found)
            ):
                found = changed
        return {**found, "instance": found.get("instance") or "instance-3"}

    def _core(
        self, metric: str, matchers: Sequence[ast.Matcher]
    ) -> Mapping[str, str] | None:
        by_label: dict[str, list[ast.Matcher]] = {}
        for matcher in matchers:
            by_label.setdefault(matcher.label, []).append(matcher)
        known = _KNOWN_LABELS.get(metric)
        mentioned = self.mentioned if known is None else self.mentioned & known
        labels = {
            name: self.texts.get(name, _default(name))
            for name in sorted((self.wanted | mentioned) - {"le"})
        }
        if _BUCKETS in metric:
            labels["le"] = ""  # every bound
        labels |= self.forced.get(metric, {})
        for name, asked in by_label.items():
            if labels.get(name) and _all_match(asked, labels[name]):
                continue
            text = samples.satisfying(name, asked)
            if text is None:
                return None
            if name != "le" or text != "":
                labels[name] = _as_bound(text) if name == "le" else text
        return {name: text for name, text in labels.items() if text or name == "le"}

    def _siblings(
        self,
        core: Mapping[str, str],
        matchers: Sequence[ast.Matcher],
        others: Sequence[Sequence[ast.Matcher]],
    ) -> Iterator[Mapping[str, str]]:
        """Gives series that these matchers select and narrower ones do not."""
        for matcher in dict.fromkeys(matcher for other in others for matcher in other):
            if matcher.label != "le" and matcher not in matchers:
                own = [one for one in matchers if one.label == matcher.label]
                text = samples.satisfying(matcher.label, (*own, _negate(matcher)))
                if text is not None:
                    labels = {**core, matcher.label: text}
                    yield {name: one for name, one in labels.items() if one}


_OPPOSITES: Final = {
    ast.MatchOperator.EQUAL: ast.MatchOperator.NOT_EQUAL,
    ast.MatchOperator.NOT_EQUAL: ast.MatchOperator.EQUAL,
    ast.MatchOperator.REGEX: ast.MatchOperator.NOT_REGEX,
    ast.MatchOperator.NOT_REGEX: ast.MatchOperator.REGEX,
}


def _negate(matcher: ast.Matcher) -> ast.Matcher:
    return dataclasses.replace(matcher, operator=_OPPOSITES[matcher.operator])


def _without_names(selector: ast.VectorSelector) -> tuple[ast.Matcher, ...]:
    return tuple(
        matcher for matcher in selector.matchers if matcher.label != "__name__"
    )


def _all_match(matchers: Sequence[ast.Matcher], text: str) -> bool:
    return all(charts.matches_pattern(matcher, text) for matcher in matchers)


def _as_bound(text: str) -> str:
    try:
        return _write_bound(float(text))
    except ValueError:
        return text


def _default(label: str) -> str:
    return f"{label}-1"
