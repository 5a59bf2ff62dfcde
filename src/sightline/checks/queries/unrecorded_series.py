"""An expression reads a recorded series that no rule records.

Why: a name with colons is the result of a recording rule. When that rule was renamed,
the alert that reads it can never fire and the panel shows "No data": neither says why.

Bad, where the rule records `job:errors:ratio5m`::

    job:errors:ratio_5m > 0.05

Good::

    job:errors:ratio5m > 0.05

It looks only where recording rules are among the files, and only at series of a family
(the part before the last colon) that they record.
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import reporting
from sightline.model import findings
from sightline.promql import ast

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives selectors of a recorded name that no rule in the files records."""
    recorded = {record.rule.record.text for record in subject.records}
    families = {_family(name) for name in recorded}
    for expression in subject.expressions:
        for node in expression.nodes:
            if not isinstance(node, ast.VectorSelector) or node.metric is None:
                continue
            name = node.metric
            if ":" not in name or name in recorded or _family(name) not in families:
                continue
            yield declarations.Problem(
                span=expression.at(node.span),
                message=f"expected a series that some rule records, found {name}",
                hint=reporting.suggest(name, recorded, plural="recorded series"),
            )


def _family(name: str) -> str:
    return name.rpartition(":")[0]


CHECK: Final = declarations.Check(
    name="unrecorded-series",
    summary="a recorded series that no rule records",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=2, right=2),
)
