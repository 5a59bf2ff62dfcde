"""Asserting what a request emitted, without global state.

```python
def test_a_declined_card_is_no_failure() -> None:
    emitted = testing.Emitted()
    client = TestClient(build_app(emitted.registry, counts=emitted.open_metrics()))
    client.post("/payments", json={"card": "declined"})
    assert emitted.requests() == {"POST /payments write 402": 1}
    assert emitted.change("payments_total", result="failed") == 0
```

Each `Emitted` has a registry of its own unless it is given one; of a shared one it
tells what has changed since.
"""

import difflib
import itertools
from collections.abc import Iterator, Mapping
from typing import Final

import prometheus_client
from prometheus_client import registry, samples

from sightline.instrument import counting, metrics
from sightline.model import http_metrics

__all__ = ["Clock", "Emitted"]

_Series = tuple[str, frozenset[tuple[str, str]]]
_MOST_SHOWN: Final = 10


class Clock:
    """Seconds that pass only when a test says so: add to `now`."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Gives the time."""
        return self.now


class Emitted:
    """What the series of a registry have changed by since this was made.

    Args:
        observed: the registry; one of its own when None.
        names: under which the requests are counted.

    Attributes:
        registry: to be given to the application under test.
        clock: to be given where durations are asserted.
    """

    def __init__(
        self,
        observed: registry.CollectorRegistry | None = None,
        names: http_metrics.Naming = http_metrics.PROMETHEUS,
    ) -> None:
        self.registry: Final = observed or prometheus_client.CollectorRegistry()
        self.clock: Final = Clock()
        self._names = names
        self._before = self._numbers()

    def open_metrics(self) -> metrics.HttpMetrics:
        """Gives where an application counts its requests; may be called once."""
        return counting.open_metrics(self.registry, names=self._names)

    def requests(self) -> Mapping[str, float]:
        """Gives the requests counted, by labels in order: `GET /jobs/{id} read 200`."""
        family = self._names.requests
        counter = family or self._names.durations
        sample_name = counter.name if family else f"{counter.name}_count"
        names = counter.label_names
        requests = {}
        for (name, pairs), change in self._changes():
            if name == sample_name and change:
                labels = dict(pairs)
                seen = filter(None, (labels.get(label) for label in names))
                requests[" ".join(seen)] = change
        return requests

    def in_progress(self) -> float:
        """Gives the number of requests in progress now."""
        name = self._names.in_progress.name
        return sum(one.value for one in self.samples(name))

    def change(self, name: str, **labels: str) -> float:
        """Gives by how much the series with these labels have changed, summed up.

        Args:
            name: of the samples: `jobs_total`, `request_seconds_count`.
            labels: those that matter; others may be anything.

        Raises:
            AssertionError: when there is no such series: 0 would look like an answer.
        """
        found = [
            change
            for (sample_name, pairs), change in self._changes()
            if sample_name == name and labels.items() <= pairs
        ]
        if not found:
            raise AssertionError(self._missing(name, labels))
        return sum(found)

    def samples(self, name: str) -> list[samples.Sample]:
        """Gives the samples of one name as they are now, not as they have changed."""
        families = list(self.registry.collect())
        collected = itertools.chain.from_iterable(one.samples for one in families)
        return [sample for sample in collected if sample.name == name]

    def _changes(self) -> Iterator[tuple[_Series, float]]:
        for series, number in self._numbers().items():
            yield series, number - self._before.get(series, 0.0)

    def _numbers(self) -> Mapping[_Series, float]:
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.registry.collect()
            for sample in family.samples
        }

    def _missing(self, name: str, labels: Mapping[str, str]) -> str:
        known = sorted({sample_name for sample_name, _ in self._numbers()})
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            return f"no samples are called {name!r}{meant}"
        there = [_render(name, sample.labels) for sample in self.samples(name)]
        shown = ", ".join(there[:_MOST_SHOWN])
        more = f" and {len(there) - _MOST_SHOWN} more" if there[_MOST_SHOWN:] else ""
        return f"expected a series {_render(name, labels)}, found {shown}{more}"


def _render(name: str, labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{key}="{text}"' for key, text in sorted(labels.items()))
    return f"{name}{{{pairs}}}"
