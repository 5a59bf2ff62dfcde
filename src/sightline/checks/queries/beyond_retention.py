"""A query reads further back than samples are kept.

Why: a range beyond the retention gives no error: it is summed over what is left, so a
budget of 30 days over 15 days of samples looks twice as good. An offset beyond it gives
nothing at all.

Bad, with the default retention of 15 days::

    sum(increase(http_requests_total[30d]))

Good: keep samples for longer than the longest range, or record what a range needs.
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings, units
from sightline.promql import windows

__all__ = ["CHECK", "find"]

_DEFAULT: Final = units.Duration.parse("15d")
"""https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects"""


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives what reads further back than is kept, where that is known."""
    kept, origin = _retention(subject)
    if kept is None:
        return
    for expression in subject.expressions:
        if expression.tree is None:
            continue
        for reading in windows.readings(expression.tree):
            if reading.is_templated or reading.lookback_seconds <= kept.seconds:
                continue
            needed = units.Duration.of_seconds(reading.lookback_seconds)
            yield declarations.Problem(
                span=expression.at(reading.node.span),
                message=f"expected at most {kept} back ({origin}), found {needed}",
                hint="keep samples for longer, or shorten the range",
            )


def _retention(subject: subjects.Subject) -> tuple[units.Duration | None, str]:
    if subject.policy.retention is not None:
        return subject.policy.retention, "the declared retention"
    server = subject.server
    if server is None or server.writes_remotely:
        return None, ""
    if server.retention is not None:
        return server.retention.content, f"the retention in {server.retention.span}"
    return _DEFAULT, "Prometheus' default retention; a flag of the server may raise it"


CHECK: Final = declarations.Check(
    name="beyond-retention",
    summary="a query reads further back than samples are kept",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=2, right=2),
)
