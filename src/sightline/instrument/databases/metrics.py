"""The metrics of a service's own clients.

`db_query_duration_seconds{query}` and `db_query_failures_total{query}`;
`cache_command_duration_seconds{command}` and `cache_command_failures_total{command}`.
A query is called by its name, `-- name: open_jobs` or `/* name: open_jobs */` before
it, else by its verb: never by its text, which has no bound.
"""

import functools
import re
from collections.abc import Sequence
from typing import Final

import prometheus_client
from prometheus_client import registry

from sightline.instrument import labels
from sightline.model import http_metrics

__all__ = ["ClientMetrics", "cache_metrics", "database_metrics", "query_name"]

_NAMED: Final = re.compile(r"\s*(?:--|/\*)\s*name:\s*([\w.:-]{1,80})")
_COMMENT: Final = re.compile(r"\s*(?:--[^\n]*\n|/\*.*?\*/)", re.DOTALL)
_VERB: Final = re.compile(r"\s*\(*([a-zA-Z]+)")
_VERBS: Final = frozenset(
    {
        *("select", "insert", "update", "delete", "merge", "with", "values"),
        *("begin", "start", "commit", "rollback", "savepoint", "release"),
        *("create", "alter", "drop", "truncate", "copy", "call", "set", "show"),
        *("listen", "notify", "lock", "explain", "vacuum", "analyze", "fetch"),
    }
)
_READ_CHARACTERS: Final = 500


@functools.lru_cache(maxsize=4096)
def query_name(text: str) -> str:
    """Gives what a query is called: its own name, its verb, or `other`."""
    named = _NAMED.match(text)
    if named is not None:
        return named[1]
    head = text[:_READ_CHARACTERS]
    while comment := _COMMENT.match(head):
        head = head[comment.end() :]
    verb = _VERB.match(head)
    word = verb[1].lower() if verb else ""
    return word if word in _VERBS else labels.OTHER


class ClientMetrics:
    """Times what a client asks for, by a label with a bounded number of values."""

    def __init__(
        self,
        duration: prometheus_client.Histogram,
        failures: prometheus_client.Counter,
    ) -> None:
        self._duration = duration
        self._failures = failures
        self._label = labels.BoundedLabel()

    def observe(self, name: str, seconds: float, *, is_failure: bool) -> None:
        """Counts one question; its failure too has taken its time."""
        bounded = self._label.bound(name)
        self._duration.labels(bounded).observe(seconds)
        failures = self._failures.labels(bounded)  # there from the first question on
        if is_failure:
            failures.inc()


def database_metrics(
    target: registry.CollectorRegistry = prometheus_client.REGISTRY,
    buckets: Sequence[float] = http_metrics.SLO_BUCKETS,
) -> ClientMetrics:
    """Gives the metrics of a database's client, registered."""
    return ClientMetrics(
        prometheus_client.Histogram(
            "db_query_duration_seconds",
            "Time until the database had answered.",
            ["query"],
            registry=target,
            buckets=buckets,
        ),
        prometheus_client.Counter(
            "db_query_failures_total",
            "Queries that failed.",
            ["query"],
            registry=target,
        ),
    )


def cache_metrics(
    target: registry.CollectorRegistry = prometheus_client.REGISTRY,
    buckets: Sequence[float] = http_metrics.SLO_BUCKETS,
) -> ClientMetrics:
    """Gives the metrics of a cache's client, registered."""
    return ClientMetrics(
        prometheus_client.Histogram(
            "cache_command_duration_seconds",
            "Time until the cache had answered.",
            ["command"],
            registry=target,
            buckets=buckets,
        ),
        prometheus_client.Counter(
            "cache_command_failures_total",
            "Commands that failed.",
            ["command"],
            registry=target,
        ),
    )
