"""The field types of the spec, by name: what may stand behind a key."""

import datetime as dt
import enum
import re
from decimal import Decimal
from typing import Annotated, Final

from sightline.model import (
    collecting,
    connections,
    dashboards,
    events,
    names,
    placement,
    routing,
    services,
    signals,
    slos,
    sources,
    units,
)
from sightline.spec import parsers

__all__ = [
    "Address",
    "AlertName",
    "AlertSeverity",
    "Calculation",
    "Channel",
    "Column",
    "Count",
    "Date",
    "Decimals",
    "Directory",
    "Duration",
    "Each",
    "Email",
    "Endpoint",
    "FilePath",
    "Flag",
    "Height",
    "HostPort",
    "Image",
    "Interval",
    "LabelName",
    "LabelPattern",
    "LabelReading",
    "LocalPath",
    "Mebibytes",
    "Megabytes",
    "MetricKind",
    "MetricName",
    "Millicores",
    "Moment",
    "Number",
    "OperationClass",
    "PanelKind",
    "PodLabel",
    "Priority",
    "ProbeAddress",
    "ProbeKind",
    "Program",
    "Quantity",
    "QueryFile",
    "RecordName",
    "RedisDatabase",
    "RedisKind",
    "Route",
    "Rows",
    "Scale",
    "Share",
    "SignalName",
    "Slug",
    "Target",
    "Text",
    "TimeOfDay",
    "TlsMode",
    "Unit",
    "Weekday",
    "Word",
    "Zone",
]

_MAX_REPLICAS: Final = 10_000
_MAX_REDIS_DATABASE: Final = 10_000
_MAX_MEGABYTES: Final = 1024
_MAX_ROWS: Final = 1_000_000
_MAX_PANEL_HEIGHT: Final = 40
_MAX_DECIMALS: Final = 10
_GRID_COLUMNS: Final = 24
"""Grafana's dashboard grid is 24 columns wide.
https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/
"""


