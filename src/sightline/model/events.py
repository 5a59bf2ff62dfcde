"""Events: logs, and the metrics that are made of their lines."""

import enum
from dataclasses import dataclass

from sightline.model import collecting, units

__all__ = [
    "COMBINED",
    "COMMON",
    "Condition",
    "Counter",
    "Distinct",
    "EventSource",
    "Format",
    "Histogram",
    "JsonLines",
    "Label",
    "LogFormat",
    "Logfmt",
    "Metric",
    "Newcomers",
    "Reading",
    "RedisStream",
    "TopValues",
]

COMMON = (
    "$remote_addr $remote_logname $remote_user [$time_local]"
    ' "$request" $status $body_bytes_sent'
)
"""https://httpd.apache.org/docs/2.4/logs.html#common, in nginx's words."""
COMBINED = COMMON + ' "$http_referer" "$http_user_agent"'
"""https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format"""


class Reading(enum.Enum):
    """How the text of a field becomes the value of a label."""

    TEXT = "text"
    """As it stands."""
    STATUS_CLASS = "status_class"
    """`4xx` for 404."""
    NETWORK = "network"
    """The /24 of an IPv4 address, the /48 of an IPv6 address."""
    COUNTRY = "country"
    """Where the address is registered, or `unknown`."""
    LISTS = "lists"
    """The lists of networks that the address is on; on none, it is not counted."""
    KEYED_HASH = "keyed_hash"
    """A pseudonym that only the holder of the key can recompute."""


@dataclass(frozen=True, slots=True)
class JsonLines:
    """One JSON object on each line; `a.b` and `a.0` name what is nested."""


@dataclass(frozen=True, slots=True)
class Logfmt:
    """Pairs such as `key=value key2="two words"`; other words are passed over."""


@dataclass(frozen=True, slots=True)
class LogFormat:
    """Access-log lines; `text` is nginx's `log_format`, with `$name` for each field."""

    text: str


Format = JsonLines | Logfmt | LogFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """An event counts only if a field is one of `values`.

    Attributes:
        negated: only if it is none of them.
    """

    field: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label, and the field that gives its values.

    Attributes:
        limit: values with a name of their own; every later one is `other`.
        initial: values that are there from the start, at 0.
        missing: the value of events without the field; `None`: they do not count.
    """

    name: str
    field: str
    reading: Reading = Reading.TEXT
    limit: int = 100
    initial: tuple[str, ...] = ()
    missing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What all metrics made of events have.

    Attributes:
        name: of the metric; a counter's ends with `_total`.
        where: conditions that all must hold.
        initial: series that are there from the start, by their label values; besides
            those that the labels' own initial values make.
    """

    name: str
    help: str
    where: tuple[Condition, ...] = ()
    labels: tuple[Label, ...] = ()
    initial: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter(_Measured):
    """Events, or the sum of a field over them.

    Attributes:
        amount: the field that is added up; `None` counts the events.
    """

    amount: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram(_Measured):
    """The distribution of a field.

    Attributes:
        scale: what the number is multiplied by, such as 0.001 for milliseconds.
        buckets: upper bounds, ascending, without the infinite one.
    """

    observed: str
    buckets: tuple[float, ...]
    scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct(_Measured):
    """How many different values a field had within a sliding window."""

    observed: str
    window: units.Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class TopValues(_Measured):
    """The most frequent values of a field within a window, by Space-Saving.

    Attributes:
        label: under which the values stand.
        top: values that are shown; the rest is `other`.
        capacity: values that are tracked; the error is at most events / capacity.
    """

    observed: str
    label: str
    window: units.Duration
    reading: Reading = Reading.TEXT
    top: int = 10
    capacity: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomers(_Measured):
    """First events of a subject with a combination of labels: a user, a country.

    Attributes:
        subject: the field that names who it is.
        remembered: how long a combination is known after it was seen last.
        capacity: combinations that are remembered; the oldest make room.
    """

    subject: str
    remembered: units.Duration
    capacity: int = 200_000


Metric = Counter | Histogram | Distinct | TopValues | Newcomers


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisStream:
    """A Redis stream; each entry holds one line in `field`."""

    key: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource(collecting.DeclaredSource):
    """One kind of events, and what is counted of them.

    The connection is files, a Redis, batches by HTTP, or standard input.

    Attributes:
        time: the field that says when an event was; `None`: when it is read.
        stream: where the events are, in a Redis.
        lists: the connection of files of networks; a list has the name of its file,
            without the suffix. `None`: no address is on any list.
        countries: the connection of a CSV file or a MaxMind database. `None`: the
            country of every address is unknown.
    """

    format: Format
    metrics: tuple[Metric, ...]
    time: str | None = None
    stream: RedisStream | None = None
    lists: str | None = None
    countries: str | None = None
