"""Pages, and exactly what is said of them."""

from collections.abc import Iterable

import prometheus_client
import pytest

from sightline import instrument
from sightline.app.contract import judging, needs, selecting
from sightline.formats import expositions
from sightline.model import findings, spans

Severity = findings.FindingSeverity

URL = "http://127.0.0.1:8000/metrics"
REQUIRED = needs.Urgency.REQUIRED
ALERTED = needs.Urgency.ALERTED
SHOWN = needs.Urgency.SHOWN

ERRORS = 'sum by (service) (rate(http_requests_total{status=~"5.."}[5m]))'
P95 = (
    "histogram_quantile(0.95, sum by (service, operation, le) "
    "(rate(http_request_duration_seconds_bucket[5m])))"
)


def read_by(
    expression: str,
    urgency: needs.Urgency = REQUIRED,
    bounds: Iterable[float] = (),
    name: str = "signal 'errors'",
) -> tuple[needs.Need, ...]:
    reader = needs.Reader(name, spans.Span(file="signals.yaml", line=7), urgency)
    return tuple(
        needs.Need(selected, reader, frozenset(bounds))
        for selected in selecting.find_selected(expression)
    )


def judge(
    text: str, *wanted: needs.Need, is_openmetrics: bool = False
) -> list[findings.Finding]:
    metrics = {need.selected.metric for need in wanted}
    page = expositions.read(text, metrics, is_openmetrics=is_openmetrics)
    return list(judging.judge(wanted, page, URL))


def said(
    check: str, line: int, message: str, severity: Severity = Severity.ERROR
) -> findings.Finding:
    """What is found for the one reader of most tests."""
    return findings.Finding(
        check=f"contract/{check}",
        severity=severity,
        span=spans.Span(file=URL, line=line),
        message=message,
        hint="read by signal 'errors' (signals.yaml:7)",
    )


def test_what_the_middleware_emits_lacks_nothing() -> None:
    registry = prometheus_client.CollectorRegistry()
    instrument.Meter(
        declared=[instrument.Route("GET", "/", instrument.OperationClass.READ)],
        counts=instrument.open_metrics(registry),
    )
    page = prometheus_client.generate_latest(registry).decode()
    assert judge(page, *read_by(ERRORS), *read_by(P95, bounds=[0.5, 1.0])) == []


def test_a_misspelt_name_is_shown_beside_the_one_that_was_meant() -> None:
    page = '# TYPE x gauge\nhttp_request_total{status="500"} 1\n'
    message = (
        "expected 'http_requests_total', found none; did you mean 'http_request_total'?"
    )
    assert judge(page, *read_by(ERRORS)) == [said("missing", 2, message)]


@pytest.mark.parametrize(
    ("read", "exposed"),
    [
        ("rate(http_requests_total[5m])", "http_requests"),
        (P95, "http_server_request_duration_seconds_bucket"),
        ("rate(payments_total[5m])", "payment_total"),
    ],
)
def test_names_that_are_near_are_found(read: str, exposed: str) -> None:
    [finding] = judge(f"up 1\n{exposed} 1\n", *read_by(read))
    assert finding.message.endswith(f"found none; did you mean {exposed!r}?")


def test_a_metric_that_is_read_itself_was_not_meant_by_another_name() -> None:
    wanted = (
        *read_by("rate(stripe_requests_total[5m])"),
        *read_by("rate(strip_requests_total[5m])"),
    )
    [finding] = judge("stripe_requests_total 1\n", *wanted)
    assert finding.message == "expected 'strip_requests_total', found nothing like it"


def test_another_unit_is_named() -> None:
    page = 'http_request_duration_milliseconds_bucket{operation="read",le="5"} 1\n'
    message = (
        "expected 'http_request_duration_seconds', found "
        "'http_request_duration_milliseconds_bucket': milliseconds is no base unit"
    )
    assert judge(page, *read_by(P95)) == [said("unit", 1, message)]


def test_seconds_that_are_milliseconds_are_seen_by_their_buckets() -> None:
    page = "".join(
        f'http_request_duration_seconds_bucket{{operation="read",le="{bound}"}} 1\n'
        for bound in (5, 50, 500, 5000)
    )
    message = (
        "the buckets of 'http_request_duration_seconds_bucket' run from 5 to 5000 "
        "seconds: these look like milliseconds"
    )
    assert judge(page, *read_by(P95, bounds=[0.5])) == [said("unit", 1, message)]


def test_a_threshold_must_be_the_bound_of_a_bucket() -> None:
    page = "".join(
        f'http_request_duration_seconds_bucket{{operation="read",le="{bound}"}} 1\n'
        for bound in ("0.1", "0.5", "2.5", "+Inf")
    )
    wanted = (*read_by(P95, bounds=[0.5, 1.0]), *read_by(P95, bounds=[0.2]))
    message = (
        "no bucket of 'http_request_duration_seconds_bucket' ends at {}, so what lies "
        "below is guessed; its bounds: 0.1, 0.5, 2.5"
    )
    assert judge(page, *wanted) == [
        said("bucket", 1, message.format(bound)) for bound in ("0.2", "1")
    ]


