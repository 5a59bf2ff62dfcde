"""A panel that asks nothing.

Why: a panel whose query was lost shows "No data" for ever, and looks like a panel whose
system is quiet.

Bad::

    {"type": "timeseries", "title": "Error ratio", "targets": []}

Good::

    {"type": "timeseries", "title": "Error ratio",
     "targets": [{"refId": "A", "expr": "job:errors:ratio5m"}]}
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives panels that show something and ask no data source for it."""
    for board in subject.estate.dashboards:
        for panel in board.panels:
            if panel.kind and not panel.has_source:
                yield declarations.Problem(
                    span=panel.span,
                    message=f"expected a query in the panel {panel.title!r}, "
                    "found none",
                    hint="give it a query, or remove it",
                )


CHECK: Final = declarations.Check(
    name="panel-without-query",
    summary="a panel that asks nothing",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=4, right=4),
)
