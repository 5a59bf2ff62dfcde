"""Event sources and pipelines for tests, with as little said as possible."""

from collections.abc import Iterable, Mapping

from prometheus_client import core

from sightline.collectors.events import lookups, pipelines, pseudonyms, series
from sightline.model import collecting, events, spans, units

__all__ = [
    "NOW",
    "duration",
    "label",
    "login_failures",
    "numbers_of",
    "open_pipeline",
    "source",
    "words",
]

NOW = 1_795_485_600.0
"""2026-11-24T02:00:00Z."""
_PACE = collecting.Pace(
    interval=units.Duration.of_seconds(1),
    timeout=units.Duration.of_seconds(1),
    expires_after=units.Duration.of_seconds(60),
)


def duration(text: str) -> units.Duration:
    return units.Duration.parse(text)


def words(known: lookups.Lookups | None = None) -> series.Vocabulary:
    return series.Vocabulary(
        known or lookups.Lookups(list, None), pseudonyms.Pseudonyms(b"sixteen bytes ok")
    )


def source(
    *metrics: events.Metric,
    line_format: events.Format | None = None,
    time: str | None = None,
) -> events.EventSource:
    return events.EventSource(
        name="logins",
        pace=_PACE,
        environments=(),
        span=spans.Span(file="events.yaml"),
        connection="login-log",
        format=line_format or events.JsonLines(),
        metrics=metrics,
        time=time,
    )


def label(name: str, field: str = "", **more: object) -> events.Label:
    return events.Label(name=name, field=field or name, **more)  # type: ignore[arg-type]  # as the model has them


def login_failures(**more: object) -> events.Counter:
    return events.Counter(
        name="auth_login_failed_total",
        help="Logins that failed.",
        labels=(label("reason"),),
        where=(events.Condition(field="event", values=("login_failed",)),),
        **more,  # type: ignore[arg-type]  # as the model has them
    )


def open_pipeline(
    *metrics: events.Metric,
    line_format: events.Format | None = None,
    time: str | None = None,
    known: lookups.Lookups | None = None,
) -> pipelines.Pipeline:
    return pipelines.Pipeline(
        source(*metrics, line_format=line_format, time=time), words(known)
    )


def numbers_of(
    families: Iterable[core.Metric], name: str
) -> Mapping[tuple[str, ...], float]:
    """Gives the samples of a name by their label values."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }
