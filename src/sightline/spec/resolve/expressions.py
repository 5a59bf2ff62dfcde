"""PromQL in a spec: read once while loading, so that a typo has a line."""

import re
from typing import Final

import promql_parser

from sightline.formats import reporting
from sightline.model import spans

__all__ = ["check", "check_selector"]

_VARIABLE: Final = re.compile(r"\$\{?[A-Za-z_]\w*\}?")
_IN_RANGE: Final = re.compile(r"\[\s*\$\{?\w+\}?")


def check(expression: str, span: spans.Span, reporter: reporting.Reporter) -> None:
    """Reports an expression that Prometheus would not read.

    `$service` and the like stand for text or numbers that are filled in later; any
    number will do to read the rest.
    """
    filled = _VARIABLE.sub("1", _IN_RANGE.sub("[5m", expression))
    try:
        promql_parser.parse(filled)
    except ValueError as error:
        reporter.error(
            "promql",
            span,
            f"expected PromQL, found a mistake: {_first_line(str(error))}",
            "try the expression in Prometheus",
        )


def check_selector(
    selector: str, span: spans.Span, reporter: reporting.Reporter
) -> bool:
    """Says whether `selector` is a plain one, and reports it when it is not.

    Ranges, offsets and functions are put around it by whoever reads it.
    """
    try:
        parsed = promql_parser.parse(selector)
    except ValueError as error:
        problem = f"a mistake: {_first_line(str(error))}"
    else:
        if (
            isinstance(parsed, promql_parser.VectorSelector)
            and parsed.offset is None
            and parsed.at is None
        ):
            return True
        problem = "another kind of expression"
    reporter.error(
        "promql",
        span,
        f"expected a selector of counters, found {problem}",
        'write it as in `http_requests_total{status="500"}`, without a range',
    )
    return False


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "unknown"
