"""What each part of a spec looks like: the edge at which YAML becomes typed.

A shape knows keys and types. What names refer to is decided in `resolve`.
"""

import typing
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from sightline.model import dashboards, signals, units
from sightline.spec import (
    bases,
    deploy_shapes,
    event_shapes,
    fields,
    place_shapes,
    references,
    settings_shapes,
    source_shapes,
)

__all__ = [
    "BudgetPolicy",
    "Dashboard",
    "Environment",
    "Exporter",
    "Inhibition",
    "Level",
    "Maintenance",
    "OneOff",
    "Organisation",
    "Outages",
    "Panel",
    "PanelQuery",
    "PolicyOverride",
    "PolicyState",
    "PriorityRoute",
    "Probe",
    "RemoteWrite",
    "Routing",
    "Row",
    "Service",
    "Shape",
    "Signal",
    "Sli",
    "Slo",
    "SloAlias",
    "SloDiagnostic",
    "SloExemption",
    "Smtp",
    "Spec",
    "ValueMapping",
    "Variable",
    "Weekly",
    "every",
]


Shape = bases.Shape
_Addresses = Annotated[list[fields.HostPort], Field(min_length=1)]


class Organisation(Shape):
    """Whose monitoring this is."""

    name: fields.Text
    namespace: fields.LabelName
    time_zone: fields.Zone = "UTC"
    default_team: references.Team
    teams: Annotated[list[references.NewTeam], Field(min_length=1)]
    oncall_email: fields.Email
    runbook_base_url: fields.Address
    dashboard_base_url: fields.Address


class Service(Shape):
    """A service; its name is the key."""

    title: fields.Text
    team: references.Team
    health_endpoint: fields.Endpoint = "/health"
    expected_replicas: fields.Count
    depends_on: list[references.Dependency] = []
    operations: dict[fields.OperationClass, list[fields.Route]] = {}


class Exporter(Shape):
    """A scrape job that is no service; the job's name is the key."""

    service: references.NewServiceLabel
    team: references.Team
    metrics_path: fields.Endpoint = "/metrics"
    environments: list[references.Environment] = []
    connection: fields.Slug | None = None


class Probe(Shape):
    """Something that is asked from outside; its name is the key."""

    kind: fields.ProbeKind
    service: references.NewServiceLabel
    team: references.Team
    environments: list[references.Environment] = []
    connection: fields.Slug | None = None


class Smtp(Shape):
    """Where mail is handed over."""

    smarthost: fields.HostPort
    from_: fields.Email = Field(alias="from")
    username: fields.Text | None = None
    require_tls: fields.Flag = True


class RemoteWrite(Shape):
    """A storage that takes samples by Prometheus's remote write, and answers PromQL."""

    url: fields.Address
    query_url: fields.Address


class Environment(Shape):
    """A place where the monitoring runs; its name is the key."""

    inherits: references.Environment | None = None
    prometheus_url: fields.Address
    alertmanager_url: fields.Address
    grafana_url: fields.Address
    pagerduty_url: fields.Address
    smtp: Smtp
    scrape_interval: fields.Interval
    evaluation_interval: fields.Interval
    retention: fields.Interval
    secrets_directory: fields.Directory = "secrets"
    event_recorder: fields.FilePath | None = None
    replicas: dict[references.Source, fields.Count] = {}
    remote_write: RemoteWrite | None = None
    deploy: deploy_shapes.Deploy | None = None
    programs: dict[fields.Program, place_shapes.Room] = {}
    connections: settings_shapes.Connected = settings_shapes.Connected()
    addresses: dict[references.Probe, fields.ProbeAddress] = {}
    targets: dict[references.Scraped, _Addresses] = {}
    kubernetes: place_shapes.Kubernetes | None = None


class Level(Shape):
    """A threshold of a signal, and the alert that it raises."""

    alert: references.NewAlert
    priority: fields.Priority
    severity: fields.AlertSeverity | None = None
    above: fields.Quantity | None = None
    below: fields.Quantity | None = None
    guard: fields.Text | None = None
    for_: fields.Duration = Field(alias="for")
    keep_firing_for: fields.Duration | None = None
    summary: fields.Text | None = None
    description: fields.Text | None = None
    runbook: fields.Slug | None = None
    heartbeat: fields.Flag = False
    needs: list[references.Source] = []


