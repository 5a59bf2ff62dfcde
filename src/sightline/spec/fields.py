"""The field types of the spec, by name: what may stand behind a key.

Each refuses with one sentence that says what was expected; where it stands and
what was found is added in `sightline.spec.messages`.
"""

import dataclasses
import datetime as dt
import enum
import re
import zoneinfo
from collections.abc import Callable, Collection
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

import pydantic
import pydantic_core
from pydantic_core import core_schema

from sightline.model import (
    dashboards,
    names,
    routing,
    services,
    signals,
    slos,
    sources,
    units,
)
from sightline.spec import reporting

__all__ = [
    "Address",
    "AlertName",
    "AlertSeverity",
    "Calculation",
    "Channel",
    "Column",
    "Count",
    "Date",
    "Duration",
    "Each",
    "Email",
    "Endpoint",
    "Flag",
    "Height",
    "HostPort",
    "Interval",
    "LabelName",
    "MetricName",
    "Moment",
    "Number",
    "OperationClass",
    "PanelKind",
    "Priority",
    "ProbeKind",
    "Quantity",
    "RecordName",
    "Route",
    "Share",
    "SignalName",
    "Slug",
    "Target",
    "Text",
    "TimeOfDay",
    "Unit",
    "Weekday",
    "Word",
    "Zone",
]

_MAX_REPLICAS: Final = 10_000
_MAX_PANEL_HEIGHT: Final = 40
_GRID_COLUMNS: Final = 24
"""Grafana's dashboard grid is 24 columns wide.
https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/
"""


def _refusal(
    check: str, expected: str, hint: str = ""
) -> pydantic_core.PydanticCustomError:
    """Gives the error that `messages` turns into a finding."""
    return pydantic_core.PydanticCustomError(
        "spec", "{expected}", {"check": check, "expected": expected, "hint": hint}
    )


@dataclasses.dataclass(frozen=True, eq=False)
class _Parsed:
    """A type that is made from a plain YAML value by one function.

    Attributes:
        schema: what editors are told about it.
    """

    parse: Callable[[object], object]
    schema: pydantic.JsonValue

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: pydantic.GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: pydantic.GetJsonSchemaHandler
    ) -> dict[str, Any]:  # pydantic's own signature
        assert isinstance(self.schema, dict)  # noqa: S101 - narrows for the checker
        return dict(self.schema)


def _text(found: object) -> str:
    if isinstance(found, str) and found.strip():
        return found.strip()
    is_scalar = isinstance(found, int | float) and not isinstance(found, bool)
    hint = f"put it in quotes: '{found}'" if is_scalar else ""
    raise _refusal("type", "text", hint)


def _matching(
    check: str, expected: str, pattern: re.Pattern[str], hint: str = ""
) -> _Parsed:
    def parse(found: object) -> str:
        if isinstance(found, str) and pattern.fullmatch(found):
            return found
        raise _refusal(check, expected, hint)

    return _Parsed(parse, {"type": "string", "pattern": f"^(?:{pattern.pattern})$"})


def _choice(
    kind: type[enum.Enum], *, among: Collection[enum.Enum] | None = None
) -> _Parsed:
    members = {str(member.value): member for member in among or kind}

    def parse(found: object) -> enum.Enum:
        if isinstance(found, str) and found in members:
            return members[found]
        expected = f"one of {', '.join(members)}"
        near = reporting.suggest(str(found), members)
        raise _refusal("choice", expected, near if "did you mean" in near else "")

    return _Parsed(parse, {"enum": list(members)})


def _whole(least: int, most: int) -> _Parsed:
    def parse(found: object) -> int:
        if type(found) is int and least <= found <= most:
            return found
        raise _refusal("type", f"a whole number from {least} to {most}")

    return _Parsed(parse, {"type": "integer", "minimum": least, "maximum": most})


def _number(found: object) -> float:
    if isinstance(found, int | float) and not isinstance(found, bool):
        return float(found)
    raise _refusal("type", "a number")


def _flag(found: object) -> bool:
    if isinstance(found, bool):
        return found
    raise _refusal("type", "true or false")


