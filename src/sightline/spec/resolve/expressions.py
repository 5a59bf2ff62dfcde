"""PromQL in a spec: read once while loading, so that a typo has a line."""

import re
from typing import Final

import promql_parser

from sightline.model import spans
from sightline.spec import reporting

__all__ = ["check"]

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


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "unknown"
