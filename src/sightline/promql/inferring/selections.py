"""Selectors: from the catalogue, narrowed by matchers."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from sightline.promql import (
    ast,
    catalogue,
    dimensions,
    facts,
    intervals,
    labelsets,
    patterns,
)

__all__ = ["impossible_matchers", "select"]


def select(node: ast.VectorSelector, known: catalogue.Catalogue) -> facts.Vector:
    """Gives what a selector selects: the metric's series, narrowed by its matchers."""
    metric = None if node.metric is None else known.find(node.metric)
    vector = _of_unknown(node) if metric is None else _of_metric(metric)
    labels = vector.labels
    for matcher in node.matchers:
        labels = labels.set({matcher.label: _narrow(labels[matcher.label], matcher)})
    if labels.is_impossible:
        return replace(vector, labels=labels, presence=facts.Presence.NEVER)
    return replace(vector, labels=labels)


def impossible_matchers(
    node: ast.VectorSelector, metric: catalogue.Metric
) -> Iterator[ast.Matcher]:
    """Gives the matchers that select no series of `metric`, each by itself."""
    for matcher in node.matchers:
        if matcher.label == labelsets.METRIC_NAME:
            continue
        if _narrow(metric.labels[matcher.label], matcher).is_impossible:
            yield matcher


def _of_metric(metric: catalogue.Metric) -> facts.Vector:
    name = {labelsets.METRIC_NAME: labelsets.Label.of(metric.name)}
    is_native = metric.kind is catalogue.Kind.NATIVE_HISTOGRAM
    return facts.Vector(
        labels=metric.labels.set(name),
        interval=intervals.EVERYTHING if is_native else metric.bounds,
        kind=metric.kind,
        unit=metric.unit,
        bucket_unit=metric.bucket_unit,
    )


def _of_unknown(node: ast.VectorSelector) -> facts.Vector:
    name = node.metric
    label = labelsets.MAYBE if name is None else labelsets.Label.of(name)
    shown = "{…}" if name is None else name
    return facts.Vector(
        labels=labelsets.LabelSet({labelsets.METRIC_NAME: label}, rest=labelsets.MAYBE),
        interval=intervals.EVERYTHING,
        kind=catalogue.Kind.UNKNOWN,
        unit=None if name is None else dimensions.unit_of_name(name),
        unknown=frozenset({shown}),
    )


def _narrow(label: labelsets.Label, matcher: ast.Matcher) -> labelsets.Label:
    """Gives what a label can be where a matcher holds."""
    if matcher.is_templated:
        return label
    match matcher.operator:
        case ast.MatchOperator.EQUAL:
            return _meet(label, matcher, (matcher.pattern,))
        case ast.MatchOperator.NOT_EQUAL:
            return label.filter(lambda text: text != matcher.pattern)
        case ast.MatchOperator.REGEX:
            spelled = patterns.alternatives(matcher.pattern)
            if spelled is not None:
                return _meet(label, matcher, spelled)
            return label.filter(_test(matcher.pattern, unless=False))
        case ast.MatchOperator.NOT_REGEX:
            return label.filter(_test(matcher.pattern, unless=True))


def _meet(
    label: labelsets.Label, matcher: ast.Matcher, texts: tuple[str, ...]
) -> labelsets.Label:
    if matcher.label != "le" or label.texts is None:
        return label.meet(labelsets.Label.of(*texts))
    # Servers spell the bounds of buckets differently: "1" is "1.0" in Prometheus 3.
    wanted = {_bound(text) for text in texts}
    return label.filter(lambda text: _bound(text) in wanted)


def _bound(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _test(pattern: str, *, unless: bool) -> Callable[[str], bool]:
    accepts = patterns.accepts(pattern)
    if accepts is None:
        return lambda _: True
    if unless:
        return lambda text: not accepts(text)
    return accepts
