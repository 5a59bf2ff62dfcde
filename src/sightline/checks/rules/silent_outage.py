"""A most urgent alert that an outage of its source keeps silent.

Why: when a target is gone, so are its series, and an expression over nothing has no
result: the worst outage is the quietest. Something else has to notice that the series
are missing.

Bad, alone in an estate::

    sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05

Good, beside it::

    absent(requests_total)
    up{job="api"} == 0

It is off by default: rule files are mostly a part of an estate, and what watches the
targets stands in another part. Switch it on with `enable: [silent-outage]` where all
rules are given; the artifacts of a spec are always checked so.
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import ast, walking

__all__ = ["CHECK", "find"]

_ABSENCE: Final = frozenset({"absent", "absent_over_time"})
_OF_TARGETS: Final = frozenset({"up", "scrape_samples_scraped", "probe_success"})
_URGENT: Final = frozenset({"critical", "page"})


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives urgent alerts over metrics whose absence no alert of the estate sees."""
    label = subject.policy.priority_label
    if label is None:
        return
    watched = _watched(subject)
    if watched & _OF_TARGETS:
        return
    for alert in subject.alerts:
        urgency = alert.labels.get(label, "")
        if urgency not in {*subject.policy.order[:1], *_URGENT}:
            continue
        tree = alert.expression.tree
        if tree is None or _handles_absence(tree):
            continue
        names = sorted({node.metric for node in walking.selectors(tree) if node.metric})
        if names and not watched & set(names):
            yield declarations.Problem(
                span=alert.expression.text.span,
                message=f"expected something that fires when {names[0]} is gone, found "
                f"only {alert.name}, which is silent then",
                hint=f"add an alert on `absent({names[0]})` or on `up`",
            )


def _watched(subject: subjects.Subject) -> frozenset[str]:
    """Gives the metrics whose absence, or whose targets, some alert looks at."""
    found: set[str] = set()
    for alert in subject.alerts:
        for node in alert.expression.nodes:
            if isinstance(node, ast.Call) and node.function in _ABSENCE:
                selected = walking.selectors(node)
                found |= {inner.metric for inner in selected if inner.metric}
            elif isinstance(node, ast.VectorSelector) and node.metric in _OF_TARGETS:
                found.add(node.metric)
    return frozenset(found)


def _handles_absence(tree: ast.Expression) -> bool:
    return any(
        (isinstance(node, ast.Call) and node.function in {*_ABSENCE, "vector"})
        or (isinstance(node, ast.Binary) and node.operator is ast.BinaryOperator.UNLESS)
        for node in walking.walk(tree)
    )


CHECK: Final = declarations.Check(
    name="silent-outage",
    summary="a most urgent alert that an outage of its source keeps silent",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    is_default=False,
    precision=declarations.Precision(judged=32, right=0),
)
