"""A metrics page is read to its end, whatever is in it."""

import prometheus_client
from hypothesis import given
from hypothesis import strategies as st

from sightline.formats import expositions

LINES = st.sampled_from(
    [
        "up 1",
        'up{a="b"} 1 2',
        'up{a="\\"}"} NaN # {trace_id="x"} 1',
        "# TYPE up gauge",
        "# HELP up Is it?",
        "# EOF",
        "up{",
        'up{a="b} 1',
        "up{a=} 1",
        "{} 1",
        "up one",
        "",
        " ",
        "\r",
        "\x85up 1",
        "🙂 1",
    ]
)


@given(
    lines=st.lists(LINES | st.text(max_size=40), max_size=12),
    is_openmetrics=st.booleans(),
)
def test_reading_never_fails_and_names_lines_that_exist(
    lines: list[str], *, is_openmetrics: bool
) -> None:
    text = "\n".join(lines)
    page = expositions.read(text, {"up"}, is_openmetrics=is_openmetrics)
    count = text.count("\n") + 1
    assert all(1 <= problem.line <= count for problem in page.problems)
    assert all(1 <= samples.line <= count for samples in page.samples.values())


@given(st.dictionaries(st.sampled_from("abc"), st.text(max_size=20), min_size=1))
def test_labels_are_read_as_prometheus_client_writes_them(
    labels: dict[str, str],
) -> None:
    registry = prometheus_client.CollectorRegistry()
    names = sorted(labels)
    gauge = prometheus_client.Gauge("up", "Is it?", names, registry=registry)
    gauge.labels(**labels).set(1)
    text = prometheus_client.generate_latest(registry).decode()
    page = expositions.read(text, {"up"})
    assert page.problems == []
    assert [series.labels for series in page.samples["up"].series] == [labels]
