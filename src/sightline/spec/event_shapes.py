"""What the metrics made of events look like in a spec."""

from typing import Annotated

from pydantic import Field

from sightline.model import events, units
from sightline.spec import fields, source_shapes
from sightline.spec.bases import Shape

__all__ = [
    "Chosen",
    "EventCounter",
    "EventDistinct",
    "EventHistogram",
    "EventLabel",
    "EventNewcomers",
    "EventRanking",
    "EventSource",
    "EventStream",
    "Measured",
]

_Values = Annotated[list[fields.Text], Field(min_length=1)]


class EventLabel(Shape):
    """A label of a metric; its name is the key."""

    field: fields.Text | None = None
    as_: fields.LabelReading = Field(events.Reading.TEXT, alias="as")
    limit: fields.Rows = 100
    initial: list[fields.Text] = []
    missing: fields.Text | None = None


class Chosen(Shape):
    """What every metric made of events has; its name is the key."""

    help: fields.Text
    where: dict[fields.Text, _Values] = {}
    unless: dict[fields.Text, _Values] = {}


class Measured(Chosen):
    """A metric with labels."""

    labels: dict[fields.LabelName, EventLabel] = {}
    initial: list[list[fields.Text]] = []


class EventCounter(Measured):
    """Events, or the sum of a field over them."""

    amount: fields.Text | None = None


class EventHistogram(Measured):
    """The distribution of a field."""

    observed: fields.Text
    buckets: Annotated[list[fields.Number], Field(min_length=1)]
    scale: fields.Number = 1.0


class EventDistinct(Measured):
    """How many different values a field had within a sliding window."""

    observed: fields.Text
    window: fields.Interval


class EventRanking(Chosen):
    """The most frequent values of a field within a window."""

    observed: fields.Text
    label: fields.LabelName
    as_: fields.LabelReading = Field(events.Reading.TEXT, alias="as")
    window: fields.Interval
    top: fields.Rows = 10
    capacity: fields.Rows = 20_000


class EventNewcomers(Measured):
    """First events of a subject with a combination of labels."""

    subject: fields.Text
    remembered: fields.Interval = units.Duration.parse("90d")
    capacity: fields.Rows = 100_000


class EventStream(Shape):
    """Where the events of a source are in a Redis."""

    key: fields.Text
    field: fields.Text = "event"


class EventSource(source_shapes.Paced):
    """A log or another flow of events; the source's name is the key."""

    format: fields.Text = "json"
    time: fields.Text | None = None
    stream: EventStream | None = None
    lists: fields.Slug | None = None
    countries: fields.Slug | None = None
    counters: dict[fields.MetricName, EventCounter] = {}
    histograms: dict[fields.MetricName, EventHistogram] = {}
    distinct: dict[fields.MetricName, EventDistinct] = {}
    rankings: dict[fields.MetricName, EventRanking] = {}
    newcomers: dict[fields.MetricName, EventNewcomers] = {}
