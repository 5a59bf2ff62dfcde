import pytest

from sightline.promql import (
    ast,
    catalogue,
    facts,
    inference,
    intervals,
    labelsets,
    naming,
    origins,
    parsing,
)

Kind = catalogue.Kind
Outcome = intervals.Outcome
Presence = facts.Presence


def metric(
    name: str,
    kind: Kind = Kind.COUNTER,
    bounds: intervals.Interval | None = None,
    **labels: str,
) -> catalogue.Metric:
    """Gives a metric; a label's values are words, none for any."""
    return naming.describe(
        name,
        kind,
        labelsets.LabelSet(
            {
                label: labelsets.Label.of(*texts.split()) if texts else labelsets.ANY
                for label, texts in labels.items()
            }
        ),
        source=catalogue.Source.SPEC,
        origin="signals/http.yaml",
        bounds=bounds,
    )


ALL = "rate(requests_total[5m])"
ERRORS = "rate(requests_total{status='500'}[5m])"
KNOWN = catalogue.Catalogue.of(
    [
        metric("requests_total", service="", status="200 404 500"),
        metric("up", Kind.GAUGE, intervals.TRUTH, job="", instance=""),
        metric("latency_seconds_bucket", Kind.BUCKET, service="", le="0.5 1 10 +Inf"),
        metric("latency_seconds_sum", service=""),
        metric("latency_seconds_count", service=""),
        metric("hits_total", instance=""),
        metric("misses_total", instance=""),
        metric("used_bytes", Kind.GAUGE, container="", pod=""),
        metric("limit_bytes", Kind.GAUGE, container=""),
        metric("connections", Kind.GAUGE, datname="", state=""),
        metric("connections_max", Kind.GAUGE, server=""),
        metric("build_info", Kind.INFO, job="", version=""),
        metric("idle_seconds", Kind.QUANTILE, quantile="0.5 0.9"),
        metric("payload_bytes", Kind.NATIVE_HISTOGRAM, service=""),
    ]
)


def infer(text: str) -> inference.Inference:
    return inference.infer(parsing.parse(text), KNOWN)


def vector(text: str) -> facts.Vector:
    found = infer(text)
    return found.vector(found.tree)


def outcome(text: str) -> Outcome:
    found = infer(text)
    node = found.tree
    assert isinstance(node, ast.Binary)
    comparison = found.comparison(node)
    assert comparison is not None
    return comparison.outcome


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("requests_total", "__name__ service status"),
        ("rate(requests_total[5m])", "service status"),
        ("sum(requests_total)", ""),
        ("sum by (service, nowhere) (requests_total)", "service"),
        ("sum without (status) (requests_total)", "service"),
        ("topk(1, requests_total)", "__name__ service status"),
        ('count_values("count", up)', "count"),
        ("used_bytes / on (container) group_left limit_bytes", "container pod"),
        (
            "used_bytes > on (container) group_left () limit_bytes",
            "__name__ container pod",
        ),
        ("up * on (job) group_left (version) build_info", "instance job version"),
        ("build_info * on (job) group_right (version) up", "instance job version"),
        ("sum by (job) (up) / on (job) count by (job) (up)", "job"),
        ("up / ignoring (instance) up", "job"),
        ("up and on (job) build_info", "__name__ instance job"),
        ("up unless build_info", "__name__ instance job"),
        ("up > 0", "__name__ instance job"),
        ("up > bool 0", "instance job"),
        ("-up", "instance job"),
        ('absent(up{job="api", instance=~"a.*"})', "job"),
        ("absent(sum(up))", ""),
        (
            'label_replace(up, "node", "$1", "instance", "(.*)")',
            "__name__ instance job node",
        ),
        (
            'label_join(up, "both", "-", "job", "instance")',
            "__name__ both instance job",
        ),
        ("histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))", "service"),
        ("max_over_time(up[1h])", "instance job"),
        ("last_over_time(up[1h])", "__name__ instance job"),
        ("avg_over_time(sum by (job) (up)[1h:1m])", "job"),
        ("clamp_min(up, 1)", "instance job"),
        ("vector(1)", ""),
        ("hour()", ""),
    ],
)
def test_labels_are_those_that_the_engine_gives(text: str, labels: str) -> None:
    found = vector(text).labels
    assert (sorted(found.certain), found.is_closed) == (labels.split(), True)
    assert found.possible == found.certain


def test_labels_of_either_side_may_be_there() -> None:
    found = vector("sum by (service) (requests_total) or vector(0)")
    assert found.labels["service"] == labelsets.MAYBE
    assert found.presence is Presence.ALWAYS


