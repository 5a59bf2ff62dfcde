"""How a signal is read: the PromQL that alerts and panels put their own terms around.

A signal's query is never edited. Its placeholders are filled, it is wrapped in
parentheses, and where it is recorded its series is read instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.model import names, services, signals

__all__ = [
    "Reading",
    "fill_placeholders",
    "instantiate",
    "is_per_service",
    "read_signal",
    "wrap",
]

_PLACEHOLDERS = ("$service", "$expected_replicas", "$health_endpoint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a signal: for one declared service, or for all at once.

    Attributes:
        expr: PromQL that can stand on either side of an operator.
        service: the service it is made for; `None` when the series tell.
    """

    expr: str
    service: services.Service | None


def instantiate(
    signal: signals.Signal, declared: Mapping[names.ServiceName, services.Service]
) -> tuple[Reading, ...]:
    """Gives the signal's own query, once or once for each declared service."""
    query = signal.query.strip()
    if signal.each is None:
        return (Reading(expr=query, service=None),)
    return tuple(
        Reading(expr=fill_placeholders(query, service), service=service)
        for service in declared.values()
    )


def read_signal(
    signal: signals.Signal, declared: Mapping[names.ServiceName, services.Service]
) -> str:
    """Gives one expression with all the signal's series, as a panel needs it."""
    if signal.record is not None:
        return signal.record
    queries = instantiate(signal, declared)
    if signal.each is None:
        return wrap(queries[0].expr)
    return wrap("\nor\n".join(_label_with_service(reading) for reading in queries))


def is_per_service(signal: signals.Signal, level: signals.Level) -> bool:
    """Whether the level needs a rule of its own for each declared service."""
    if signal.each is None:
        return False
    return (
        signal.record is None
        or signals.ReplicaCount.EXPECTED in (level.above, level.below)
        or any(placeholder in (level.guard or "") for placeholder in _PLACEHOLDERS)
    )


def fill_placeholders(query: str, service: services.Service) -> str:
    """Gives `query` with what the spec declares of `service` filled in."""
    return (
        query.replace("$service", service.name)
        .replace("$expected_replicas", str(service.expected_replicas))
        .replace("$health_endpoint", service.health_endpoint)
    )


def wrap(query: str) -> str:
    """Gives `query` in parentheses; over several lines when it has several.

    A comment would swallow a parenthesis on its own line, so such a query is spread
    as well.
    """
    if "\n" not in query and "#" not in query:
        return f"({query})"
    return f"(\n{_indent(query.splitlines())}\n)"


def _indent(lines: Iterable[str]) -> str:
    return "\n".join(f"  {line}" if line else line for line in lines)


def _label_with_service(reading: Reading) -> str:
    if reading.service is None:
        raise ValueError("only a query made for one service can be labelled with it")
    # A regular expression that matches the empty label sets it for every series.
    name = reading.service.name
    return f'label_replace({wrap(reading.expr)}, "service", "{name}", "", "")'
