import pytest

from sightline.compilers import quantities
from sightline.model import signals, units
from support import builders


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (0.05, units.Unit.RATIO, "5%"),
        (0.07, units.Unit.RATIO, "7%"),
        (0.0005, units.Unit.RATIO, "0.05%"),
        (0.5, units.Unit.SECONDS, "500ms"),
        (5400.0, units.Unit.SECONDS, "1h30m"),
        (0.0, units.Unit.SECONDS, "0s"),
        (0.0002, units.Unit.SECONDS, "0.0002s"),
        (2147483648.0, units.Unit.BYTES, "2GiB"),
        (1536.0, units.Unit.BYTES_PER_SECOND, "1.5KiB/s"),
        (12.0, units.Unit.BYTES, "12B"),
        (1000.0, units.Unit.COUNT, "1000"),
        (50.0, units.Unit.PER_MINUTE, "50/min"),
        (0.5, units.Unit.REQUESTS_PER_SECOND, "0.5 requests/s"),
    ],
)
def test_quantities_are_written_in_peoples_units(
    number: float, unit: units.Unit, text: str
) -> None:
    assert quantities.write_quantity(number, unit) == text


@pytest.mark.parametrize("unit", list(units.Unit))
def test_every_unit_has_a_value_template_and_a_text(unit: units.Unit) -> None:
    assert "$value" in quantities.render_value(unit)
    assert quantities.write_quantity(1.0, unit)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (builders.level(above=0.05), "above 5%"),
        (builders.level(below=0.7), "below 70%"),
        (builders.level(above=0.1, below=0.2), "between 10% and 20%"),
        (builders.level(), ""),
    ],
)
def test_conditions_are_said_in_words(level: signals.Level, words: str) -> None:
    assert quantities.describe_condition(level, units.Unit.RATIO, None) == words


def test_a_threshold_per_service_is_named_until_the_service_is_known() -> None:
    level = builders.level(below=signals.ReplicaCount.EXPECTED)
    unit = units.Unit.COUNT
    assert (
        quantities.describe_condition(level, unit, None)
        == "below the expected replicas"
    )
    assert quantities.describe_condition(level, unit, 3) == "below 3"
