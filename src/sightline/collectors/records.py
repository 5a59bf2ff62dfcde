"""What is known of how a source does: its own metrics, beside what it measures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import core

from sightline import errors
from sightline.collectors import clocks

__all__ = ["Record", "families_of"]

_UP: Final = "Whether the source's last attempt succeeded."
_LAST_SUCCESS: Final = "When the source last succeeded, in Unix seconds."
_DURATION: Final = "How long the source's last attempt took."
_ROWS: Final = "Rows, keys, lines or objects in the source's last reading."
_ROWS_TOTAL: Final = "Rows, keys, lines or objects that the source has taken in."
_ATTEMPTS: Final = "Attempts to read the source, successful or not."
_ERRORS: Final = "Attempts that failed, by reason."
_EXPIRY: Final = "How old the source's last reading may become before it disappears."


@dataclass(slots=True)
class Record:
    """The history of one source since the process began.

    Attributes:
        kind: what kind of source it is, such as `sql`.
        expires_after_seconds: how old a success may be before it counts for nothing.
        last_error: in words, for people; empty after a success.
    """

    name: str
    kind: str
    expires_after_seconds: float
    clock: clocks.Clock
    is_up: bool = False
    attempts: int = 0
    rows: int = 0
    rows_taken: int = 0
    duration_seconds: float = 0.0
    last_success: float | None = None
    last_error: str = ""
    failures_in_a_row: int = 0
    errors_by_reason: dict[errors.FailureReason, int] = field(
        default_factory=lambda: dict.fromkeys(errors.FailureReason, 0)
    )
    _succeeded_at: float | None = None

    def begin(self) -> None:
        """Writes down that an attempt has begun."""
        self.attempts += 1

    def succeed(self, rows: int, duration_seconds: float = 0.0) -> None:
        """Writes down that so many rows came; a stream does so again and again."""
        self.is_up, self.last_error, self.failures_in_a_row = True, "", 0
        self.rows, self.duration_seconds = rows, duration_seconds
        self.rows_taken += rows
        self.last_success = self.clock.wall()
        self._succeeded_at = self.clock.monotonic()

    def fail(self, error: errors.SourceFailed, duration_seconds: float = 0.0) -> None:
        """Writes down that an attempt gave nothing, or ended."""
        self.is_up, self.last_error = False, str(error)
        self.failures_in_a_row += 1
        self.duration_seconds = duration_seconds
        self.errors_by_reason[error.reason] += 1

    @property
    def has_expired(self) -> bool:
        """Whether the last success is too long ago, or there was none."""
        if self._succeeded_at is None:
            return True
        age = self.clock.monotonic() - self._succeeded_at
        return age > self.expires_after_seconds


def families_of(records: Iterable[Record]) -> Iterator[core.Metric]:
    """Gives the metrics about the sources themselves.

    Every reason is there from the first scrape on, at 0: an increase is seen.
    """
    known = tuple(records)
    labels = ("source", "kind")
    up = core.GaugeMetricFamily("sightline_source_up", _UP, labels=labels)
    success = core.GaugeMetricFamily(
        "sightline_source_last_success_timestamp_seconds", _LAST_SUCCESS, labels=labels
    )
    duration = core.GaugeMetricFamily(
        "sightline_source_duration_seconds", _DURATION, labels=labels
    )
    rows = core.GaugeMetricFamily("sightline_source_rows", _ROWS, labels=labels)
    taken = core.CounterMetricFamily(
        "sightline_source_rows_total", _ROWS_TOTAL, labels=labels
    )
    attempts = core.CounterMetricFamily(
        "sightline_source_attempts_total", _ATTEMPTS, labels=labels
    )
    expiry = core.GaugeMetricFamily(
        "sightline_source_expires_after_seconds", _EXPIRY, labels=labels
    )
    failed = core.CounterMetricFamily(
        "sightline_source_errors_total", _ERRORS, labels=(*labels, "reason")
    )
    for record in known:
        who = (record.name, record.kind)
        up.add_metric(who, record.is_up and not record.has_expired)
        if record.last_success is not None:
            success.add_metric(who, record.last_success)
        duration.add_metric(who, record.duration_seconds)
        rows.add_metric(who, record.rows)
        taken.add_metric(who, record.rows_taken)
        attempts.add_metric(who, record.attempts)
        expiry.add_metric(who, record.expires_after_seconds)
        for reason, count in record.errors_by_reason.items():
            failed.add_metric((*who, reason.value), count)
    yield from (up, success, duration, rows, taken, attempts, expiry, failed)