def _duration(found: object) -> units.Duration:
    try:
        return units.Duration.parse(str(found) if found == 0 else _duration_text(found))
    except ValueError:
        hint = "write a number followed by ms, s, m, h, d, w or y"
        raise _refusal("duration", "a duration such as '5m'", hint) from None


def _duration_text(found: object) -> str:
    return found if isinstance(found, str) else ""


def _interval(found: object) -> units.Duration:
    duration = _duration(found)
    if duration == units.Duration(0):
        raise _refusal("duration", "a duration above zero such as '15s'")
    return duration


def _quantity(found: object) -> str:
    """Keeps the text: only the signal knows the unit to read it in."""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise _refusal("quantity", "a quantity such as '5%', '500ms' or 1000")
    return str(found)


def _target(found: object) -> slos.Target:
    """Reads a target from its text: a number would have lost digits by now."""
    try:
        return slos.Target.parse(found if isinstance(found, str) else "")
    except ValueError:
        expected = "a percentage between 0% and 100% such as '99.9%'"
        raise _refusal("target", expected) from None


def _share(found: object) -> Decimal:
    text = found.removesuffix("%") if isinstance(found, str) else ""
    try:
        share = Decimal(text).scaleb(-2)
    except InvalidOperation:
        share = Decimal(-1)
    if 0 <= share <= 1 and isinstance(found, str) and found.endswith("%"):
        return share
    raise _refusal("quantity", "a share from 0% to 100% such as '50%'")


def _date(found: object) -> dt.date:
    try:
        return dt.date.fromisoformat(found if isinstance(found, str) else "")
    except ValueError:
        raise _refusal("date", "a date such as 2027-01-31") from None


def _time_of_day(found: object) -> dt.time:
    try:
        time = dt.time.fromisoformat(found if isinstance(found, str) else "")
    except ValueError:
        time = dt.time(tzinfo=dt.UTC)
    if time.tzinfo is None:
        return time
    hint = "the zone is a key of its own"
    raise _refusal("date", "a time of day such as '02:00'", hint)


def _moment(found: object) -> dt.datetime:
    expected = "a time with its zone such as 2027-01-31T02:00:00-05:00"
    try:
        moment = dt.datetime.fromisoformat(found if isinstance(found, str) else "")
    except ValueError:
        raise _refusal("date", expected) from None
    if moment.tzinfo is None:
        raise _refusal("date", expected, "add the distance from UTC, or Z")
    return moment


def _zone(found: object) -> str:
    try:
        return zoneinfo.ZoneInfo(found if isinstance(found, str) else "").key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        expected = "a time zone such as 'America/New_York'"
        raise _refusal("zone", expected, "use a name of the IANA database") from None


def _label(expected: str, pattern: re.Pattern[str]) -> _Parsed:
    return _matching("name", expected, pattern)


