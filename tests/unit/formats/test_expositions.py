from pathlib import Path

import prometheus_client
import pytest
from prometheus_client import parser

from sightline.formats import expositions

SCRAPES = Path(__file__).parents[3].parent / "shared" / "data" / "scrapes"


def problems(text: str, *, is_openmetrics: bool = False) -> list[tuple[int, str]]:
    page = expositions.read(text, {"up"}, is_openmetrics=is_openmetrics)
    return [(one.line, one.message) for one in page.problems]


def test_samples_are_read_with_the_labels_that_matter() -> None:
    page = expositions.read(
        "# HELP x Anything.\n"
        "# TYPE x counter\n"
        'x{path="/a{b}",quote="\\"\\\\\\n"} 1 1700000000000\n'
        "x 2e3\n"
        'other{a="1"} NaN\n'
        "\n",
        {"x"},
    )
    assert page == expositions.Exposition(
        samples={
            "x": expositions.Samples(
                3,
                2,
                [
                    expositions.Series(3, {"path": "/a{b}", "quote": '"\\\n'}),
                    expositions.Series(4, {}),
                ],
            ),
            "other": expositions.Samples(5, 1, []),
        },
        types={"x": "counter"},
        problems=[],
    )


def test_openmetrics_is_read_with_exemplars_units_and_its_end() -> None:
    text = (
        "# TYPE x counter\n# UNIT x seconds\n"
        'x_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO"} 0.67 1520879606.1\n'
        "# EOF\n"
    )
    page = expositions.read(text, {"x_total"}, is_openmetrics=True)
    assert page.problems == []
    assert page.type_of("x_total") == "counter"
    assert page.samples["x_total"].series == [expositions.Series(3, {"a": "b"})]


def test_names_in_utf8_stand_within_the_braces() -> None:
    page = expositions.read('{"my.metric","the.label"="1"} 3\n', {"my.metric"})
    assert page.problems == []
    assert page.samples["my.metric"].series == [
        expositions.Series(1, {"the.label": "1"})
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up\n", [(1, "expected 'name{labels} number', found 'up'")]),
        ("up one\n", [(1, "expected a number, found 'one'")]),
        ("up 1_000\n", [(1, "expected a number, found '1_000'")]),
        ('up{a="b} 1\n', [(1, "expected 'name{labels} number', found 'up{a=\"b} 1'")]),
        ("up{a=b} 1\n", [(1, "expected labels, found '{a=b}'")]),
        ("{} 1\n", [(1, "expected labels, found '{}'")]),
        ('{a="b"} 1\n', [(1, "expected labels, found '{a=\"b\"}'")]),
        (
            "# TYPE up countr\n",
            [(1, "expected a type such as 'counter', found 'countr'")],
        ),
        (
            "# TYPE up gauge\n# TYPE up gauge\nup 1\n",
            [(2, "a second TYPE line for 'up'")],
        ),
        (
            "up 1\nup",
            [
                (2, "expected 'name{labels} number', found 'up'"),
                (2, "expected a line end at the end; the page was cut off"),
            ],
        ),
        ("", []),
        ("# anything\n# HELP\n", []),
    ],
)
def test_what_prometheus_would_not_read_has_its_line(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert problems(text) == expected


def test_openmetrics_without_its_end_was_cut_off() -> None:
    assert problems("up 1\n", is_openmetrics=True) == [
        (1, "expected the line '# EOF' at the end; the page was cut off")
    ]


def test_ten_problems_are_enough() -> None:
    assert len(problems("?\n" * 500)) == 10


def test_a_long_line_is_shown_in_part() -> None:
    [(_, message)] = problems("x" * 1_000_000 + "\n")
    assert message == f"expected 'name{{labels}} number', found '{'x' * 60}…'"


@pytest.mark.parametrize("path", sorted(SCRAPES.glob("*.prom")), ids=lambda p: p.stem)
def test_every_real_page_is_read_as_prometheus_client_reads_it(path: Path) -> None:
    text = path.read_text()
    families = list(parser.text_string_to_metric_families(text))
    theirs = [sample for family in families for sample in family.samples]
    names = {sample.name for sample in theirs}
    # It writes `_total` behind every counter, also where the page does not.
    page = expositions.read(text, names | {n.removesuffix("_total") for n in names})
    ours = [
        (name.removesuffix("_total"), frozenset(series.labels.items()))
        for name, samples in page.samples.items()
        for series in samples.series
    ]
    assert page.problems == []
    assert sorted(map(repr, ours)) == sorted(
        repr((sample.name.removesuffix("_total"), frozenset(sample.labels.items())))
        for sample in theirs
    )


def test_a_page_of_prometheus_client_is_read() -> None:
    registry = prometheus_client.CollectorRegistry()
    histogram = prometheus_client.Histogram("x", "…", ["a"], registry=registry)
    histogram.labels('"\\\n{').observe(1)
    page = expositions.read(
        prometheus_client.generate_latest(registry).decode(), {"x_bucket"}
    )
    assert page.problems == []
    assert page.type_of("x_bucket") == "histogram"
    assert {one.labels["a"] for one in page.samples["x_bucket"].series} == {'"\\\n{'}
