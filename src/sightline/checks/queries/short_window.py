"""A rate over a window that holds too few samples.

Why: `rate`, `increase`, `delta` and their like need two samples. A window of less than
twice the scrape interval often holds only one, and then there is no result; one missed
scrape empties windows of less than four.

Bad, with a scrape every 30 seconds::

    rate(http_requests_total[45s])

Good::

    rate(http_requests_total[2m])
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings, units
from sightline.promql import ast

__all__ = ["CHECK", "find"]

_NEEDS_TWO: Final = frozenset(
    {"rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"}
)
_LEAST_SCRAPES: Final = 2


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives windows of less than twice the scrape interval, where that is known."""
    scraping = subject.scraping
    if scraping is None:
        return
    recorded = {record.rule.record.text for record in subject.records}
    for expression in subject.expressions:
        for node in expression.nodes:
            if not isinstance(node, ast.Call) or node.function not in _NEEDS_TWO:
                continue
            for window in node.arguments:
                if not isinstance(window, ast.MatrixSelector):
                    continue
                if window.is_range_templated or window.selector.metric in recorded:
                    continue
                if window.range_seconds < _LEAST_SCRAPES * scraping.seconds:
                    span = expression.at(window.range_span)
                    width = units.Duration.of_seconds(window.range_seconds)
                    yield declarations.Problem(
                        span=span,
                        message=f"expected a window of at least twice the scrape "
                        f"interval of {scraping}, found {width}",
                        hint=f"four scrapes survive a missed one: "
                        f"[{units.Duration(scraping.milliseconds * 4)}]",
                    )


CHECK: Final = declarations.Check(
    name="short-window",
    summary="a rate over a window that holds too few samples",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