def test_a_label_made_of_known_values_has_known_values() -> None:
    text = 'label_replace(requests_total, "class", "${1}xx", "status", "(.)..")'
    assert vector(text).labels["class"] == labelsets.Label.of("2xx", "4xx", "5xx")


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("up", "[0, 1]"),
        ("rate(requests_total[5m])", "[0, ∞)"),
        ("delta(used_bytes[5m])", "(-∞, ∞)"),
        (
            f"sum({ERRORS}) / sum({ALL})",
            "[0, 1] or NaN",
        ),
        (
            f"sum({ERRORS}) / sum(rate(requests_total[1m]))",
            "[0, ∞) or +Inf or NaN",
        ),
        (
            f"sum({ALL}) / sum({ERRORS})",
            "[0, ∞) or +Inf or NaN",
        ),
        (
            "rate(hits_total[5m]) / (rate(hits_total[5m]) + rate(misses_total[5m]))",
            "[0, 1] or NaN",
        ),
        (
            (
                "sum(rate(latency_seconds_bucket{le='1'}[5m]))"
                " / sum(rate(latency_seconds_count[5m]))"
            ),
            "[0, 1] or NaN",
        ),
        ("count(up == 0) / count(up)", "[0, 1]"),
        ("(1 - avg(up)) * 100", "[0, 100]"),
        (
            "histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m])))",
            "[0, 10] or NaN",
        ),
        ("histogram_quantile(1.5, latency_seconds_bucket)", "+Inf or NaN"),
        ("used_bytes / limit_bytes", "[0, ∞) or +Inf or NaN"),
        ("used_bytes / (limit_bytes > 0)", "[0, ∞) or +Inf or NaN"),
        ("1 / (1 + up)", "[0.5, 1]"),
        ("count(requests_total) by (service)", "[1, 3]"),
        ("time() - build_info", "[-1, ∞)"),
        ("sqrt(used_bytes - 5)", "[0, ∞) or NaN"),
        ("clamp(used_bytes, 2, 7)", "[2, 7]"),
        ("idle_seconds", "(-∞, ∞) or NaN"),
        ("stddev(up)", "[0, 0.5]"),
        ("up % 2", "[0, 1]"),
        ("up ^ 2", "[0, 1]"),
    ],
)
def test_values_lie_in_the_interval(text: str, interval: str) -> None:
    assert str(vector(text).interval) == interval


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up > 1", Outcome.NEVER),
        ("up >= 0", Outcome.ALWAYS),
        ("up == 2", Outcome.NEVER),
        ("up == 0", Outcome.SOMETIMES),
        (
            (
                "sum(rate(requests_total{status='500'}[5m]))"
                " / sum(rate(requests_total[5m])) > 5"
            ),
            Outcome.NEVER,
        ),
        (
            (
                "sum(rate(requests_total{status='500'}[5m]))"
                " / sum(rate(requests_total[5m])) > 0.05"
            ),
            Outcome.SOMETIMES,
        ),
        (
            "histogram_quantile(0.9, rate(latency_seconds_bucket[5m])) > 15",
            Outcome.NEVER,
        ),
        ("count(up) < 1", Outcome.NEVER),
        ("rate(requests_total[5m]) < 0", Outcome.NEVER),
        ("5 < up", Outcome.NEVER),
        ("idle_seconds != idle_seconds", Outcome.SOMETIMES),
    ],
)
def test_a_condition_that_cannot_hold_or_always_does_is_seen(
    text: str, expected: Outcome
) -> None:
    assert outcome(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up > 1", Presence.NEVER),
        ("requests_total{status='999'}", Presence.NEVER),
        ("requests_total{status!~'.*'}", Presence.NEVER),
        ("requests_total{nowhere='x'}", Presence.NEVER),
        ("requests_total{nowhere=''}", Presence.SOMETIMES),
        ("connections / connections_max", Presence.NEVER),
        ("up and connections", Presence.NEVER),
        ("up or vector(0)", Presence.ALWAYS),
        ("absent(vector(1))", Presence.NEVER),
        ("up unless on () vector(1)", Presence.NEVER),
        (
            "histogram_quantile(0.9, sum by (service) (latency_seconds_bucket))",
            Presence.NEVER,
        ),
        (
            "histogram_quantile(0.9, sum by (service) (payload_bytes))",
            Presence.SOMETIMES,
        ),
        ("histogram_count(up)", Presence.NEVER),
        ("topk(3, vector(1))", Presence.ALWAYS),
        ("unheard_of > 5", Presence.SOMETIMES),
    ],
)
def test_emptiness_is_foreseen(text: str, expected: Presence) -> None:
    assert vector(text).presence is expected


def test_a_join_says_which_labels_stand_against_it() -> None:
    found = infer("connections / connections_max")
    node = found.tree
    assert isinstance(node, ast.Binary)
    assert found.join(node) == facts.Join(
        labels=None, blockers=("datname", "server", "state")
    )


