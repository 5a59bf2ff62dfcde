r"""A bucket is selected by a spelling of its bound that not every server has.

Why: `le` is text. Prometheus 3 stores a bound that is a whole number as `1.0`, older
servers store what the target exposes, often `1`. A matcher with the other spelling
selects nothing, so a latency objective silently loses its good events.

Bad::

    http_request_duration_seconds_bucket{le="1"}

Good::

    http_request_duration_seconds_bucket{le=~"1|1\\.0"}
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings, spans
from sightline.promql import ast

__all__ = ["CHECK", "find"]

_WHOLE: Final = re.compile(r"\d+")


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives matchers on `le` that hold for one spelling of a whole number."""
    for expression in subject.expressions:
        for node in expression.nodes:
            if not isinstance(node, ast.VectorSelector):
                continue
            for matcher in node.matchers:
                whole = _WHOLE.fullmatch(matcher.pattern)
                if (
                    matcher.label == "le"
                    and matcher.operator is ast.MatchOperator.EQUAL
                    and whole is not None
                ):
                    number = whole[0]
                    span = expression.at(matcher.span)
                    both = f'le=~"{number}|{number}\\\\.0"'
                    yield declarations.Problem(
                        span=span,
                        message=f"expected the bound as Prometheus 3 spells it too, "
                        f"{number}.0, found le={number!r} alone",
                        hint=f"write {both}",
                        edits=_edits(expression.text.style, span, both),
                    )


def _edits(style: str, span: spans.Span, both: str) -> tuple[findings.Edit, ...]:
    """Gives the change where the expression's quoting leaves it as it is."""
    if style == '"':
        return ()
    return (findings.Edit(span=span, replacement=both),)


CHECK: Final = declarations.Check(
    name="le-spelling",
    summary="a bucket bound in a spelling that not every server has",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=12, right=12),
)
