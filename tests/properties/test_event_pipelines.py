"""Whatever a log holds, every line is read or rejected, and nothing breaks."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import core, exposition, registry

from sightline.collectors.events import pipelines
from sightline.model import events
from support import event_sources as made

_NUMBERS = st.integers() | st.integers(10**300, 10**400) | st.floats()
_VALUES = st.none() | st.booleans() | _NUMBERS | st.text(max_size=8)
_FIELDS = st.sampled_from(["at", "who", "ip", "n", "nested", "other"])
_ODD = st.lists(_VALUES, max_size=2) | st.dictionaries(_FIELDS, _VALUES, max_size=2)
_EVENTS = st.dictionaries(_FIELDS, _VALUES | _ODD, max_size=6)
_EVERY = (
    events.Counter(
        name="a_total",
        help="A.",
        where=(events.Condition(field="who", values=("x",), negated=True),),
        labels=tuple(
            made.label(reading.value, "ip", reading=reading, missing="none", limit=5)
            for reading in events.Reading
        ),
        amount="n",
    ),
    events.Histogram(name="b", help="B.", observed="n", buckets=(0.5, 2.0), scale=0.1),
    events.Distinct(name="c", help="C.", observed="ip", window=made.duration("1h")),
    events.TopValues(
        name="d",
        help="D.",
        observed="nested.who",
        label="who",
        window=made.duration("1h"),
        top=2,
        capacity=3,
    ),
    events.Newcomers(
        name="e_total",
        help="E.",
        subject="who",
        labels=(made.label("country", "n", limit=2),),
        remembered=made.duration("90d"),
        capacity=3,
    ),
)


@settings(max_examples=100)
@given(st.lists(_EVENTS, min_size=1, max_size=8))
def test_any_json_is_counted_or_rejected(found: list[object]) -> None:
    pipeline = made.open_pipeline(*_EVERY, time="at")
    lines = "".join(json.dumps(one) + "\n" for one in found)
    read = pipeline.feed(lines.encode(), made.NOW)

    assert read + sum(pipeline.rejected.counts().values()) == len(found)
    assert all(count <= read for _, count in pipeline.incomplete())
    exposed = registry.CollectorRegistry()
    exposed.register(_Shown(pipeline))
    assert exposition.generate_latest(exposed)
    again = made.open_pipeline(*_EVERY, time="at")
    again.load(pipeline.dump())
    assert list(again.families(made.NOW)) == list(pipeline.families(made.NOW))


class _Shown(registry.Collector):
    def __init__(self, pipeline: pipelines.Pipeline) -> None:
        self._pipeline = pipeline

    def collect(self) -> list[core.Metric]:
        return list(self._pipeline.families(made.NOW))