def test_a_join_says_what_could_make_it_fail() -> None:
    found = infer("used_bytes / on (container) limit_bytes")
    node = found.tree
    assert isinstance(node, ast.Binary)
    assert found.join(node) == facts.Join(labels=("container",), ambiguous=("pod",))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("used_bytes", "bytes"),
        ("rate(used_bytes[5m])", "bytes per second"),
        ("requests_total", "count"),
        ("rate(requests_total[5m])", "per second"),
        ("rate(requests_total[5m]) * 60", "per minute"),
        ("used_bytes / limit_bytes", "count"),
        ("used_bytes / limit_bytes * 100", "percent"),
        ("histogram_quantile(0.9, latency_seconds_bucket) * 1000", "milliseconds"),
        ("rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m])", "seconds"),
        ("used_bytes > 5", "bytes"),
        ("used_bytes * 0.9", "bytes"),
        ("stdvar(used_bytes)", "bytes^2"),
        ("count(used_bytes)", "count"),
        ("time() - timestamp(up)", "seconds"),
    ],
)
def test_units_follow_the_operators(text: str, unit: str) -> None:
    assert str(vector(text).unit) == unit


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("requests_total", Kind.COUNTER),
        ("sum by (service) (requests_total)", Kind.COUNTER),
        ("requests_total > 5", Kind.COUNTER),
        ("rate(requests_total[5m])", Kind.GAUGE),
        ("count(requests_total)", Kind.GAUGE),
        ("rate(payload_bytes[5m])", Kind.NATIVE_HISTOGRAM),
        ("histogram_sum(rate(payload_bytes[5m]))", Kind.GAUGE),
    ],
)
def test_a_counter_is_one_until_its_rate_is_taken(text: str, kind: Kind) -> None:
    assert vector(text).kind is kind


def test_an_unknown_metric_is_not_judged_but_its_aggregation_is() -> None:
    found = infer("sum by (service) (unheard_of{a='b'}) > 5 and up")
    fact = found.vector(found.tree)
    assert fact.unknown == {"unheard_of"}
    assert [node.name for node in found.unknown] == ["unheard_of"]
    assert not fact.labels["job"].is_certain
    assert fact.labels["pod"] == labelsets.ABSENT


def test_a_matcher_that_excludes_everything_is_named() -> None:
    found = infer("requests_total{status=~'5..|999', status='700', service='a'}")
    node = found.tree
    assert isinstance(node, ast.VectorSelector)
    assert [one.pattern for one in found.impossible_matchers(node)] == ["700"]


def test_a_variable_of_a_dashboard_excludes_nothing() -> None:
    tree = parsing.parse("requests_total{status='$status'}", {})
    found = inference.infer(tree, KNOWN)
    assert found.vector(tree).presence is Presence.SOMETIMES


def test_the_bound_of_a_bucket_is_compared_as_a_number() -> None:
    assert vector("latency_seconds_bucket{le='1.0'}").presence is Presence.SOMETIMES
    assert vector("latency_seconds_bucket{le='0.8'}").presence is Presence.NEVER


@pytest.mark.parametrize(
    ("text", "label", "place", "reason"),
    [
        (
            "sum by (job) (up) == 0",
            "instance",
            "sum by (job) (up)",
            "`sum by (job)` does not keep it",
        ),
        (
            "avg without (instance) (up)",
            "instance",
            "avg without (instance) (up)",
            "`avg without (instance)` takes it away",
        ),
        (
            "max(sum by (job) (up)) > 1",
            "job",
            "max(sum by (job) (up))",
            "`max` keeps no label",
        ),
        (
            "sum by (service) (up) > 0",
            "service",
            "up",
            "`up` has no such label (source: signals/http.yaml)",
        ),
        (
            "up / on (job) build_info",
            "instance",
            "up / on (job) build_info",
            "`on (job)` decides which labels are left",
        ),
        ("absent(up)", "job", "absent(up)", "`absent` gives no label job"),
        ("up and on (job) build_info", "job", None, None),
    ],
)
def test_a_missing_label_has_a_reason_with_a_place(
    text: str, label: str, place: str | None, reason: str | None
) -> None:
    loss = origins.explain_absence(infer(text), label)
    if loss is None:
        assert reason is None
        return
    assert text[loss.span.start : loss.span.end] == place
    assert loss.reason == reason


def test_only_nodes_of_the_tree_have_facts() -> None:
    found = infer("up")
    with pytest.raises(KeyError):
        found.at(parsing.parse("up"))


def test_a_number_gives_no_series() -> None:
    found = infer("1 + 1")
    with pytest.raises(TypeError, match="gives no series"):
        found.vector(found.tree)