def test_a_gauge_is_no_counter() -> None:
    page = '# TYPE http_requests_total gauge\nhttp_requests_total{status="500"} 1\n'
    message = (
        "'http_requests_total' is a gauge, and its rate is read: each fall is taken "
        "for a restart; make it a counter"
    )
    assert judge(page, *read_by(ERRORS)) == [said("type", 2, message)]


def test_a_summary_is_no_histogram() -> None:
    page = (
        "# TYPE http_request_duration_seconds summary\n"
        'http_request_duration_seconds{quantile="0.95"} 1\n'
        "http_request_duration_seconds_count 1\n"
    )
    message = "expected the histogram 'http_request_duration_seconds', found a summary"
    assert judge(page, *read_by(P95)) == [said("type", 2, message)]


def test_a_label_that_queries_group_by_must_be_there() -> None:
    page = 'http_requests_total{code="500",method="GET"} 1\n'
    message = "'http_requests_total' has no label 'status'; its labels: code, method"
    assert judge(page, *read_by(ERRORS)) == [said("label", 1, message)]


def test_labels_of_the_target_are_not_asked_of_the_service() -> None:
    wanted = read_by(
        'sum by (service, job, instance, team) (rate(x_total{job="a"}[5m]))'
    )
    assert judge("x_total 1\n", *wanted) == []


def test_a_first_failure_must_not_be_the_first_of_its_series() -> None:
    page = 'http_requests_total{status="200"} 1\nhttp_requests_total{status="404"} 1\n'
    message = (
        'no series is http_requests_total{status=~"5.."}: show it at 0 from the start, '
        "or its first event is lost; there is status '200', '404'"
    )
    assert judge(page, *read_by(ERRORS)) == [said("not-initialised", 1, message)]


@pytest.mark.parametrize(
    ("kind", "check", "reason"),
    [
        (
            "counter",
            "not-initialised",
            "show its label values at 0 from the start, or its first event is lost",
        ),
        ("gauge", "missing", "its source gives no number"),
    ],
)
def test_a_family_without_a_series_is_there_for_nobody(
    kind: str, check: str, reason: str
) -> None:
    page = f"# HELP http_requests_total Requests.\n# TYPE http_requests_total {kind}\n"
    message = f"'http_requests_total' has a TYPE and no series: {reason}"
    assert judge(page, *read_by(ERRORS)) == [said(check, 1, message)]


@pytest.mark.parametrize(
    ("urgency", "page", "expected"),
    [
        (REQUIRED, "up 1\n", ["error"]),
        (ALERTED, "http_anything 1\n", ["warning"]),
        (ALERTED, "up 1\n", ["info"]),
        (SHOWN, "http_anything 1\n", []),
        (SHOWN, "http_request_total 1\n", ["info"]),
    ],
)
def test_what_a_service_need_not_have_is_no_error(
    urgency: needs.Urgency, page: str, expected: list[str]
) -> None:
    found = judge(page, *read_by(ERRORS, urgency))
    assert [one.severity.label for one in found] == expected


def test_the_parts_of_a_histogram_are_missed_once() -> None:
    wanted = (*read_by(P95), *read_by("rate(http_request_duration_seconds_count[5m])"))
    [finding] = judge("up 1\n", *wanted)
    message = "expected 'http_request_duration_seconds', found nothing like it"
    assert finding.message == message


def test_readers_are_named_the_most_urgent_first_and_not_all() -> None:
    wanted = [
        *read_by(ERRORS, SHOWN, name="panel 'a'"),
        *(one for n in range(4) for one in read_by(ERRORS, name=f"objective {n}")),
    ]
    [finding] = judge("up 1\n", *wanted)
    assert finding.hint == (
        "read by objective 0 (signals.yaml:7), objective 1 (signals.yaml:7), "
        "objective 2 (signals.yaml:7) and 2 more"
    )


def test_an_unbounded_label_is_noticed() -> None:
    page = "".join(
        f'http_requests_total{{status="500",path="/{n}"}} 1\n' for n in range(2_001)
    )
    message = (
        "'http_requests_total' has 2001 series, 2001 values of 'path' alone; bound "
        "what a label can hold"
    )
    assert judge(page, *read_by(ERRORS)) == [
        said("cardinality", 1, message, Severity.WARNING)
    ]


def test_what_cannot_be_read_comes_first() -> None:
    first, second = judge("up 1\nup {", *read_by("up"))
    assert str(first) == (
        f"{URL}:2:1: error: expected a number, found '{{' [contract/unreadable]\n"
        "    Prometheus throws away the whole scrape because of it"
    )
    assert second.message == "expected a line end at the end; the page was cut off"


def test_openmetrics_is_judged_alike() -> None:
    page = (
        '# TYPE http_requests counter\nhttp_requests_total{status="500"} 1.0\n# EOF\n'
    )
    assert judge(page, *read_by(ERRORS), is_openmetrics=True) == []
