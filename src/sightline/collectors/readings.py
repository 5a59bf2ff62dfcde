"""What a source gives, and the two kinds of source: one is asked, one speaks.

This is the contract between `running`, which looks after sources, and everything that
is a source. A source knows nothing of intervals, back-off, expiry or other sources; it
says what it found, or raises `errors.SourceFailed` with the reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from prometheus_client import core

__all__ = ["Pulse", "Reading", "Source", "Stream", "Telling", "gauge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The metric families of one source at one moment.

    A family that several sources give is exposed once, with the samples of all; they
    must agree on its type and label names, and differ in a label.

    Attributes:
        rows: how many rows, keys, lines or objects the families were made of.
    """

    families: tuple[core.Metric, ...]
    rows: int


class Source(Protocol):
    """Something that is asked: a database, a server, a file.

    `collect` is cancelled when it takes longer than the pace allows, and is called
    again later on the same object; whatever it holds open must survive that. It is
    never called twice at once.
    """

    async def collect(self) -> Reading:
        """Gives a fresh reading; what it does not contain is no longer exposed.

        Raises:
            SourceFailed: there is none; the last one stands until it expires.
        """

    async def close(self) -> None:
        """Lets go of everything; called once, after the last `collect`."""


@runtime_checkable
class Telling(Protocol):
    """A source that also knows how its far side does, which no expiry may hide."""

    def tell(self) -> Sequence[core.Metric]:
        """Gives families that are exposed at every scrape; quick, and without I/O."""


Pulse = Callable[[int], None]
"""Told by a stream that it is well, and how many rows it took in since the last time.

Call it with 0 when nothing came in but everything works: a stream that has not called
it for as long as its pace's `expires_after` counts as down.
"""


@runtime_checkable
class Stream(Protocol):
    """Something that speaks by itself: a log, a queue, batches that are sent in.

    `run` is a task of its own. Ending it by an exception is a failure, which is
    counted; it is started again after the back-off, on the same object. Its families
    are asked for at every scrape, also while it is down: counters stay where they are
    and do not expire. What must survive the process it keeps by itself (a checkpoint).
    """

    async def run(self, pulse: Pulse) -> None:
        """Takes in what comes until it is cancelled; then checkpoints, and ends.

        Raises:
            SourceFailed: it cannot go on; it is run again later.
        """

    def read(self) -> Reading:
        """Gives the families as they are now; quick, and without I/O."""

    async def close(self) -> None:
        """Lets go of everything; called once, after the last `run` has ended."""


def gauge(
    name: str,
    documentation: str,
    labels: Sequence[str] = (),
    samples: Sequence[tuple[Sequence[str], float]] = (),
) -> core.GaugeMetricFamily:
    """Gives a family of gauges with its samples: label values, and the number."""
    family = core.GaugeMetricFamily(name, documentation, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family
