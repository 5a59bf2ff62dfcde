import re

import prometheus_client
import pytest

from sightline import instrument
from sightline.instrument import testing


@pytest.fixture
def shared() -> prometheus_client.CollectorRegistry:
    """A registry in which something was counted before."""
    registry = prometheus_client.CollectorRegistry()
    payments = prometheus_client.Counter(
        "payments", "Payments.", ["result"], registry=registry
    )
    payments.labels("succeeded").inc(7)
    payments.labels("failed")
    return registry


def test_only_what_changed_since_is_told(
    shared: prometheus_client.CollectorRegistry,
) -> None:
    emitted = testing.Emitted(shared)
    assert emitted.change("payments_total", result="succeeded") == 0
    late = prometheus_client.Counter("refunds", "Refunds.", registry=shared)
    late.inc(2)
    assert emitted.change("refunds_total") == 2
    assert emitted.change("payments_total") == 0


def test_requests_are_told_by_their_labels() -> None:
    emitted = testing.Emitted()
    meter = instrument.Meter(counts=emitted.open_metrics(), clock=emitted.clock)
    for status in (200, 200, 404):
        timing = meter.start("GET", "/jobs", lambda: "/jobs")
        assert timing is not None
        assert emitted.in_progress() == 1
        emitted.clock.now += 0.25
        timing.end(status)
        timing.end(500)  # ended once
    assert emitted.requests() == {"GET /jobs other 200": 2, "GET /jobs other 404": 1}
    assert emitted.in_progress() == 0
    assert emitted.change("http_request_duration_seconds_sum") == 0.75


def test_requests_are_told_under_the_names_of_opentelemetry() -> None:
    emitted = testing.Emitted(names=instrument.opentelemetry(url_scheme="https"))
    meter = instrument.Meter(counts=emitted.open_metrics())
    for status in (200, 503):
        timing = meter.start("GET", "/jobs", lambda: "/jobs")
        assert timing is not None
        assert emitted.in_progress() == 1
        timing.end(status)
    assert emitted.requests() == {
        "GET /jobs other 200 https": 1,
        "GET /jobs other 503 503 https": 1,
    }


@pytest.mark.parametrize(
    ("name", "labels", "message"),
    [
        (
            "payment_total",
            {},
            "no samples are called 'payment_total'; did you mean 'payments_total'?",
        ),
        ("up", {}, "no samples are called 'up'"),
        (
            "payments_total",
            {"result": "faild"},
            (
                'expected a series payments_total{result="faild"}, found '
                'payments_total{result="succeeded"}, payments_total{result="failed"}'
            ),
        ),
    ],
)
def test_a_series_that_is_not_there_is_no_zero(
    shared: prometheus_client.CollectorRegistry,
    name: str,
    labels: dict[str, str],
    message: str,
) -> None:
    emitted = testing.Emitted(shared)
    with pytest.raises(AssertionError, match=f"^{re.escape(message)}$"):
        emitted.change(name, **labels)
