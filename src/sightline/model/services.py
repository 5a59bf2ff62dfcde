"""The monitored services: what runs, how many of it, and who answers for it."""

import enum
from dataclasses import dataclass

from sightline.model import names, spans

__all__ = ["Operation", "OperationClass", "Organisation", "Service"]


class OperationClass(enum.Enum):
    """The kinds of request that the latency objectives tell apart.

    `OTHER` is what no declared route claims; it is shown, never hidden.
    """

    READ = "read"
    WRITE = "write"
    SEARCH = "search"
    UPLOAD = "upload"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route of a service, by template (`/users/{id}`, never a raw path)."""

    route: str
    methods: tuple[str, ...]
    operation: OperationClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that is deployed, scraped and paged about as one thing."""

    name: names.ServiceName
    title: str
    team: names.TeamName
    health_endpoint: str
    expected_replicas: int
    operations: tuple[Operation, ...]
    depends_on: tuple[str, ...]
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Whose monitoring this is, and where its people find things.

    Attributes:
        namespace: the prefix of the organisation's own metrics.
        default_team: answers for alerts that belong to no service.
        runbook_base_url, dashboard_base_url: without a final slash.
        oncall_email: where P0 and P1 mail goes.
    """

    name: str
    namespace: str
    default_team: names.TeamName
    runbook_base_url: str
    dashboard_base_url: str
    oncall_email: str
    time_zone: str
