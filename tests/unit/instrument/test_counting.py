import re
import threading
from collections.abc import Sequence

import prometheus_client
import pytest
from prometheus_client import parser

from sightline import instrument


def exposed(registry: prometheus_client.CollectorRegistry) -> str:
    return prometheus_client.generate_latest(registry).decode()


def test_the_exposition_is_the_contract() -> None:
    registry = prometheus_client.CollectorRegistry()
    counts = instrument.open_metrics(registry, buckets=(0.1, 1))
    endpoint = counts.endpoint("GET", "/jobs", "read")
    for seconds in (0.05, 0.1, 0.5, 7):
        endpoint.begin()
        endpoint.finish(200, seconds)
    endpoint.begin()
    labels = 'method="GET",operation="read",route="/jobs"'
    assert exposed(registry).splitlines() == [
        (
            "# HELP http_requests_total Requests that were answered, or given up, "
            "by status."
        ),
        "# TYPE http_requests_total counter",
        f'http_requests_total{{{labels},status="200"}} 4.0',
        (
            "# HELP http_request_duration_seconds Time from the start of a request "
            "to its last byte."
        ),
        "# TYPE http_request_duration_seconds histogram",
        f'http_request_duration_seconds_bucket{{le="0.1",{labels}}} 2.0',
        f'http_request_duration_seconds_bucket{{le="1.0",{labels}}} 3.0',
        f'http_request_duration_seconds_bucket{{le="+Inf",{labels}}} 4.0',
        f"http_request_duration_seconds_count{{{labels}}} 4.0",
        f"http_request_duration_seconds_sum{{{labels}}} 7.65",
        "# HELP http_requests_in_progress Requests that wait for their last byte.",
        "# TYPE http_requests_in_progress gauge",
        'http_requests_in_progress{operation="read"} 1.0',
    ]


def test_the_exposition_is_what_prometheus_client_would_give() -> None:
    """The same observations, counted by prometheus-client's own metrics."""
    seconds = [0.0, 0.004, 0.005, 0.2, 0.20001, 3, 10, 11, 1000]
    own = prometheus_client.CollectorRegistry()
    endpoint = instrument.open_metrics(own).endpoint("GET", "/", "other")
    theirs = prometheus_client.CollectorRegistry()
    labels = ("method", "route", "operation")
    reference = prometheus_client.Histogram(
        "http_request_duration_seconds",
        "Reference.",
        labels,
        buckets=instrument.SLO_BUCKETS,
        registry=theirs,
    ).labels("GET", "/", "other")
    for duration in seconds:
        endpoint.begin()
        endpoint.finish(200, duration)
        reference.observe(duration)

    def samples(registry: prometheus_client.CollectorRegistry) -> dict[str, float]:
        return {
            f"{sample.name} {sample.labels.get('le')}": sample.value
            for family in parser.text_string_to_metric_families(exposed(registry))
            if family.name == "http_request_duration_seconds"
            for sample in family.samples
            if not sample.name.endswith("_created")
        }

    assert samples(own) == pytest.approx(samples(theirs))


def test_threads_lose_no_count() -> None:
    registry = prometheus_client.CollectorRegistry()
    counts = instrument.open_metrics(registry)

    def work() -> None:
        endpoint = counts.endpoint("GET", "/", "read")
        for _ in range(2_000):
            endpoint.begin()
            endpoint.finish(200, 0.01)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    labels = {"method": "GET", "route": "/", "operation": "read"}
    assert (
        registry.get_sample_value("http_requests_total", {**labels, "status": "200"}),
        registry.get_sample_value("http_request_duration_seconds_count", labels),
        registry.get_sample_value("http_requests_in_progress", {"operation": "read"}),
    ) == (8_000, 8_000, 0)


def test_an_endpoint_is_the_same_one_every_time() -> None:
    counts = instrument.open_metrics(prometheus_client.CollectorRegistry())
    assert counts.endpoint("GET", "/", "read") is counts.endpoint("GET", "/", "read")


def test_a_registry_takes_the_metrics_once() -> None:
    registry = prometheus_client.CollectorRegistry()
    instrument.open_metrics(registry)
    with pytest.raises(ValueError, match="Duplicated timeseries"):
        instrument.open_metrics(registry)


@pytest.mark.parametrize("buckets", [(), (float("inf"),), (1, 0.5), (0.1, 0.1)])
def test_buckets_that_do_not_rise_are_refused(buckets: Sequence[float]) -> None:
    message = f"expected rising bucket bounds, found {list(buckets)!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        instrument.open_metrics(prometheus_client.CollectorRegistry(), buckets)