Text = Annotated[
    str, parsers.Parsed(parsers.parse_text, {"type": "string", "minLength": 1})
]
Word = Annotated[
    str,
    parsers.matching(
        "name",
        "one word of letters, digits, '-' and '_'",
        re.compile(r"[\w-]{1,63}", re.ASCII),
    ),
]
Slug = Annotated[
    str,
    parsers.matching(
        "name",
        "a name in lower case such as 'billing-svc'",
        names.SLUG,
        "use lower-case letters and digits, with single hyphens between words",
    ),
]
SignalName = Annotated[
    str,
    parsers.matching(
        "name",
        "a signal's name such as 'http_error_ratio'",
        re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII),
        "use lower-case letters and digits, with single underscores between words",
    ),
]
AlertName = Annotated[
    str,
    parsers.matching(
        "name", "an alert's name such as 'HighErrorRate'", names.ALERT_NAME
    ),
]
LabelName = Annotated[str, parsers.matching("name", "a label's name", names.LABEL_NAME)]
MetricName = Annotated[
    str, parsers.matching("name", "a metric's name", names.METRIC_NAME)
]
RecordName = Annotated[
    str,
    parsers.matching(
        "name",
        "a recorded series' name such as 'service:http_requests:rate5m'",
        re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*:[a-z][a-z0-9_]*", re.ASCII),
        "write level:metric:operations",
    ),
]
Email = Annotated[
    str,
    parsers.matching(
        "address", "an e-mail address", re.compile(r"[^@\s]+@[^@\s]+", re.ASCII)
    ),
]
HostPort = Annotated[
    str,
    parsers.matching(
        "address",
        "a host and a port such as 'smtp.example.com:587'",
        re.compile(r"[\w.-]+:\d{1,5}", re.ASCII),
    ),
]
Endpoint = Annotated[
    str,
    parsers.matching(
        "name", "a path such as '/health'", re.compile(r"/[\w./~-]*", re.ASCII)
    ),
]
Directory = Annotated[
    str,
    parsers.matching(
        "path",
        "a directory such as 'secrets' or '/etc/alertmanager/secrets'",
        re.compile(r"/?[\w.-]+(?:/[\w.-]+)*", re.ASCII),
        "write it without a final slash",
    ),
]
FilePath = Annotated[
    str,
    parsers.matching(
        "path",
        "a file such as 'events.jsonl'",
        re.compile(r"/?[\w.-]+(?:/[\w.-]+)*", re.ASCII),
    ),
]
LabelPattern = Annotated[
    str,
    parsers.Parsed(parsers.parse_label_pattern, {"type": "string", "format": "regex"}),
]
QueryFile = Annotated[
    str,
    parsers.matching(
        "path",
        "a file of sources/queries such as 'jobs_posted_today.sql'",
        re.compile(r"[\w-]+\.sql", re.ASCII),
    ),
]
LocalPath = Annotated[
    str,
    parsers.matching(
        "path",
        "a path such as 'secrets/password' or '/var/lib/sightline'",
        re.compile(r"[^\0]+"),
    ),
]
Route = Annotated[
    str,
    parsers.matching(
        "route",
        "a method and a route template such as 'GET /users/{user_id}'",
        re.compile(
            r"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /[\w./~{}:-]*", re.ASCII
        ),
        "write the method in capitals, a space, and the template, never a raw path",
    ),
]
Address = Annotated[
    str,
    parsers.matching(
        "address",
        "an address such as 'https://grafana.example.com'",
        # No user and no password: an address with a secret has no place in a spec.
        re.compile(r"https?://[\w.-]+(?::\d{1,5})?(?:/[\w./~-]*)?", re.ASCII),
        "leave out user, password and query; secrets are read from files at run time",
    ),
]
Image = Annotated[
    str,
    parsers.matching(
        "image",
        "a container image with its version such as 'registry.example.com/app:1.2'",
        # No `latest` by default: an image without a version is another one tomorrow.
        re.compile(
            r"[a-z0-9][\w.-]*(?::\d{1,5})?(?:/[\w.-]+)*"
            r"(?::[\w.-]+(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})",
            re.ASCII,
        ),
        "write repository:version, or repository@sha256:digest",
    ),
]
PodLabel = Annotated[
    str,
    parsers.matching(
        "name",
        "a label of pods such as 'app.kubernetes.io/name'",
        re.compile(r"(?:[a-z0-9.-]+/)?[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", re.ASCII),
    ),
]
Mebibytes = Annotated[
    int,
    parsers.Parsed(
        parsers.parse_mebibytes,
        {"type": "string", "examples": ["512Mi", "8Gi"]},
    ),
]
Millicores = Annotated[
    int,
    parsers.Parsed(
        parsers.parse_millicores,
        {"type": ["string", "number"], "examples": ["500m", 2]},
    ),
]
ProbeAddress = Annotated[
    str,
    parsers.matching(
        "address",
        "an address such as 'db.example.com:5432' or 'https://www.example.com'",
        re.compile(
            r"https?://[\w.-]+(?::\d{1,5})?(?:/[\w./~-]*)?|[\w.-]+:\d{1,5}", re.ASCII
        ),
        "leave out user, password and query",
    ),
]
Count = Annotated[int, parsers.whole_number(1, _MAX_REPLICAS)]
RedisDatabase = Annotated[int, parsers.whole_number(0, _MAX_REDIS_DATABASE)]
Megabytes = Annotated[int, parsers.whole_number(1, _MAX_MEGABYTES)]
Rows = Annotated[int, parsers.whole_number(1, _MAX_ROWS)]
Column = Annotated[int, parsers.whole_number(1, _GRID_COLUMNS)]
Height = Annotated[int, parsers.whole_number(1, _MAX_PANEL_HEIGHT)]
Decimals = Annotated[int, parsers.whole_number(0, _MAX_DECIMALS)]
Number = Annotated[float, parsers.Parsed(parsers.parse_number, {"type": "number"})]
Flag = Annotated[bool, parsers.Parsed(parsers.parse_flag, {"type": "boolean"})]
Duration = Annotated[
    units.Duration,
    parsers.Parsed(
        parsers.parse_duration,
        {"type": ["string", "integer"], "examples": ["5m", "1h30m"]},
    ),
]
Interval = Annotated[
    units.Duration,
    parsers.Parsed(parsers.parse_interval, {"type": "string", "examples": ["15s"]}),
]
Quantity = Annotated[
    str,
    parsers.Parsed(
        parsers.parse_quantity,
        {"type": ["string", "number"], "examples": ["5%", "500ms"]},
    ),
]

