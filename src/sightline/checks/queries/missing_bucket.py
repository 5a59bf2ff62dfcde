"""A matcher on `le` names a bound that is no bucket of the histogram.

Why: `le` selects one bucket by its bound. A bound that the service does not count
selects nothing; the objective made of it is empty, or reads 100 % good for ever.

Bad, where the buckets end at 0.25 and 0.5::

    http_request_duration_seconds_bucket{le="0.3"}

Good::

    http_request_duration_seconds_bucket{le="0.25"}

The buckets are known from a scrape, a server or the catalogue of well-known exporters.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import ast

__all__ = ["CHECK", "find"]

_NEAREST: Final = 2


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives the bounds that a known histogram does not have."""
    for expression in subject.expressions:
        for node in expression.nodes:
            if not isinstance(node, ast.VectorSelector) or node.metric is None:
                continue
            metric = subject.knowledge.metrics.find(node.metric)
            bounds = None if metric is None else metric.buckets
            if not bounds:
                continue
            for matcher in node.matchers:
                wanted = _bound(matcher)
                if wanted is None or wanted in bounds:
                    continue
                yield declarations.Problem(
                    span=expression.at(matcher.span),
                    message=f"expected a bucket of {node.metric}, found the bound "
                    f"{matcher.pattern}{subject.knowledge.origin(node)}",
                    hint=f"the nearest are {_nearest(bounds, wanted)}",
                )


def _bound(matcher: ast.Matcher) -> float | None:
    if matcher.label != "le" or matcher.operator is not ast.MatchOperator.EQUAL:
        return None
    if matcher.is_templated:
        return None
    try:
        return float(matcher.pattern)
    except ValueError:
        return None


def _nearest(bounds: Sequence[float], wanted: float) -> str:
    near = sorted(bounds, key=lambda bound: abs(bound - wanted))[:_NEAREST]
    return " and ".join(f"{bound:g}" for bound in sorted(near))


CHECK: Final = declarations.Check(
    name="missing-bucket",
    summary="a bound that is no bucket of the histogram",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
