"""Catalogues of recorded series: what their rules make of the metrics they read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sightline.promql import ast, catalogue, facts, inference, labelsets, walking

__all__ = ["Recording", "add_recordings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording rule.

    Attributes:
        labels: what the rule adds to each series.
        origin: where the rule is, for people: `rules.yml:12`.
        interval_seconds: how often it is evaluated.
    """

    record: str
    tree: ast.Expression
    labels: Mapping[str, str] = field(default_factory=dict)
    origin: str
    interval_seconds: float | None = None


Infer = Callable[[ast.Expression, catalogue.Catalogue], inference.Inference]


def add_recordings(
    known: catalogue.Catalogue,
    recordings: Iterable[Recording],
    infer: Infer = inference.infer,
) -> catalogue.Catalogue:
    """Gives a catalogue that also knows what rules record.

    Rules may read what other rules record, in any order. Several rules for one name
    are taken together. Of a rule that reads a metric that nobody knows, there is still
    known what holds for any metric: `sum by (job) (x)` has no label but `job`. What is
    recorded from itself is unknown.

    Args:
        known: what the rules read, apart from each other.
        recordings: the rules.
        infer: meets each rule once, when all that it reads is known, so that what it
            gives may be kept.
    """
    rules: dict[str, list[Recording]] = {}
    for rule in recordings:
        rules.setdefault(rule.record, []).append(rule)
    needs = {name: _needs(rules[name]) & rules.keys() for name in rules}
    dependents: dict[str, list[str]] = {}
    for name, needed in needs.items():
        for each in needed:
            dependents.setdefault(each, []).append(name)
    metrics = dict(known.metrics)
    found = catalogue.Catalogue(metrics)
    ready = [name for name, needed in needs.items() if not needed]
    for name in ready:  # grows while rules become ready
        # What a rule says of its own series goes before what somebody guessed.
        if (metric := _record(name, rules[name], found, infer)) is not None:
            metrics[name] = metric
        for dependent in dependents.get(name, ()):
            needs[dependent].discard(name)
            if not needs[dependent]:
                ready.append(dependent)
    return found


def _needs(rules: Iterable[Recording]) -> set[str]:
    return {
        node.metric
        for rule in rules
        for node in walking.selectors(rule.tree)
        if node.metric is not None
    }


def _record(
    name: str, rules: list[Recording], known: catalogue.Catalogue, infer: Infer
) -> catalogue.Metric | None:
    vectors = [_result(rule, infer(rule.tree, known).fact) for rule in rules]
    first = vectors[0]
    if first is None:
        return None
    labels, interval = first.labels, first.interval
    for vector in vectors[1:]:
        if vector is None:
            return None
        labels, interval = labels.join(vector.labels), interval.join(vector.interval)
    return catalogue.Metric(
        name=name,
        kind=first.kind,
        labels=labels,
        bounds=interval,
        unit=first.unit,
        bucket_unit=first.bucket_unit,
        scrape_seconds=rules[0].interval_seconds,
        source=catalogue.Source.RULE,
        origin=rules[0].origin,
    )


def _result(rule: Recording, fact: facts.Fact) -> facts.Vector | None:
    """Gives the series that a rule records; `None` when it records none."""
    added = {name: labelsets.Label.of(text) for name, text in rule.labels.items()}
    match fact:
        case facts.Vector():
            labels = fact.labels.drop([labelsets.METRIC_NAME]).set(added)
            return replace(fact, labels=labels)
        case facts.Scalar():
            return facts.Vector(
                labels=labelsets.LabelSet(added), interval=fact.interval, unit=fact.unit
            )
        case facts.Text():
            return None
