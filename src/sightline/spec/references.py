"""Names that are declared in one place and used in another, marked as such in shapes.

The marks are read by `sightline.spec.linking`, on the YAML itself: a mistake in one
key of an entry does not keep the names in its other keys from being checked.
"""

import enum
from dataclasses import dataclass
from typing import Annotated

from sightline.spec import fields

__all__ = [
    "Alert",
    "Dashboard",
    "Declares",
    "Dependency",
    "Environment",
    "Kind",
    "NewAlert",
    "NewDashboard",
    "NewEnvironment",
    "NewExporter",
    "NewObjective",
    "NewProbe",
    "NewService",
    "NewServiceLabel",
    "NewSignal",
    "NewTeam",
    "Objective",
    "Probe",
    "Promiser",
    "RefersTo",
    "Scraped",
    "Service",
    "Signal",
    "Source",
    "Team",
]


class Kind(enum.Enum):
    """What a name can be the name of; the value is its word in messages."""

    ALERT = "alert"
    DASHBOARD = "dashboard"
    DEPENDENCY = "service or probe"
    ENVIRONMENT = "environment"
    OBJECTIVE = "objective"
    PROBE = "probe"
    PROMISER = "service or 'platform'"
    SCRAPED = "service or exporter"
    SERVICE = "service"
    SIGNAL = "signal"
    SOURCE = "exporter or probe"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Declares:
    """The text is a new name of these kinds."""

    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class RefersTo:
    """The text is a name of this kind that is declared elsewhere."""

    kind: Kind


NewAlert = Annotated[fields.AlertName, Declares((Kind.ALERT,))]
NewDashboard = Annotated[fields.Slug, Declares((Kind.DASHBOARD,))]
NewEnvironment = Annotated[fields.Slug, Declares((Kind.ENVIRONMENT,))]
NewExporter = Annotated[fields.Slug, Declares((Kind.SOURCE, Kind.SCRAPED))]
NewObjective = Annotated[fields.Slug, Declares((Kind.OBJECTIVE,))]
NewProbe = Annotated[fields.Slug, Declares((Kind.DEPENDENCY, Kind.PROBE, Kind.SOURCE))]
NewService = Annotated[
    fields.Slug,
    Declares((Kind.SERVICE, Kind.PROMISER, Kind.DEPENDENCY, Kind.SCRAPED)),
]
NewServiceLabel = Annotated[fields.Word, Declares((Kind.SERVICE, Kind.PROMISER))]
"""What an exporter or a probe speaks for: alerts may belong to it."""
NewSignal = Annotated[fields.SignalName, Declares((Kind.SIGNAL,))]
NewTeam = Annotated[fields.Word, Declares((Kind.TEAM,))]

Alert = Annotated[fields.Text, RefersTo(Kind.ALERT)]
Dashboard = Annotated[fields.Text, RefersTo(Kind.DASHBOARD)]
Dependency = Annotated[fields.Word, RefersTo(Kind.DEPENDENCY)]
Environment = Annotated[fields.Word, RefersTo(Kind.ENVIRONMENT)]
Objective = Annotated[fields.Text, RefersTo(Kind.OBJECTIVE)]
Probe = Annotated[fields.Word, RefersTo(Kind.PROBE)]
Promiser = Annotated[fields.Word, RefersTo(Kind.PROMISER)]
Scraped = Annotated[fields.Word, RefersTo(Kind.SCRAPED)]
Service = Annotated[fields.Word, RefersTo(Kind.SERVICE)]
Signal = Annotated[fields.Text, RefersTo(Kind.SIGNAL)]
Source = Annotated[fields.Word, RefersTo(Kind.SOURCE)]
Team = Annotated[fields.Word, RefersTo(Kind.TEAM)]
