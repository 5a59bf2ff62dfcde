import re
from pathlib import Path

import pytest

from sightline.promql import (
    bundled,
    catalogue,
    exposition,
    inference,
    labelsets,
    metrics_page,
    parsing,
    recording,
)

ROOT = Path(__file__).parents[3]
Kind = catalogue.Kind

PAGE = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",method="get"} 1027
http_requests_total{code="400"} 3
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="+Inf"} 2
latency_seconds_sum 0.5
latency_seconds_count 2
# TYPE pause_seconds summary
pause_seconds{quantile="0.5"} NaN
pause_seconds_sum 0
pause_seconds_count 0
# TYPE heap_bytes gauge
heap_bytes 12
# TYPE app_build_info gauge
app_build_info{version="1"} 1
whatever 5
"""


def read(text: str) -> catalogue.Catalogue:
    return exposition.read_exposition(text, origin="app.prom")


def test_a_scrape_says_what_is_there() -> None:
    found = {
        metric.name: (metric.kind, str(metric.bounds), str(metric.unit))
        for metric in read(PAGE)
    }
    assert found == {
        "http_requests_total": (Kind.COUNTER, "[0, ∞)", "count"),
        "latency_seconds_bucket": (Kind.BUCKET, "[0, ∞)", "count"),
        "latency_seconds_sum": (Kind.COUNTER, "[0, ∞)", "seconds"),
        "latency_seconds_count": (Kind.COUNTER, "[0, ∞)", "count"),
        "pause_seconds": (Kind.QUANTILE, "(-∞, ∞) or NaN", "seconds"),
        "pause_seconds_sum": (Kind.COUNTER, "[0, ∞)", "seconds"),
        "pause_seconds_count": (Kind.COUNTER, "[0, ∞)", "count"),
        "heap_bytes": (Kind.GAUGE, "[0, ∞)", "bytes"),
        "app_build_info": (Kind.INFO, "[1, 1]", "count"),
        "whatever": (Kind.UNKNOWN, "(-∞, ∞) or +Inf or -Inf or NaN", "None"),
    }


def test_a_scrape_does_not_show_every_value_of_a_label() -> None:
    metric = read(PAGE).find("http_requests_total")
    assert metric is not None
    assert metric.labels == labelsets.LabelSet(
        {
            "code": labelsets.ANY,
            "method": labelsets.MAYBE,
            "instance": labelsets.ANY,
            "job": labelsets.ANY,
        }
    )
    assert (metric.source, metric.origin) == (catalogue.Source.SCRAPE, "app.prom")


def test_a_scrape_shows_every_bucket() -> None:
    metric = read(PAGE).find("latency_seconds_bucket")
    assert metric is not None
    assert metric.buckets == (0.1, float("inf"))


def test_a_counter_keeps_its_name_whatever_it_ends_with() -> None:
    metric = read("# TYPE xact_commit counter\nxact_commit 1\n").find("xact_commit")
    assert metric is not None
    assert metric.kind is Kind.COUNTER


def test_labels_may_hold_everything_that_is_escaped() -> None:
    page = metrics_page.read_page(
        r'a{x="1}, \"2\"\n\\",y = "é" ,} 1 1700000000000', origin="a"
    )
    assert page.series == {"a": [{"x": '1}, "2"\n\\', "y": "é"}]}


@pytest.mark.parametrize("line", ["a{b 1", "a", "a b", "{} 1", '{"a": 1}', "<html>"])
def test_a_text_that_is_no_metrics_page_is_refused(line: str) -> None:
    with pytest.raises(metrics_page.InvalidPage) as caught:
        read(f"up 1\n{line}\n")
    assert str(caught.value) == (
        f'app.prom:2: expected a sample such as `up{{job="api"}} 1`, found {line!r}'
    )


def test_a_server_knows_its_series_and_their_types() -> None:
    found = exposition.of_series(
        {
            "x_total": [{"__name__": "x_total", "job": "a"}, {"job": "b", "v": "1"}],
            "lag_seconds_count": [{"job": "a"}],
        },
        types={"x_total": "counter", "lag_seconds": "histogram"},
        origin="http://prometheus.example",
    )
    x, lag = found.find("x_total"), found.find("lag_seconds_count")
    assert x is not None
    assert lag is not None
    assert (x.kind, lag.kind, x.source) == (
        Kind.COUNTER,
        Kind.COUNTER,
        catalogue.Source.LIVE,
    )
    assert x.labels == labelsets.LabelSet({"job": labelsets.ANY, "v": labelsets.MAYBE})


def test_of_two_catalogues_the_left_is_believed() -> None:
    spec, other = read("# TYPE a counter\na 1\n"), read("# TYPE a gauge\na 1\nb 2\n")
    both = spec | other
    found = both.find("a")
    assert (len(both), found is not None and found.kind) == (2, Kind.COUNTER)


def test_well_known_exporters_are_bundled() -> None:
    known = bundled.load_catalogue()
    expected = {
        "node_cpu_seconds_total": Kind.COUNTER,
        "pg_stat_activity_count": Kind.GAUGE,
        "redis_up": Kind.GAUGE,
        "probe_success": Kind.GAUGE,
        "namedprocess_namegroup_num_procs": Kind.GAUGE,
        "prometheus_http_request_duration_seconds_bucket": Kind.BUCKET,
        "alertmanager_notifications_failed_total": Kind.COUNTER,
        "kube_pod_container_status_restarts_total": Kind.COUNTER,
        "container_memory_working_set_bytes": Kind.GAUGE,
        "go_goroutines": Kind.GAUGE,
        "process_open_fds": Kind.GAUGE,
        "ALERTS": Kind.INFO,
        "up": Kind.GAUGE,
    }
    found = {name: known.find(name) for name in expected}
    assert {n: m.kind for n, m in found.items() if m is not None} == expected
    assert len(known) > 1_400
    assert "pg_settings" not in known


def test_our_own_metrics_are_bundled_as_they_are_documented() -> None:
    page = (ROOT / "docs/reference/metrics.md").read_text()
    documented = dict(
        re.findall(r"^\| `((?:sightline|console)_\w+)` \| (\w+) \|", page, re.MULTILINE)
    )
    bundle = (ROOT / "src/sightline/promql/exporters/sightline.txt").read_text()
    kinds = {"natural": "gauge", "boolean": "gauge"}
    bundled_kinds = {
        name: kinds.get(kind, kind)
        for kind, name in re.findall(r"^(\w+) (\w+)", bundle, re.MULTILINE)
    }
    assert bundled_kinds == documented


def test_what_a_scrape_configuration_adds_is_only_known_when_it_is_said() -> None:
    known = bundled.load_catalogue()
    tree = parsing.parse("sum by (service) (redis_up)")

    def label(of: catalogue.Catalogue) -> labelsets.Label:
        found = inference.infer(tree, of)
        return found.vector(tree).labels["service"]

    assert label(known) == labelsets.MAYBE
    assert label(known.close({})) == labelsets.ABSENT
    assert label(known.close({"service": labelsets.ANY})) == labelsets.ANY


@pytest.mark.parametrize("name", bundled.exporters())
def test_every_bundled_exporter_names_itself(name: str) -> None:
    origins = {
        metric.origin
        for metric in bundled.load_catalogue()
        if metric.source is catalogue.Source.BUNDLED
    }
    assert len(origins) == len(bundled.exporters()), name


def record(name: str, expr: str, **labels: str) -> recording.Recording:
    return recording.Recording(
        record=name, tree=parsing.parse(expr), labels=labels, origin="rules.yml:3"
    )


def test_recorded_series_are_known_in_whatever_order_their_rules_stand() -> None:
    known = recording.add_recordings(
        read(PAGE),
        [
            record("b", "a > 0.5", tier="slow"),
            record("a", "sum by (job) (rate(http_requests_total[5m]))"),
        ],
    )
    metric = known.find("b")
    assert metric is not None
    assert metric.labels == labelsets.LabelSet(
        {"job": labelsets.ANY, "tier": labelsets.Label.of("slow")}
    )
    assert str(metric.bounds) == "[0.5, ∞)"
    assert str(metric.unit) == "per second"
    assert (metric.source, metric.origin) == (catalogue.Source.RULE, "rules.yml:3")


def test_rules_for_one_name_are_taken_together() -> None:
    known = recording.add_recordings(
        read(PAGE), [record("a", "vector(1)"), record("a", "vector(2)", x="y")]
    )
    metric = known.find("a")
    assert metric is not None
    assert metric.labels["x"] == labelsets.Label.of("", "y")
    assert str(metric.bounds) == "[1, 2]"


def test_of_what_is_recorded_from_the_unknown_the_labels_are_known() -> None:
    known = recording.add_recordings(
        catalogue.EMPTY, [record("a", "sum by (job) (unheard_of)")]
    )
    metric = known.find("a")
    assert metric is not None
    assert metric.labels == labelsets.LabelSet({"job": labelsets.MAYBE})
    assert str(metric.bounds) == "(-∞, ∞) or +Inf or -Inf or NaN"


def test_what_is_recorded_from_itself_is_unknown() -> None:
    rules = [record("loop", "loop + 1"), record("a", "b"), record("b", "a")]
    assert len(recording.add_recordings(catalogue.EMPTY, rules)) == 0


def test_a_long_chain_of_rules_is_followed_to_its_end() -> None:
    rules = [record(f"r{number + 1}", f"r{number} + 1") for number in range(3_000)]
    known = recording.add_recordings(
        catalogue.EMPTY, [*reversed(rules), record("r0", "vector(0)")]
    )
    metric = known.find("r3000")
    assert metric is not None
    assert str(metric.bounds) == "[3000, 3000]"
