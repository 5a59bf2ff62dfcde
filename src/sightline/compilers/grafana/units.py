"""How Grafana shows each unit, and by what its numbers are multiplied first."""

from dataclasses import dataclass

from sightline.model import units

__all__ = ["Presentation", "present"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """A unit of Grafana.

    Attributes:
        unit: Grafana's id of the unit.
        factor: from our base unit to what Grafana expects.
    """

    unit: str
    factor: float = 1


_PRESENTATIONS = {
    units.Unit.RATIO: Presentation(unit="percentunit"),
    units.Unit.SECONDS: Presentation(unit="s"),
    units.Unit.BYTES: Presentation(unit="bytes"),
    units.Unit.COUNT: Presentation(unit="short"),
    units.Unit.PER_SECOND: Presentation(unit="cps"),
    units.Unit.PER_MINUTE: Presentation(unit="cpm"),
    units.Unit.REQUESTS_PER_SECOND: Presentation(unit="reqps"),
    units.Unit.BYTES_PER_SECOND: Presentation(unit="binBps"),
    units.Unit.BOOLEAN: Presentation(unit="bool_yes_no"),
    units.Unit.TIMESTAMP: Presentation(unit="dateTimeFromNow", factor=1000),
    units.Unit.SCORE: Presentation(unit="none"),
    # Which currency is a label of the series; a sign here would be wrong for most.
    units.Unit.CURRENCY: Presentation(unit="short"),
}


def present(unit: units.Unit) -> Presentation:
    """Gives Grafana's form of one of our units."""
    return _PRESENTATIONS[unit]
