"""A rule reads a series that a later rule of its own group records.

Why: the rules of a group are evaluated one after another, so the reader sees what was
recorded one interval ago. An alert on it is late by an interval, and a ratio of a new
and an old half is wrong while either of them changes.

Bad::

    - alert: HighErrorRatio
      expr: job:errors:ratio5m > 0.05
    - record: job:errors:ratio5m
      expr: job:errors:rate5m / job:requests:rate5m

Good::

    - record: job:errors:ratio5m
      expr: job:errors:rate5m / job:requests:rate5m
    - alert: HighErrorRatio
      expr: job:errors:ratio5m > 0.05

A range such as `[1d]` reads what was recorded before, so its order does not matter.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import rule_files
from sightline.model import findings
from sightline.promql import ast

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives selectors of series that are recorded further down, and nowhere above."""
    recorded: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    positions: dict[int, int] = {}
    for file in subject.estate.rule_files:
        for group in file.groups:
            for position, rule in enumerate(group.rules):
                positions[id(rule)] = position
                if isinstance(rule, rule_files.RecordingRule):
                    recorded[id(group), rule.record.text].append(position)
    for one in subject.rules:
        position = positions[id(one.rule)]
        ranges = {
            id(node.selector)
            for node in one.expression.nodes
            if isinstance(node, ast.MatrixSelector)
        }
        for node in one.expression.nodes:
            if not isinstance(node, ast.VectorSelector) or node.metric is None:
                continue
            if id(node) in ranges:
                continue
            made = recorded.get((id(one.group), node.metric), [])
            if made and min(made) > position:
                yield declarations.Problem(
                    span=one.expression.at(node.span),
                    message=f"expected {node.metric} to be recorded above, found its "
                    "rule further down in the same group",
                    hint="move that rule above this one: rules are evaluated in order",
                )


CHECK: Final = declarations.Check(
    name="recording-order",
    summary="a rule reads a series that a later rule of its group records",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=5, right=5),
)
