"""The labels of the series that an expression could read.

Labels that joins, groupings and texts mention are on every series, so that joins can
meet; what selectors ask for is met, and where one asks for more than another there is
a series that tells them apart.
"""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import charts, samples

__all__ = [
    "LabelMaker",
    "forced_labels",
    "negate",
    "shared_texts",
    "wanted_labels",
    "write_bound",
]


_BUCKETS: Final = "_bucket"


_KNOWN_LABELS: Final[Mapping[str, frozenset[str]]] = {
    "up": frozenset({"job", "instance"}),
}
"""All labels of series that the server itself makes.
https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series
"""


def write_bound(bound: float) -> str:
    """Writes a bucket's bound as the label `le` has it."""
    # As Prometheus 3 stores it: a float, always with a point.
    return "+Inf" if math.isinf(bound) else repr(float(bound))


def wanted_labels(expressions: Sequence[ast.Expression]) -> frozenset[str]:
    """Gives the labels by which series are joined, grouped or renamed."""
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


def shared_texts(
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


def forced_labels(
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


@dataclass(frozen=True, slots=True)
class LabelMaker:
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
        return {**found, "instance": found.get("instance") or "instance-0"}

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
                text = samples.satisfying(matcher.label, (*own, negate(matcher)))
                if text is not None:
                    labels = {**core, matcher.label: text}
                    yield {name: one for name, one in labels.items() if one}


_OPPOSITES: Final = {
    ast.MatchOperator.EQUAL: ast.MatchOperator.NOT_EQUAL,
    ast.MatchOperator.NOT_EQUAL: ast.MatchOperator.EQUAL,
    ast.MatchOperator.REGEX: ast.MatchOperator.NOT_REGEX,
    ast.MatchOperator.NOT_REGEX: ast.MatchOperator.REGEX,
}


def negate(matcher: ast.Matcher) -> ast.Matcher:
    """Gives the matcher that selects what this one does not."""
    return dataclasses.replace(matcher, operator=_OPPOSITES[matcher.operator])


def _without_names(selector: ast.VectorSelector) -> tuple[ast.Matcher, ...]:
    return tuple(
        matcher for matcher in selector.matchers if matcher.label != "__name__"
    )


def _all_match(matchers: Sequence[ast.Matcher], text: str) -> bool:
    return all(charts.matches_pattern(matcher, text) for matcher in matchers)


def _as_bound(text: str) -> str:
    try:
        return write_bound(float(text))
    except ValueError:
        return text


def _default(label: str) -> str:
    return f"{label}-1"