Text = Annotated[str, _Parsed(_text, {"type": "string", "minLength": 1})]
Word = Annotated[
    str,
    _matching(
        "name",
        "one word of letters, digits, '-' and '_'",
        re.compile(r"[\w-]{1,63}", re.ASCII),
    ),
]
Slug = Annotated[
    str,
    _matching(
        "name",
        "a name in lower case such as 'billing-svc'",
        names.SLUG,
        "use lower-case letters and digits, with single hyphens between words",
    ),
]
SignalName = Annotated[
    str,
    _matching(
        "name",
        "a signal's name such as 'http_error_ratio'",
        re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII),
        "use lower-case letters and digits, with single underscores between words",
    ),
]
AlertName = Annotated[
    str, _label("an alert's name such as 'HighErrorRate'", names.ALERT_NAME)
]
LabelName = Annotated[str, _label("a label's name", names.LABEL_NAME)]
MetricName = Annotated[str, _label("a metric's name", names.METRIC_NAME)]
RecordName = Annotated[
    str,
    _matching(
        "name",
        "a recorded series' name such as 'service:http_requests:rate5m'",
        re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*:[a-z][a-z0-9_]*", re.ASCII),
        "write level:metric:operations",
    ),
]
Email = Annotated[
    str,
    _matching("address", "an e-mail address", re.compile(r"[^@\s]+@[^@\s]+", re.ASCII)),
]
HostPort = Annotated[
    str,
    _matching(
        "address",
        "a host and a port such as 'smtp.example.com:587'",
        re.compile(r"[\w.-]+:\d{1,5}", re.ASCII),
    ),
]
Endpoint = Annotated[
    str,
    _matching("name", "a path such as '/health'", re.compile(r"/[\w./~-]*", re.ASCII)),
]
Route = Annotated[
    str,
    _matching(
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
    _matching(
        "address",
        "an address such as 'https://grafana.example.com'",
        # No user and no password: an address with a secret has no place in a spec.
        re.compile(r"https?://[\w.-]+(?::\d{1,5})?(?:/[\w./~-]*)?", re.ASCII),
        "leave out user, password and query; secrets are read from files at run time",
    ),
]
Count = Annotated[int, _whole(1, _MAX_REPLICAS)]
Column = Annotated[int, _whole(1, _GRID_COLUMNS)]
Height = Annotated[int, _whole(1, _MAX_PANEL_HEIGHT)]
Number = Annotated[float, _Parsed(_number, {"type": "number"})]
Flag = Annotated[bool, _Parsed(_flag, {"type": "boolean"})]
Duration = Annotated[
    units.Duration,
    _Parsed(_duration, {"type": ["string", "integer"], "examples": ["5m", "1h30m"]}),
]
Interval = Annotated[
    units.Duration, _Parsed(_interval, {"type": "string", "examples": ["15s"]})
]
Quantity = Annotated[
    str, _Parsed(_quantity, {"type": ["string", "number"], "examples": ["5%", "500ms"]})
]

Target = Annotated[
    slos.Target, _Parsed(_target, {"type": "string", "examples": ["99.9%"]})
]
Share = Annotated[Decimal, _Parsed(_share, {"type": "string", "examples": ["50%"]})]
Date = Annotated[dt.date, _Parsed(_date, {"type": "string", "format": "date"})]
TimeOfDay = Annotated[
    dt.time, _Parsed(_time_of_day, {"type": "string", "examples": ["02:00"]})
]
Moment = Annotated[
    dt.datetime, _Parsed(_moment, {"type": "string", "format": "date-time"})
]
Zone = Annotated[
    str, _Parsed(_zone, {"type": "string", "examples": ["America/New_York"]})
]

AlertSeverity = Annotated[signals.AlertSeverity, _choice(signals.AlertSeverity)]
Calculation = Annotated[dashboards.Calculation, _choice(dashboards.Calculation)]
Channel = Annotated[routing.Channel, _choice(routing.Channel)]
Each = Annotated[signals.Each, _choice(signals.Each)]
OperationClass = Annotated[
    services.OperationClass,
    _choice(
        services.OperationClass,
        # `other` is what no declared route claims: it cannot be declared.
        among=[
            member
            for member in services.OperationClass
            if member is not services.OperationClass.OTHER
        ],
    ),
]
PanelKind = Annotated[dashboards.PanelKind, _choice(dashboards.PanelKind)]
Priority = Annotated[signals.Priority, _choice(signals.Priority)]
Unit = Annotated[units.Unit, _choice(units.Unit)]


class _ProbeWord(enum.Enum):
    """What the spec calls the kinds of probe; upstream names modules, not kinds."""

    HTTP = "http"
    TCP = "tcp"


def _probe_kind(found: object) -> sources.ProbeKind:
    word = _choice(_ProbeWord).parse(found)
    assert isinstance(word, _ProbeWord)  # noqa: S101 - narrows for the checker
    return sources.ProbeKind[word.name]


ProbeKind = Annotated[
    sources.ProbeKind, _Parsed(_probe_kind, {"enum": ["http", "tcp"]})
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
    day = _choice(_Day).parse(found)
    assert isinstance(day, _Day)  # noqa: S101 - narrows for the checker
    return list(_Day).index(day)


Weekday = Annotated[int, _Parsed(_weekday, {"enum": [day.value for day in _Day]})]