class Signal(Shape):
    """A measured quantity; its name is the key."""

    title: fields.Text
    description: fields.Text
    unit: fields.Unit
    query: fields.Text
    source: fields.Text
    by: list[fields.LabelName] = []
    each: fields.Each | None = None
    record: fields.RecordName | None = None
    service: references.Service | None = None
    team: references.Team | None = None
    guard: fields.Text | None = None
    needs: list[references.Source] = []
    levels: list[Level] = []


class PanelQuery(Shape):
    """One query of a panel that has several."""

    signal: references.Signal | None = None
    expr: fields.Text | None = None
    legend: fields.Text | None = None
    instant: fields.Flag | None = None
    column: fields.Text | None = None
    unit: fields.Unit | None = None
    decimals: fields.Decimals | None = None
    scale: fields.Scale | None = None


class ValueMapping(Shape):
    """A number shown as a word."""

    number: fields.Number
    text: fields.Text
    color: fields.Word


class Panel(Shape):
    """One panel of a row."""

    title: fields.Text | None = None
    kind: fields.PanelKind
    description: fields.Text | None = None
    signal: references.Signal | None = None
    legend: fields.Text | None = None
    queries: list[PanelQuery] = []
    unit: fields.Unit | None = None
    calculation: fields.Calculation = dashboards.Calculation.LAST
    width: fields.Column = 12
    height: fields.Height = 8
    mappings: list[ValueMapping] = []
    stacked: fields.Flag = False
    text: fields.Text | None = None
    minimum: fields.Number | None = None
    maximum: fields.Number | None = None
    decimals: fields.Decimals | None = None
    scale: fields.Scale | None = None
    sort: fields.Text | None = None
    descending: fields.Flag = False
    needs: list[references.Source] = []


class Row(Shape):
    """A titled band of panels."""

    title: fields.Text
    collapsed: fields.Flag = False
    panels: Annotated[list[Panel], Field(min_length=1)]


class Variable(Shape):
    """A dashboard variable that lists a label's values."""

    name: fields.Word
    label: fields.Text
    metric: fields.MetricName
    from_: fields.LabelName = Field(alias="from")


class Dashboard(Shape):
    """A dashboard; its uid is the key."""

    title: fields.Text
    purpose: fields.Text
    tags: list[fields.Slug] = []
    refresh: fields.Interval
    time_range: fields.Interval
    variables: list[Variable] = []
    links: list[references.Dashboard] = []
    rows: Annotated[list[Row], Field(min_length=1)]


class PriorityRoute(Shape):
    """What the alerts of one priority do."""

    channels: list[fields.Channel]
    response: fields.Text
    time_to_page: fields.Duration | None = None
    group_wait: fields.Duration
    group_interval: fields.Interval
    repeat_interval: fields.Interval
    escalate_after: fields.Interval | None = None


class Inhibition(Shape):
    """A cause that mutes its symptoms, each an alert by its name."""

    name: fields.Slug
    cause: Annotated[list[references.Alert], Field(min_length=1)]
    hides: Annotated[list[references.Alert], Field(min_length=1)]
    equal: list[fields.LabelName]


class Outages(Shape):
    """Alerts that a service is lost, and what they explain in its dependents."""

    causes: Annotated[list[references.Alert], Field(min_length=1)]
    symptoms: Annotated[list[references.Alert], Field(min_length=1)]


class Routing(Shape):
    """Who hears of an alert."""

    group_by: Annotated[list[fields.LabelName], Field(min_length=1)]
    priorities: dict[fields.Priority, PriorityRoute]
    inhibitions: list[Inhibition] = []
    outages: Outages | None = None


class Sli(Shape):
    """How an objective's events are counted: one of three pairs of keys.

    `bad` and `total`, `good` and `total`, or `latency` and `under`.
    """

    bad: fields.Text | None = None
    good: fields.Text | None = None
    total: fields.Text | None = None
    latency: fields.Text | None = None
    under: fields.Interval | None = None


