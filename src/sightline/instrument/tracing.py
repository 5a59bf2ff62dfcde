"""Which trace shows a request: the exemplar of its latency bucket.

Only a trace that was sampled is one that somebody can open, so only such a one is
given. Exemplars are exposed in OpenMetrics, to a Prometheus that keeps them
(`--enable-feature=exemplar-storage`), and by a service that is one process.
"""

import importlib
import re
from collections.abc import Callable
from typing import Final, Protocol

__all__ = ["TraceSource", "from_opentelemetry", "from_traceparent"]

TraceSource = Callable[[str | None], str | None]
"""Gives the id of the trace that shows a request, from its `traceparent` header.

Called when the last byte was handed over, in the context of the application."""

_TRACEPARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})"
)
"""https://www.w3.org/TR/trace-context/#traceparent-header"""

_SAMPLED: Final = 1


def from_traceparent(traceparent: str | None) -> str | None:
    """Gives the trace that the caller began, when it is sampled."""
    found = _TRACEPARENT.match(traceparent) if traceparent else None
    if found is None or not int(found[2], 16) & _SAMPLED:
        return None
    return found[1]


class _SpanContext(Protocol):
    trace_id: int
    trace_flags: int


class _Span(Protocol):
    def get_span_context(self) -> _SpanContext: ...


def from_opentelemetry() -> TraceSource:
    """Gives a source that asks OpenTelemetry, then the header.

    Raises:
        ModuleNotFoundError: `opentelemetry-api` is not installed.
    """
    current_span: Callable[[], _Span] = importlib.import_module(
        "opentelemetry.trace"
    ).get_current_span

    def trace_of(traceparent: str | None) -> str | None:
        context = current_span().get_span_context()
        if context.trace_id and context.trace_flags & _SAMPLED:
            return f"{context.trace_id:032x}"
        return from_traceparent(traceparent)

    return trace_of
