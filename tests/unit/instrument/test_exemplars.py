from collections.abc import Iterator

import pytest
from opentelemetry import trace

from sightline import instrument
from sightline.instrument import counting, exchanges, testing, tracing
from sightline.model import http_metrics
from support.measured import READ

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (f"00-{TRACE}-{SPAN}-01", TRACE),
        (f"00-{TRACE}-{SPAN}-03", TRACE),
        (f"01-{TRACE}-{SPAN}-01-what-a-later-version-adds", TRACE),
        (f"00-{TRACE}-{SPAN}-00", None),
        (f"ff-{TRACE}-{SPAN}-01", None),
        (f"00-{'0' * 32}-{SPAN}-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-{SPAN}-01", None),
        ("nonsense", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_sampled_trace_is_one_that_somebody_can_open(
    header: str | None, found: str | None
) -> None:
    assert tracing.from_traceparent(header) == found


class TestOpenTelemetry:
    @pytest.fixture
    def sampled(self) -> Iterator[str]:
        context = trace.SpanContext(
            trace_id=int(TRACE, 16),
            span_id=int(SPAN, 16),
            is_remote=False,
            trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
        )
        with trace.use_span(trace.NonRecordingSpan(context)):
            yield TRACE

    def test_the_current_span_comes_first(self, sampled: str) -> None:
        other = f"00-{'1' * 32}-{SPAN}-01"
        assert tracing.from_opentelemetry()(other) == sampled

    def test_without_a_span_the_header_is_asked(self) -> None:
        source = tracing.from_opentelemetry()
        assert source(f"00-{TRACE}-{SPAN}-01") == TRACE
        assert source(None) is None


def buckets(metrics: counting.InProcessMetrics) -> list[tuple[str, float, object]]:
    [durations] = (one for one in metrics.collect() if one.type == "histogram")
    return [
        (one.labels["le"], one.value, one.exemplar and dict(one.exemplar.labels))
        for one in durations.samples
        if one.name.endswith("_bucket")
    ]


def test_a_bucket_shows_the_newest_trace_of_any_status() -> None:
    times = iter([1.0, 3.0, 2.0])
    metrics = counting.InProcessMetrics((0.1, 1.0), now=lambda: next(times))
    endpoint = metrics.endpoint("GET", "/", "read")
    for status, seconds, trace_id in (
        (200, 0.05, "old"),
        (500, 0.06, "new"),
        (200, 0.5, "slow"),
        (200, 5, None),
    ):
        endpoint.begin()
        endpoint.finish(status, seconds, trace_id)
    assert buckets(metrics) == [
        ("0.1", 2, {"trace_id": "new"}),
        ("1.0", 3, {"trace_id": "slow"}),
        ("+Inf", 4, None),
    ]


async def test_the_middleware_shows_the_trace_of_a_request() -> None:
    registry = testing.Emitted()
    app = instrument.Middleware(
        _respond,
        declared=[instrument.Route("GET", "/", READ)],
        counts=registry.open_metrics(),
        exemplars=instrument.from_traceparent,
    )

    async def receive() -> exchanges.Message:
        return {"type": "http.request"}

    async def send(message: exchanges.Message) -> None:
        del message

    header = (b"traceparent", f"00-{TRACE}-{SPAN}-01".encode())
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [header]}
    await app(scope, receive, send)
    shown = [
        sample.exemplar.labels
        for sample in registry.samples("http_request_duration_seconds_bucket")
        if sample.exemplar is not None
    ]
    assert shown == [{"trace_id": TRACE}]


async def _respond(
    scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_the_names_of_opentelemetry_have_their_attributes() -> None:
    names = http_metrics.opentelemetry(url_scheme="https")
    metrics = counting.InProcessMetrics((1.0,), names)
    endpoint = metrics.endpoint("GET", "/jobs/{id}", "read")
    for status in (200, 503):
        endpoint.begin()
        endpoint.finish(status, 0.5)
    endpoint.begin()
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in metrics.collect()
        for sample in family.samples
    }
    shared = [("operation", "read"), ("url_scheme", "https")]
    method = ("http_request_method", "GET")
    route = ("http_route", "/jobs/{id}")
    name = "http_server_request_duration_seconds"

    def count(status: str, error: str) -> float:
        code = ("http_response_status_code", status)
        return samples[
            (
                f"{name}_count",
                *sorted([*shared, method, route, code, ("error_type", error)]),
            )
        ]

    assert (count("200", ""), count("503", "503")) == (1, 1)
    assert samples["http_server_active_requests", *sorted([*shared, method])] == 1
    assert {name for name, *_ in samples} == {
        *(f"{name}_bucket", f"{name}_count", f"{name}_sum"),
        "http_server_active_requests",
    }
