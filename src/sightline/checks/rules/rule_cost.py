"""A rule that reads more samples at each evaluation than it may.

Why: a rule is evaluated for ever. `increase(x[30d])` over 20 series at a scrape every
15 seconds reads 3.5 million samples each time, every minute, to add one number to the
one before.

Bad::

    - record: job:errors:increase30d
      expr: sum by (job) (increase(errors_total[30d]))

Good: record the rate, and sum what was recorded::

    - record: job:errors:rate5m
      expr: sum by (job) (rate(errors_total[5m]))
    - record: job:errors:increase30d
      expr: sum_over_time(job:errors:rate5m[30d:5m]) * 300

Without figures it is about raw series over more than two weeks in rules. With `budgets`
in `sightline-check.yaml` it counts samples.
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings, units
from sightline.promql import ast, windows

__all__ = ["CHECK", "find"]

_LONGEST_RAW: Final = units.Duration.parse("14d")
_USUAL_SCRAPE: Final = units.Duration.parse("1m")


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives rules over raw series for longer than two weeks, or above the budget."""
    recorded = {record.rule.record.text for record in subject.records}
    scraping = subject.scraping or _USUAL_SCRAPE
    for rule in subject.rules:
        tree = rule.expression.tree
        if tree is None:
            continue
        for reading in windows.readings(tree):
            name = reading.selector.metric
            if reading.range_seconds is None or name is None:
                continue
            if ":" in name or name in recorded:
                continue
            samples = reading.range_seconds / scraping.seconds
            budget = subject.policy.samples
            if budget is not None and samples > budget:
                yield _problem(rule, reading.node, f"{budget:,} samples", samples)
            elif budget is None and reading.range_seconds > _LONGEST_RAW.seconds:
                yield _problem(
                    rule, reading.node, f"{_LONGEST_RAW} of raw samples", samples
                )


def _problem(
    rule: subjects.Alert | subjects.Record,
    node: ast.VectorSelector | ast.MatrixSelector,
    allowed: str,
    samples: float,
) -> declarations.Problem:
    return declarations.Problem(
        span=rule.expression.at(node.span),
        message=f"expected at most {allowed} of each series at each evaluation, found "
        f"about {samples:,.0f}",
        hint="record the rate, and sum over what was recorded",
    )


CHECK: Final = declarations.Check(
    name="rule-cost",
    summary="a rule that reads too many samples at each evaluation",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=3, right=3),
)
