"""An expression that Prometheus would refuse.

Why: one wrong expression keeps the whole rule file from being loaded, and a panel
from showing anything.

Bad::

    sum(rate(http_requests_total[5m])

Good::

    sum(rate(http_requests_total[5m]))

Expressions in LogQL and MetricsQL, which Loki and vmalert take in such files, are not
checked, and listed so.
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import refusals, templating

__all__ = ["CHECK", "find"]

_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`')
_METRICSQL: Final = re.compile(
    r"\b(?:default|ifnot|keep_metric_names)\b|\bWITH\s*\(|\b(?:rollup|range|running)_\w+\s*\("
)
"""What VictoriaMetrics added: https://docs.victoriametrics.com/victoriametrics/metricsql/"""


def find(
    subject: subjects.Subject,
) -> Iterator[declarations.Problem | findings.NotChecked]:
    """Gives expressions without a tree: wrong ones, and those beyond analysis."""
    for expression in subject.expressions:
        refusal = expression.refusal
        if refusal is None:
            continue
        span = expression.at(refusal.span)
        other = _other_language(expression.text.text)
        is_sure = isinstance(refusal, refusals.InvalidExpression) and not (
            templating.find_variables(_QUOTED.sub('""', expression.text.text))
        )
        if other is not None:
            yield findings.NotChecked(subject=str(span), reason=f"it is {other}")
        elif is_sure:
            yield declarations.Problem(span=span, message=refusal.reason)
        else:
            yield findings.NotChecked(subject=str(span), reason=refusal.reason)


def _other_language(text: str) -> str | None:
    """Names the relative of PromQL that a text is in; `None` for PromQL itself."""
    bare = _QUOTED.sub('""', text)
    if "|" in bare:
        return "LogQL, not PromQL"
    return "MetricsQL, not PromQL" if _METRICSQL.search(bare) else None


CHECK: Final = declarations.Check(
    name="promql-syntax",
    summary="an expression that Prometheus would refuse",
    severity=findings.FindingSeverity.ERROR,
    find=find,
    precision=declarations.Precision(judged=3, right=3),
)
