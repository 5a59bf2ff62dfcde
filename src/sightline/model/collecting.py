"""What the collectors expose for things that have no metrics of their own.

A source says what is measured and how often; `connection` is the name of a place in the
settings of the process that collects, which alone knows addresses and secrets. The same
declaration therefore holds in every environment.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from sightline.model import spans, units

__all__ = [
    "CertificateSource",
    "Collection",
    "ColumnMetric",
    "ContainerSource",
    "CsvAnswers",
    "DeclaredSource",
    "KeyCount",
    "MetricKind",
    "Pace",
    "QueriedAnswers",
    "Query",
    "RecentMembers",
    "RedisMetric",
    "RedisSource",
    "SqlSource",
    "StripeSource",
    "SurveySource",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a source is asked, and how long its last answer may stand.

    Attributes:
        interval: from one reading to the next; jittered.
        timeout: a reading that takes longer has failed; at most the interval.
        expires_after: a reading that could not be renewed for so long disappears.
    """

    interval: units.Duration
    timeout: units.Duration
    expires_after: units.Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSource:
    """What every source has.

    Attributes:
        connection: a name in the settings of the process that collects.
        environments: where it is read; empty means everywhere.
    """

    name: str
    connection: str
    pace: Pace
    environments: tuple[str, ...]
    span: spans.Span = field(compare=False)


class MetricKind(enum.Enum):
    """What a number of a query is: a state, or a count that only rises."""

    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMetric:
    """A metric that is made of a column: one sample for each row.

    Attributes:
        column: holds the number; a row in which it is NULL gives no sample.
        labels: columns that become labels of the same name.
    """

    name: str
    help: str
    kind: MetricKind
    column: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """An SQL query from a file of its own.

    Attributes:
        file: as it is shown to the user.
        zone: the IANA zone in which the database's `now()` begins a day or a month.
    """

    file: str
    text: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlSource(DeclaredSource):
    """One query of a PostgreSQL or SQLite database, and the metrics made of its rows.

    Attributes:
        most_rows: a result with more is refused.
        most_label_values: a label with more different values is refused.
    """

    query: Query
    metrics: tuple[ColumnMetric, ...]
    most_rows: int
    most_label_values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentMembers:
    """Members of a sorted set whose score, a Unix time, is recent: ZCOUNT, O(log n).

    Attributes:
        within: how recent; a year at most.
    """

    key: str
    within: units.Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCount:
    """Keys that match a pattern, estimated from a sample by SCAN.

    Attributes:
        pattern: Redis's glob, such as `session:*`.
        sample: keys that are looked at, at most; the keys of a database in the order
            of SCAN are in random order, since the order is that of a keyed hash.
    """

    pattern: str
    sample: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisMetric:
    """A gauge and how it is counted."""

    name: str
    help: str
    counted: RecentMembers | KeyCount


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisSource(DeclaredSource):
    """Counts that a Redis, a Cluster or what a Sentinel names has the answer to."""

    metrics: tuple[RedisMetric, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSource(DeclaredSource):
    """Paid minus refunded, month to date, from the balance transactions of Stripe.

    Attributes:
        metric: of the revenue, in minor units, by `currency`.
        zone: the IANA zone whose calendar months count.
    """

    metric: str
    help: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueriedAnswers:
    """Survey answers in a PostgreSQL or SQLite database.

    Attributes:
        query: gives `score` (0 to 10) and `answers`, how many gave it, in each row.
    """

    query: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvAnswers:
    """Survey answers in a CSV file with a header, one answer in each line.

    Attributes:
        score_column: 0 to 10.
        time_column: when it was given, ISO 8601; without a zone it is UTC.
        window: older answers do not count.
    """

    score_column: str
    time_column: str
    window: units.Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySource(DeclaredSource):
    """The Net Promoter Score with the number of answers and its margin of error.

    Attributes:
        prefix: the metrics are `<prefix>_score`, `<prefix>_responses` and
            `<prefix>_margin_of_error`.
        least_answers: with fewer there is no score.
    """

    prefix: str
    answers: QueriedAnswers | CsvAnswers
    least_answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSource(DeclaredSource):
    """The certificates that a TLS server presents, or those in PEM files.

    Attributes:
        renewed_before: how long before its end a certificate is renewed; `None` when a
            third of its lifetime is left.
    """

    renewed_before: units.Duration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSource(DeclaredSource):
    """The containers of this host, by their cgroups.

    Attributes:
        pattern: a regular expression for the whole path of a cgroup below the root;
            its named groups become labels.
        most_containers: with more, none is shown.
    """

    pattern: str
    most_containers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Everything that a spec declares for the collectors to read, by name."""

    sources: Mapping[str, DeclaredSource] = field(default_factory=dict)

    def within(self, environment_name: str) -> "Collection":
        """Gives the sources that are read in one environment."""
        return Collection(
            sources={
                name: source
                for name, source in self.sources.items()
                if not source.environments or environment_name in source.environments
            }
        )
