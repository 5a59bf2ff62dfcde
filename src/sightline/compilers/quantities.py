"""Numbers as people read them: thresholds in text, values in alert templates."""

from sightline.model import signals, units

__all__ = ["describe_condition", "render_number", "render_value", "write_quantity"]

_BINARY_SIZES = (("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))

_SUFFIXES = {
    units.Unit.COUNT: "",
    units.Unit.BOOLEAN: "",
    units.Unit.SCORE: "",
    units.Unit.TIMESTAMP: "",
    units.Unit.PER_SECOND: "/s",
    units.Unit.PER_MINUTE: "/min",
    units.Unit.REQUESTS_PER_SECOND: " requests/s",
    units.Unit.CURRENCY: "",
}

_VALUE_TEMPLATES = {
    units.Unit.RATIO: "{{ $value | humanizePercentage }}",
    units.Unit.SECONDS: "{{ $value | humanizeDuration }}",
    units.Unit.TIMESTAMP: "{{ $value | humanizeTimestamp }}",
    units.Unit.BYTES: "{{ $value | humanize1024 }}B",
    units.Unit.BYTES_PER_SECOND: "{{ $value | humanize1024 }}B/s",
    units.Unit.BOOLEAN: "{{ if eq $value 0.0 }}no{{ else }}yes{{ end }}",
}


def write_quantity(number: float, unit: units.Unit) -> str:
    """Gives `5%` for 0.05, `500ms` for half a second and `2GiB` for that many bytes."""
    match unit:
        case units.Unit.RATIO:
            # Rounded to undo the binary fraction: 0.07 * 100 is 7.000000000000001.
            return f"{render_number(round(number * 100, 9))}%"
        case units.Unit.SECONDS if number >= 0.001:  # noqa: PLR2004 - a millisecond
            return str(units.Duration.of_seconds(number))
        case units.Unit.SECONDS:
            return f"{render_number(number)}s"
        case units.Unit.BYTES:
            return _write_size(number)
        case units.Unit.BYTES_PER_SECOND:
            return f"{_write_size(number)}/s"
        case _:
            return render_number(number) + _SUFFIXES[unit]


def render_number(number: float) -> str:
    """Gives the shortest text that PromQL reads as exactly `number`."""
    return str(int(number)) if number.is_integer() else repr(number)


def render_value(unit: units.Unit) -> str:
    """Gives the Prometheus template that writes an alert's value for people.

    https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
    """
    return _VALUE_TEMPLATES.get(unit) or "{{ $value | humanize }}" + _SUFFIXES[unit]


def describe_condition(
    level: signals.Level, unit: units.Unit, expected_replicas: int | None
) -> str:
    """Gives the level's condition in words: `above 5%`, `between 0 and 3`, or ``.

    Without `expected_replicas` a threshold that is declared per service is named
    instead of given.
    """
    if unit is units.Unit.BOOLEAN:
        answer = "yes" if level.below is None else "no"
        return f"when the answer is {answer}"
    above = _write_threshold(level.above, unit, expected_replicas)
    below = _write_threshold(level.below, unit, expected_replicas)
    if above and below:
        return f"between {above} and {below}"
    if above:
        return f"above {above}"
    return f"below {below}" if below else ""


def _write_threshold(
    threshold: signals.Threshold | None, unit: units.Unit, replicas: int | None
) -> str:
    if threshold is None:
        return ""
    if isinstance(threshold, signals.ReplicaCount):
        return "the expected replicas" if replicas is None else str(replicas)
    return write_quantity(threshold, unit)


def _write_size(number: float) -> str:
    for suffix, size in _BINARY_SIZES:
        if number >= size:
            return f"{render_number(round(number / size, 3))}{suffix}"
    return f"{render_number(number)}B"
