"""PromQL in a spec: read once while loading, so that a typo has a line."""

from sightline.formats import reporting
from sightline.model import spans
from sightline.promql import ast, parsing, templating

__all__ = ["check", "check_selector"]


def check(expression: str, span: spans.Span, reporter: reporting.Reporter) -> None:
    """Reports an expression that Prometheus would not read.

    `$service` and the like stand for text or numbers that are filled in later; any
    number will do to read the rest.
    """
    variables = {name: "1" for name, _ in templating.find_variables(expression)}
    try:
        parsing.parse(expression, variables)
    except parsing.RefusedExpression as refusal:
        reporter.error(
            "promql",
            span,
            f"expected PromQL, found a mistake: {refusal}",
            "try the expression in Prometheus",
        )


def check_selector(
    selector: str, span: spans.Span, reporter: reporting.Reporter
) -> bool:
    """Says whether `selector` is a plain one, and reports it when it is not.

    Ranges, offsets and functions are put around it by whoever reads it.
    """
    try:
        parsed = parsing.parse(selector)
    except parsing.RefusedExpression as refusal:
        problem = f"a mistake: {refusal}"
    else:
        match parsed:
            case ast.VectorSelector(offset_seconds=0.0, at=None):
                return True
            case _:
                problem = "another kind of expression"
    reporter.error(
        "promql",
        span,
        f"expected a selector of counters, found {problem}",
        'write it as in `http_requests_total{status="500"}`, without a range',
    )
    return False
