"""An expression reads a metric that nothing exposes.

Why: the alert never fires and the panel shows "No data", both without an error.

Bad, where the exporter says `pg_settings_max_connections`::

    pg_settings{name="max_connections"}

Good::

    pg_settings_max_connections

It looks where somebody says which metrics there are: `metrics` in
`sightline-check.yaml` names scraped pages, and `complete: true` that there is no other.
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import reporting
from sightline.model import findings
from sightline.promql import ast

__all__ = ["CHECK", "find"]

_OF_THE_SERVER: Final = frozenset(
    {
        "ALERTS", "ALERTS_FOR_STATE", "up", "scrape_duration_seconds",
        "scrape_samples_post_metric_relabeling", "scrape_samples_scraped",
        "scrape_series_added",
    }
)  # fmt: skip
"""https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series"""


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives selectors of metrics that are neither exposed nor recorded."""
    if not subject.policy.is_complete:
        return
    recorded = {record.rule.record.text for record in subject.records}
    known = {metric.name for metric in subject.policy.metrics} | recorded
    for expression in subject.expressions:
        for node in expression.nodes:
            if not isinstance(node, ast.VectorSelector) or node.metric is None:
                continue
            if node.metric in known | _OF_THE_SERVER:
                continue
            yield declarations.Problem(
                span=expression.at(node.span),
                message="expected a metric that something exposes, found "
                f"{node.metric}",
                hint=_hint(node.metric, known),
            )


def _hint(name: str, known: set[str]) -> str:
    suggested = reporting.suggest(name, known, plural="metrics")
    is_near = suggested.startswith("did you mean")
    return suggested if is_near else "expose it, record it, or remove the query"


CHECK: Final = declarations.Check(
    name="unknown-metric",
    summary="a metric that nothing exposes",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