Target = Annotated[
    slos.Target,
    parsers.Parsed(parsers.parse_target, {"type": "string", "examples": ["99.9%"]}),
]
Share = Annotated[
    Decimal,
    parsers.Parsed(parsers.parse_share, {"type": "string", "examples": ["50%"]}),
]
Date = Annotated[
    dt.date, parsers.Parsed(parsers.parse_date, {"type": "string", "format": "date"})
]
TimeOfDay = Annotated[
    dt.time,
    parsers.Parsed(
        parsers.parse_time_of_day, {"type": "string", "examples": ["02:00"]}
    ),
]
Moment = Annotated[
    dt.datetime,
    parsers.Parsed(parsers.parse_moment, {"type": "string", "format": "date-time"}),
]
Zone = Annotated[
    str,
    parsers.Parsed(
        parsers.parse_zone, {"type": "string", "examples": ["America/New_York"]}
    ),
]

AlertSeverity = Annotated[signals.AlertSeverity, parsers.choice(signals.AlertSeverity)]
Calculation = Annotated[dashboards.Calculation, parsers.choice(dashboards.Calculation)]
Channel = Annotated[routing.Channel, parsers.choice(routing.Channel)]
Each = Annotated[signals.Each, parsers.choice(signals.Each)]
LabelReading = Annotated[events.Reading, parsers.choice(events.Reading)]
MetricKind = Annotated[collecting.MetricKind, parsers.choice(collecting.MetricKind)]
OperationClass = Annotated[
    services.OperationClass,
    parsers.choice(
        services.OperationClass,
        # `other` is what no declared route claims: it cannot be declared.
        among=[
            member
            for member in services.OperationClass
            if member is not services.OperationClass.OTHER
        ],
    ),
]
PanelKind = Annotated[dashboards.PanelKind, parsers.choice(dashboards.PanelKind)]
Priority = Annotated[signals.Priority, parsers.choice(signals.Priority)]
Program = Annotated[placement.Program, parsers.choice(placement.Program)]
RedisKind = Annotated[connections.RedisKind, parsers.choice(connections.RedisKind)]
Scale = Annotated[dashboards.Scale, parsers.choice(dashboards.Scale)]
TlsMode = Annotated[connections.TlsMode, parsers.choice(connections.TlsMode)]
Unit = Annotated[units.Unit, parsers.choice(units.Unit)]


class _ProbeWord(enum.Enum):
    """What the spec calls the kinds of probe; upstream names modules, not kinds."""

    HTTP = "http"
    TCP = "tcp"


def _probe_kind(found: object) -> sources.ProbeKind:
    word = parsers.choice(_ProbeWord).parse(found)
    assert isinstance(word, _ProbeWord)  # noqa: S101 - narrows for the checker
    return sources.ProbeKind[word.name]


ProbeKind = Annotated[
    sources.ProbeKind, parsers.Parsed(_probe_kind, {"enum": ["http", "tcp"]})
]


class _Day(enum.Enum):
    """The days of the week, from Monday on."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _weekday(found: object) -> int:
    day = parsers.choice(_Day).parse(found)
    assert isinstance(day, _Day)  # noqa: S101 - narrows for the checker
    return list(_Day).index(day)


Weekday = Annotated[
    int, parsers.Parsed(_weekday, {"enum": [day.value for day in _Day]})
]
