import pytest

from sightline.model import units
from sightline.promql import parsing, refusals, windows


@pytest.mark.parametrize(
    ("expr", "lookback"),
    [
        ("up", "0s"),
        ("1", "0s"),
        ("time()", "0s"),
        ("rate(x[5m])", "5m"),
        ("rate(x[5m] offset 1h)", "1h5m"),
        ("x offset 7d", "7d"),
        ("x offset -1h", "0s"),
        ("sum by (a) (rate(x[5m])) / -(rate(y[30m]))", "30m"),
        ("max_over_time(rate(x[5m])[30d:1m] offset 1d)", "31d5m"),
        ("clamp_max(rate(x[1m]), scalar(rate(y[2m])))", "2m"),
    ],
)
def test_lookback_is_that_of_the_oldest_sample(expr: str, lookback: str) -> None:
    assert windows.longest_lookback(expr) == units.Duration.parse(lookback)


def test_text_that_is_no_promql_is_refused() -> None:
    with pytest.raises(refusals.InvalidExpression):
        windows.longest_lookback("rate(")


@pytest.mark.parametrize(
    ("expr", "offset"),
    [
        ("rate(x[5m])", "0s"),
        ("x / (x offset 1w)", "7d"),
        ("max_over_time(rate(x[5m] offset 1h)[30d:1m] offset 1d)", "1d1h"),
    ],
)
def test_offset_counts_no_ranges(expr: str, offset: str) -> None:
    assert windows.longest_offset(expr) == units.Duration.parse(offset)


def test_each_selector_says_what_it_reads() -> None:
    text = "rate(x[5m] offset 1h) / y + max_over_time(rate(z[2m])[1d:10m] offset 1w)"
    found = [
        (
            reading.selector.name,
            reading.range_seconds,
            reading.offset_seconds,
            reading.lookback_seconds,
            reading.step_seconds,
        )
        for reading in windows.readings(parsing.parse(text))
    ]
    assert found == [
        ("x", 300.0, 3_600.0, 3_900.0, None),
        ("y", None, 0.0, 0.0, None),
        ("z", 120.0, 604_800.0, 691_320.0, 600.0),
    ]
