"""What the sources of the collectors look like in a spec."""

from typing import Annotated

from pydantic import Field

from sightline.model import collecting, units
from sightline.spec import bases, fields, references

__all__ = [
    "CertificateSource",
    "ColumnMetric",
    "ContainerSource",
    "CsvAnswers",
    "Paced",
    "RedisMetric",
    "RedisSource",
    "SqlSource",
    "StripeSource",
    "SurveySource",
]


class Paced(bases.Shape):
    """What every source has."""

    connection: fields.Slug
    interval: fields.Interval = units.Duration.parse("30s")
    timeout: fields.Interval | None = None
    expires_after: fields.Interval | None = None
    environments: list[references.Environment] = []


class ColumnMetric(bases.Shape):
    """A metric that is made of a column of a query's result."""

    name: fields.MetricName
    help: fields.Text
    kind: fields.MetricKind = collecting.MetricKind.GAUGE
    column: fields.LabelName
    labels: list[fields.LabelName] = []


class SqlSource(Paced):
    """A query of a database; the source's name is the key."""

    query: fields.QueryFile
    zone: fields.Zone | None = None
    metrics: Annotated[list[ColumnMetric], Field(min_length=1)]
    most_rows: fields.Rows = 1000
    most_label_values: fields.Rows = 100


class RedisMetric(bases.Shape):
    """A count that Redis answers: `sorted_set` and `within`, or `keys`."""

    name: fields.MetricName
    help: fields.Text
    sorted_set: fields.Text | None = None
    within: fields.Interval | None = None
    keys: fields.Text | None = None
    sample: fields.Rows = 10_000


class RedisSource(Paced):
    """Counts of a Redis; the source's name is the key."""

    metrics: Annotated[list[RedisMetric], Field(min_length=1)]


class StripeSource(Paced):
    """Revenue from Stripe's balance transactions; the source's name is the key."""

    metric: fields.MetricName
    help: fields.Text
    zone: fields.Zone | None = None


class CsvAnswers(bases.Shape):
    """Which columns of a CSV file hold the answers of a survey."""

    score: fields.Text
    time: fields.Text
    window: fields.Interval = units.Duration.parse("90d")


class SurveySource(Paced):
    """A Net Promoter Score, by `query` or from `csv`; the source's name is the key."""

    prefix: fields.MetricName
    query: fields.QueryFile | None = None
    csv: CsvAnswers | None = None
    zone: fields.Zone | None = None
    least_answers: fields.Rows = 30


class CertificateSource(Paced):
    """The expiry of certificates; the source's name is the key."""

    renewed_before: fields.Interval | None = None


class ContainerSource(Paced):
    """The containers of a host by cgroup v2; the source's name is the key."""

    pattern: fields.LabelPattern
    most_containers: fields.Rows = 500
