"""Under which names the three HTTP measurements are exposed, and their buckets.

The names and labels of `PROMETHEUS` are a contract: dashboards, alerts and objectives
of a spec read them. `opentelemetry` spells the same measurements as OpenTelemetry's
semantic conventions do, once their names have gone through its Prometheus exporter.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = [
    "PROMETHEUS",
    "SLO_BUCKETS",
    "Dimension",
    "Family",
    "Naming",
    "opentelemetry",
]

SLO_BUCKETS: Final = (
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.2,
    0.3,
    0.5,
    0.8,
    1.0,
    2.0,
    5.0,
    10.0,
)
"""Upper bounds in seconds. Every latency objective and alert threshold of the
reference spec is one of them, so that the share of fast requests is counted, never
interpolated."""

_SERVER_ERROR: Final = 500


class Dimension(enum.Enum):
    """What is known of a request, and may become a label."""

    METHOD = enum.auto()
    ROUTE = enum.auto()
    OPERATION = enum.auto()
    STATUS = enum.auto()
    FAILURE = enum.auto()
    """The status when it is a server's error, else empty, which is no label."""


@dataclass(frozen=True, slots=True)
class Family:
    """One metric family: its name, its help, and where each label comes from.

    Attributes:
        labels: pairs of a label's name and a dimension, or text that never changes.
    """

    name: str
    help: str
    labels: tuple[tuple[str, Dimension | str], ...]

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of the labels, in the order of `label_values`."""
        return tuple(name for name, _ in self.labels)

    @property
    def is_by_status(self) -> bool:
        """Whether each status has a series of its own."""
        return any(source is Dimension.STATUS for _, source in self.labels)

    def label_values(
        self, method: str, route: str, operation: str, status: int = 0
    ) -> tuple[str, ...]:
        """Gives the labels of a request; those that it does not know are unused."""
        known = {
            Dimension.METHOD: method,
            Dimension.ROUTE: route,
            Dimension.OPERATION: operation,
            Dimension.STATUS: str(status),
            Dimension.FAILURE: str(status) if status >= _SERVER_ERROR else "",
        }
        return tuple(
            source if isinstance(source, str) else known[source]
            for _, source in self.labels
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The families of requests, durations and requests in progress.

    Attributes:
        requests: None where the count of the durations, by status, says the same.
    """

    requests: Family | None
    durations: Family
    in_progress: Family

    @property
    def families(self) -> Sequence[Family]:
        """The families that are exposed, in order."""
        always = (self.durations, self.in_progress)
        return always if self.requests is None else (self.requests, *always)


_ROUTE: Final = (
    ("method", Dimension.METHOD),
    ("route", Dimension.ROUTE),
    ("operation", Dimension.OPERATION),
)

PROMETHEUS: Final = Naming(
    requests=Family(
        "http_requests_total",
        "Requests that were answered, or given up, by status.",
        (*_ROUTE, ("status", Dimension.STATUS)),
    ),
    durations=Family(
        "http_request_duration_seconds",
        "Time from the start of a request to its last byte.",
        _ROUTE,
    ),
    in_progress=Family(
        "http_requests_in_progress",
        "Requests that wait for their last byte.",
        (("operation", Dimension.OPERATION),),
    ),
)
"""The names that the specs of sightline read."""


def opentelemetry(*, url_scheme: str = "http") -> Naming:
    """Gives the names of OpenTelemetry's semantic conventions for HTTP servers.

    `http.server.request.duration` and `http.server.active_requests`, as its Prometheus
    exporters spell them, with `operation` as one attribute more. There is no counter:
    the count of the durations has the status. See
    https://opentelemetry.io/docs/specs/semconv/http/http-metrics/.

    Args:
        url_scheme: what clients use; the application itself often stands behind a
            proxy that hides it.
    """
    return Naming(
        requests=None,
        durations=Family(
            "http_server_request_duration_seconds",
            "Duration of HTTP server requests.",
            (
                ("http_request_method", Dimension.METHOD),
                ("http_route", Dimension.ROUTE),
                ("operation", Dimension.OPERATION),
                ("http_response_status_code", Dimension.STATUS),
                ("error_type", Dimension.FAILURE),
                ("url_scheme", url_scheme),
            ),
        ),
        in_progress=Family(
            "http_server_active_requests",
            "Number of active HTTP server requests.",
            (
                ("http_request_method", Dimension.METHOD),
                ("operation", Dimension.OPERATION),
                ("url_scheme", url_scheme),
            ),
        ),
    )
