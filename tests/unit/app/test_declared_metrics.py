from pathlib import Path

import pytest

from sightline.app.checking import metrics
from sightline.promql import bundled, catalogue, inference, labelsets, parsing
from sightline.spec import loading

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def known() -> catalogue.Catalogue:
    declared = loading.require(ROOT)
    return metrics.declared_metrics(declared)


@pytest.mark.parametrize(
    ("name", "kind", "label"),
    [
        ("http_requests_total", catalogue.Kind.COUNTER, "status"),
        (
            "skillancer_revenue_month_to_date_minor_units",
            catalogue.Kind.GAUGE,
            "currency",
        ),
        ("auth_login_failed_total", catalogue.Kind.COUNTER, "service"),
        ("cdn_request_duration_seconds_bucket", catalogue.Kind.BUCKET, "le"),
    ],
)
def test_the_spec_says_which_metrics_there_are(
    known: catalogue.Catalogue, name: str, kind: catalogue.Kind, label: str
) -> None:
    metric = known.find(name)
    assert metric is not None
    assert (metric.kind, metric.source) == (kind, catalogue.Source.SPEC)
    assert label in metric.labels.possible
    assert metric.labels["team"] == labelsets.ANY


def test_a_latency_beyond_the_last_bucket_is_seen(known: catalogue.Catalogue) -> None:
    tree = parsing.parse(
        "histogram_quantile(0.95, sum by (le)"
        " (rate(http_request_duration_seconds_bucket[5m])))"
    )
    found = inference.infer(tree, known | bundled.load_catalogue())
    assert str(found.vector(tree).interval) == "[0, 10] or NaN"
