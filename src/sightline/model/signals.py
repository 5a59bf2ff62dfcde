"""A signal: one measured quantity, and the levels at which it matters.

The panel's coloured thresholds, the alert, the recording rule, the runbook entry
and the proof all come from here: a number is written once.
"""

import enum
import pathlib
from dataclasses import dataclass

from sightline.model import names, spans, units

__all__ = [
    "AlertSeverity",
    "Each",
    "Level",
    "Priority",
    "ReplicaCount",
    "Signal",
    "Threshold",
]


class Priority(enum.Enum):
    """How urgent an alert is: the `priority` label, and the routing key."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class AlertSeverity(enum.Enum):
    """The `severity` label: for people and upstream tools, never for routing."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @classmethod
    def of_priority(cls, priority: Priority) -> "AlertSeverity":
        """Gives the severity that goes with a priority."""
        match priority:
            case Priority.P0:
                return cls.CRITICAL
            case Priority.P1 | Priority.P2:
                return cls.WARNING
            case Priority.P3:
                return cls.INFO


class Each(enum.Enum):
    """What a signal's query is repeated for.

    With `SERVICE` the query is instantiated once per declared service: `$service`,
    `$expected_replicas` and `$health_endpoint` are replaced, and the result carries
    the label `service`. With `EXPORTER` it is once per exporter of the environment:
    `$exporter` is the scrape job, `$expected_replicas` the targets that it must have
    there, and the result carries `service` and `job`. That keeps a signal alive when
    its series are all gone.
    """

    SERVICE = "service"
    EXPORTER = "exporter"

    @property
    def labels(self) -> tuple[names.LabelName, ...]:
        """The labels that tell the instances of the query apart."""
        match self:
            case Each.SERVICE:
                return (names.LabelName("service"),)
            case Each.EXPORTER:
                return (names.LabelName("service"), names.LabelName("job"))


class ReplicaCount(enum.Enum):
    """A threshold that differs per service; only with `Each.SERVICE`."""

    EXPECTED = "expected_replicas"


Threshold = float | ReplicaCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A threshold, how long it must hold, and what happens then.

    The alert's condition is `above < value < below`, each side only if given.

    Attributes:
        above, below: exclusive bounds in the signal's base unit.
        guard: PromQL that must hold too (a volume floor); not drawn on the panel.
        for_: how long the condition must hold.
        keep_firing_for: how long the alert outlives its condition.
        summary, description: Prometheus templates; the compiler writes good ones
            from the signal when they are `None`.
        runbook: the page's slug, under the organisation's runbook address.
        heartbeat: an alert that must always fire: a dead man's switch.
        needs: sources and facilities without which the alert cannot fire, besides
            those that its signal needs.
    """

    alert: names.AlertName
    priority: Priority
    severity: AlertSeverity
    above: Threshold | None
    below: Threshold | None
    guard: str | None
    for_: units.Duration
    keep_firing_for: units.Duration | None
    summary: str | None
    description: str | None
    runbook: str
    heartbeat: bool
    span: spans.Span
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A measured quantity.

    Attributes:
        query: PromQL over raw or recorded series.
        record: name of the recorded series that panels and alerts read instead of
            the query; `None` when the query is cheap enough to run everywhere.
        by: the labels of the result, besides those that `each` brings.
        service: the value of the `service` label when `by` does not carry one.
        source: where the number comes from, for the people who read the panel.
        needs: the exporters, probes and facilities of the environment without which
            it has no value. Where one of them does not exist, its panels and `verify`
            name it as missing.
    """

    name: names.SignalName
    title: str
    description: str
    unit: units.Unit
    by: tuple[names.LabelName, ...]
    query: str
    record: names.MetricName | None
    each: Each | None
    service: names.ServiceName | None
    team: names.TeamName | None
    source: str
    levels: tuple[Level, ...]
    span: spans.Span
    needs: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The name of its rule group: that of the file that declares it."""
        return pathlib.PurePath(self.span.file).stem

    @property
    def result_labels(self) -> tuple[names.LabelName, ...]:
        """The labels that tell its series apart, those of `each` first."""
        brought = () if self.each is None else self.each.labels
        return (*brought, *(label for label in self.by if label not in brought))
