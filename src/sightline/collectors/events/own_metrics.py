"""What an event source says of itself, beside the metrics that it is declared for."""

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client import core

from sightline.collectors import readings
from sightline.collectors.events import lookups, pipelines

__all__ = ["describe_files", "describe_lists", "describe_pipeline"]

_LIST: Final = ("source", "list")


def describe_pipeline(pipeline: pipelines.Pipeline, read: int) -> Iterator[core.Metric]:
    """Gives how many lines were read and rejected, and what metrics left out."""
    name = pipeline.source.name
    lines = core.CounterMetricFamily(
        "sightline_events_read", "Lines that could be read.", labels=("source",)
    )
    lines.add_metric((name,), read)
    rejected = core.CounterMetricFamily(
        "sightline_events_rejected",
        "Lines that could not be read, by reason.",
        labels=("source", "reason"),
    )
    for reason, count in pipeline.rejected.counts().items():
        rejected.add_metric((name, reason.value), count)
    incomplete = core.CounterMetricFamily(
        "sightline_events_incomplete",
        "Events that a metric left out, because a field was missing or no number.",
        labels=("source", "metric"),
    )
    for metric, count in pipeline.incomplete():
        incomplete.add_metric((name, metric), count)
    yield from (lines, rejected, incomplete)


def describe_files(
    source: str, *, truncations: int, unreadable: int
) -> Iterator[core.Metric]:
    """Gives what became of the files."""
    truncated = core.CounterMetricFamily(
        "sightline_events_truncations", "Files cut off.", labels=("source",)
    )
    truncated.add_metric((source,), truncations)
    yield truncated
    yield readings.gauge(
        "sightline_events_unreadable_files",
        "Files that match the pattern and cannot be read now.",
        ("source",),
        [((source,), unreadable)],
    )


def describe_lists(
    source: str, found: Mapping[str, lookups.Health]
) -> Iterator[core.Metric]:
    """Gives how every list of networks is doing, the countries among them."""
    yield readings.gauge(
        "sightline_events_list_up",
        "Whether the list's present version is in use; else the last good one is.",
        _LIST,
        [((source, name), not health.problem) for name, health in found.items()],
    )
    yield readings.gauge(
        "sightline_events_list_entries",
        "Networks in the list.",
        _LIST,
        [((source, name), health.entries) for name, health in found.items()],
    )
    yield readings.gauge(
        "sightline_events_list_changed_timestamp_seconds",
        "When the version in use was written.",
        _LIST,
        [
            ((source, name), health.changed)
            for name, health in found.items()
            if health.changed is not None
        ],
    )
