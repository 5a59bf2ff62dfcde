"""How a signal is read: the PromQL that alerts and panels put their own terms around.

A signal's query is never edited. Its placeholders are filled, it is wrapped in
parentheses, and where it is recorded its series is read instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.model import monitoring, services, signals, sources

__all__ = [
    "Member",
    "Reading",
    "fill_placeholders",
    "identify",
    "instantiate",
    "is_per_member",
    "read_signal",
    "wrap",
]

Member = services.Service | sources.Exporter
"""What a query is repeated for."""

_PLACEHOLDERS = ("$service", "$expected_replicas", "$health_endpoint", "$exporter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a signal: for one member, or for all at once.

    Attributes:
        expr: PromQL that can stand on either side of an operator.
        member: the service or exporter it is made for; `None` when the series tell.
    """

    expr: str
    member: Member | None


def instantiate(
    signal: signals.Signal, declared: monitoring.Monitoring
) -> tuple[Reading, ...]:
    """Gives the signal's own query, once or once for each member."""
    query = signal.query.strip()
    if signal.each is None:
        return (Reading(expr=query, member=None),)
    return tuple(
        Reading(expr=fill_placeholders(query, member), member=member)
        for member in _members(signal.each, declared)
    )


def read_signal(signal: signals.Signal, declared: monitoring.Monitoring) -> str:
    """Gives one expression with all the signal's series, as a panel needs it."""
    if signal.record is not None:
        return signal.record
    queries = instantiate(signal, declared)
    if signal.each is None:
        return wrap(queries[0].expr)
    return wrap("\nor\n".join(_label_with_member(reading) for reading in queries))


def is_per_member(signal: signals.Signal, level: signals.Level) -> bool:
    """Whether the level needs a rule of its own for each member."""
    if signal.each is None:
        return False
    return (
        signal.record is None
        or signals.ReplicaCount.EXPECTED in (level.above, level.below)
        or any(placeholder in (level.guard or "") for placeholder in _PLACEHOLDERS)
    )


def identify(member: Member) -> Mapping[str, str]:
    """Gives the labels that tell a member's series from those of the others."""
    match member:
        case services.Service():
            return {"service": member.name}
        case sources.Exporter():
            return {"service": member.service, "job": member.job}


def fill_placeholders(query: str, member: Member) -> str:
    """Gives `query` with what the spec declares of `member` filled in."""
    match member:
        case services.Service():
            return (
                query.replace("$service", member.name)
                .replace("$expected_replicas", str(member.expected_replicas))
                .replace("$health_endpoint", member.health_endpoint)
            )
        case sources.Exporter():
            return query.replace("$exporter", member.job).replace(
                "$expected_replicas", str(member.expected_replicas)
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


def _members(each: signals.Each, declared: monitoring.Monitoring) -> tuple[Member, ...]:
    match each:
        case signals.Each.SERVICE:
            return tuple(declared.services.values())
        case signals.Each.EXPORTER:
            return declared.exporters


def _label_with_member(reading: Reading) -> str:
    if reading.member is None:
        raise ValueError("only a query made for one member can be labelled with it")
    expr = wrap(reading.expr)
    for label, text in identify(reading.member).items():
        # A regular expression that matches the empty label sets it for every series.
        expr = f'label_replace({expr}, "{label}", "{text}", "", "")'
    return expr
