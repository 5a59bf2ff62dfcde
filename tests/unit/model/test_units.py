"""Quantities are read as people write them and held in base units."""

import pytest

from sightline.model import units


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0", 0),
        ("250ms", 250),
        ("30s", 30_000),
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        ("30d", 2_592_000_000),
        ("1w", 604_800_000),
        ("1y", 31_536_000_000),
        ("1m30s500ms", 90_500),
    ],
)
def test_duration_reads_prometheus_notation(text: str, milliseconds: int) -> None:
    assert units.Duration.parse(text) == units.Duration(milliseconds)


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "1.5h", "5M", "3m5h"])
def test_duration_refuses_what_prometheus_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        units.Duration.parse(text)


def test_duration_is_never_negative() -> None:
    with pytest.raises(ValueError, match="not negative: -1 ms"):
        units.Duration(-1)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0s"), (1, "1ms"), (90_000, "1m30s"), (604_800_000, "7d"), (86_400_000, "1d")],
)
def test_duration_is_written_shortest(milliseconds: int, text: str) -> None:
    assert str(units.Duration(milliseconds)) == text


@pytest.mark.parametrize(
    ("text", "unit", "quantity"),
    [
        ("5%", units.Unit.RATIO, 0.05),
        ("4.9%", units.Unit.RATIO, 0.049),
        ("0.8", units.Unit.RATIO, 0.8),
        ("100%", units.Unit.RATIO, 1.0),
        ("500ms", units.Unit.SECONDS, 0.5),
        ("1", units.Unit.SECONDS, 1.0),
        ("30d", units.Unit.SECONDS, 2_592_000.0),
        ("2GiB", units.Unit.BYTES, 2_147_483_648.0),
        ("1.5 MB", units.Unit.BYTES, 1_500_000.0),
        ("1000", units.Unit.COUNT, 1_000.0),
        ("-3", units.Unit.SCORE, -3.0),
    ],
)
def test_quantity_is_read_in_the_base_unit(
    text: str, unit: units.Unit, quantity: float
) -> None:
    assert units.parse_quantity(text, unit) == quantity


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("5", units.Unit.RATIO, "a ratio lies between 0 and 1: '5'"),
        ("150%", units.Unit.RATIO, "a ratio lies between 0 and 1: '150%'"),
        ("five", units.Unit.RATIO, "not a ratio: 'five'"),
        ("5%", units.Unit.COUNT, "not a number: '5%'"),
        ("1GiB", units.Unit.SECONDS, "not a duration: '1GiB'"),
        ("2XB", units.Unit.BYTES, "not a size: '2XB'"),
    ],
)
def test_quantity_of_another_unit_is_refused(
    text: str, unit: units.Unit, message: str
) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the text is asserted whole
        units.parse_quantity(text, unit)
    assert str(refusal.value) == message
