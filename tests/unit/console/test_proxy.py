from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from unit.console import conftest

PREFIX = "/api/prometheus/api/v1"


def test_a_question_is_passed_on_as_it_is(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    upstream.answers["/api/v1/query"] = httpx.Response(200, json={"status": "success"})
    answer = console.post(f"{PREFIX}/query", data={"query": 'up{a="b"}'})
    assert answer.json() == {"status": "success"}
    assert upstream.asked == [
        ("POST", "http://prometheus.test/api/v1/query", b"query=up%7Ba%3D%22b%22%7D")
    ]


def test_an_error_of_prometheus_keeps_its_status_and_words(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    refusal = {"status": "error", "error": "parse error"}
    upstream.answers["/api/v1/query"] = httpx.Response(400, json=refusal)
    answer = console.get(f"{PREFIX}/query?query=sum(")
    assert (answer.status_code, answer.json()) == (400, refusal)


@pytest.mark.parametrize(
    "path",
    [
        "admin/tsdb/delete_series",
        "status/config",
        "write",
        "query/../admin/tsdb/snapshot",
        "label/../../-/reload/values",
        "Query",
        "",
    ],
)
def test_what_is_not_on_the_list_never_leaves(
    console: "conftest.Console", upstream: "conftest.Upstream", path: str
) -> None:
    answer = console.post(f"{PREFIX}/{path}")
    assert answer.status_code in {403, 404}
    assert upstream.asked == []


def test_other_methods_are_refused(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    assert console.request("DELETE", f"{PREFIX}/query").status_code == 405
    assert console.post(f"{PREFIX}/rules").status_code == 405
    assert upstream.asked == []


def test_silence_of_prometheus_is_said_and_counted(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    upstream.answers["/api/v1/query"] = httpx.ReadTimeout("slow")
    answer = console.post(f"{PREFIX}/query", data={"query": "up"})
    assert answer.status_code == 502
    assert answer.json()["error"] == (
        "Prometheus did not answer in time. The query was not run."
    )
    exposition = console.get("/metrics").text
    assert 'console_upstream_failures_total{server="Prometheus"} 1.0' in exposition
    assert 'route="/api/prometheus/api/v1/{path:path}",status="502"} 1.0' in exposition


def test_a_question_that_is_too_long_is_refused(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    answer = console.post(f"{PREFIX}/query", data={"query": "x" * 300_000})
    assert answer.status_code == 413
    assert upstream.asked == []