class Slo(Shape):
    """An objective; its name is the key."""

    title: fields.Text
    description: fields.Text
    target: fields.Target
    sli: Sli
    measured_at: fields.Text
    service: references.Promiser | None = None
    team: references.Team | None = None
    operation: fields.OperationClass | None = None
    period: fields.Interval = units.Duration.parse("30d")
    zone: fields.Zone | None = None
    highest_priority: fields.Priority = signals.Priority.P0
    reported_only: fields.Flag = False
    counts_births: fields.Flag | None = None
    depends_on: list[references.Objective] = []


class SloAlias(Shape):
    """Another name for an objective; its name is the key."""

    title: fields.Text
    of: references.Objective


class SloDiagnostic(Shape):
    """A number that is watched by a signal instead; its name is the key."""

    title: fields.Text
    signal: references.Signal
    reason: fields.Text


class SloExemption(Shape):
    """Why a service has no objective; the service is the key."""

    reason: fields.Text
    owner: references.Team
    review_by: fields.Date


class OneOff(Shape):
    """Once, between two times."""

    start: fields.Moment
    end: fields.Moment


class Weekly(Shape):
    """Every week at the same local time."""

    day: fields.Weekday
    start: fields.TimeOfDay
    length: fields.Interval
    zone: fields.Zone


class Maintenance(Shape):
    """Planned work; its name is the key. One of `once` and `weekly` is given.

    Meanwhile nobody is told of the alerts that `mutes` names; a page is muted only
    where it is named.
    """

    services: Annotated[list[references.Promiser], Field(min_length=1)]
    reason: fields.Text
    owner: references.Team
    once: OneOff | None = None
    weekly: Weekly | None = None
    mutes: list[fields.Priority] = [signals.Priority.P1, signals.Priority.P2]


class PolicyState(Shape):
    """What is done while no more than a share of the budget is left."""

    name: fields.Slug
    budget_left_at_most: fields.Share
    action: fields.Text
    blocks_releases: fields.Flag = False


class PolicyOverride(Shape):
    """Leave to release in spite of the policy, until it expires."""

    slo: references.Objective
    reason: fields.Text
    owner: references.Team
    expires: fields.Moment


class BudgetPolicy(Shape):
    """What follows from a budget that is spent."""

    states: Annotated[list[PolicyState], Field(min_length=1)]
    overrides: list[PolicyOverride] = []


class Spec(Shape):
    """Any file of a spec: each holds some of these sections."""

    organisation: Organisation | None = None
    environments: dict[references.NewEnvironment, Environment] = {}
    services: dict[references.NewService, Service] = {}
    exporters: dict[references.NewExporter, Exporter] = {}
    probes: dict[references.NewProbe, Probe] = {}
    signals: dict[references.NewSignal, Signal] = {}
    dashboards: dict[references.NewDashboard, Dashboard] = {}
    routing: Routing | None = None
    slos: dict[references.NewObjective, Slo] = {}
    slo_aliases: dict[fields.Slug, SloAlias] = {}
    slo_diagnostics: dict[fields.Slug, SloDiagnostic] = {}
    slo_exemptions: dict[references.Promiser, SloExemption] = {}
    maintenance: dict[fields.Slug, Maintenance] = {}
    error_budget_policy: BudgetPolicy | None = None
    sql_sources: dict[fields.Slug, source_shapes.SqlSource] = {}
    redis_sources: dict[fields.Slug, source_shapes.RedisSource] = {}
    stripe_sources: dict[fields.Slug, source_shapes.StripeSource] = {}
    survey_sources: dict[fields.Slug, source_shapes.SurveySource] = {}
    certificate_sources: dict[fields.Slug, source_shapes.CertificateSource] = {}
    container_sources: dict[fields.Slug, source_shapes.ContainerSource] = {}
    event_sources: dict[fields.Slug, event_shapes.EventSource] = {}


def every(root: type[Shape] = Spec) -> Mapping[str, type[Shape]]:
    """Gives `root` and every shape that it can hold, by name, in the order of use."""
    found: dict[str, type[Shape]] = {}
    _gather(root, found)
    return found


def _gather(annotation: object, found: dict[str, type[Shape]]) -> None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        if annotation.__name__ not in found:
            found[annotation.__name__] = annotation
            for field in annotation.model_fields.values():
                _gather(field.annotation, found)
        return
    for inner in typing.get_args(annotation):
        _gather(inner, found)
