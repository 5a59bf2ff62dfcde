"""Sources side by side: each at its own pace, none in another's way.

Every source has a task of its own. It is asked, given up after its timeout, asked again
after its interval, and after a failure with a back-off that begins short (a restart of
a server is over in a second) and grows (a server in trouble is not helped by haste).
A reading stands until the next one, at most as long as its pace says; then it is gone,
never repeated as if it were fresh and never 0. See `readings` for what a source is.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client import core, registry

from sightline import errors
from sightline.collectors import clocks, readings, records
from sightline.model import collecting

__all__ = ["Member", "Roster"]

_FIRST_RETRY_SECONDS: Final = 1.0
_LONGEST_BACK_OFF_INTERVALS: Final = 4
_JITTER: Final = 0.1
_CLOSE_SECONDS: Final = 5.0

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A source as the roster takes it.

    Attributes:
        name: unique; the `source` label.
        kind: the `kind` label, such as `sql`.
    """

    name: str
    kind: str
    pace: collecting.Pace
    source: readings.Source | readings.Stream


class Roster(registry.Collector):
    """All sources that run now; asked by the exposition, it gives their families."""

    def __init__(
        self,
        clock: clocks.Clock | None = None,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock or clocks.SystemClock()
        self._draw = draw
        self._courses: dict[str, _Course] = {}

    @property
    def records(self) -> Mapping[str, records.Record]:
        """How each source does, by name."""
        return {name: course.record for name, course in self._courses.items()}

    def find(self, name: str) -> readings.Source | readings.Stream | None:
        """Gives the source of that name, if it runs."""
        course = self._courses.get(name)
        return course.member.source if course else None

    def add(self, member: Member) -> None:
        """Begins to read a source; its name must be free."""
        assert member.name not in self._courses  # noqa: S101 - the spec has each name once
        self._courses[member.name] = _Course(member, self._clock, self._draw)

    async def remove(self, name: str) -> None:
        """Ends a source: its task first, then whatever it holds open."""
        await self._courses.pop(name).close()

    async def close(self) -> None:
        """Ends all sources, side by side."""
        await asyncio.gather(*(self.remove(name) for name in tuple(self._courses)))

    def collect(self) -> Iterator[core.Metric]:
        """Gives what every source measures, and how every source does."""
        courses = tuple(self._courses.values())
        measured = (family for course in courses for family in course.families())
        yield from _merge(measured)
        yield from records.families_of(course.record for course in courses)


class _Course:
    """One source, its task and its last reading."""

    def __init__(
        self, member: Member, clock: clocks.Clock, draw: Callable[[], float]
    ) -> None:
        self.member = member
        self.record = records.Record(
            member.name, member.kind, member.pace.expires_after.seconds, clock
        )
        self._clock = clock
        self._draw = draw
        self._reading: readings.Reading | None = None
        self._task = asyncio.create_task(self._run(), name=f"source {member.name}")

    def families(self) -> tuple[core.Metric, ...]:
        """Gives what may be shown now."""
        source = self.member.source
        if isinstance(source, readings.Stream):
            return source.read().families
        told = source.tell() if isinstance(source, readings.Telling) else ()
        if self._reading is None or self.record.has_expired:
            return tuple(told)
        return (*self._reading.families, *told)

    async def close(self) -> None:
        """Ends the task and the source; neither may hold up the end for long."""
        self._task.cancel()
        await asyncio.wait([self._task], timeout=_CLOSE_SECONDS)
        with contextlib.suppress(TimeoutError, OSError, errors.SourceFailed):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.member.source.close()

    async def _run(self) -> None:
        while True:
            started = self._clock.monotonic()
            failed: errors.SourceFailed | None = None
            try:
                await self._attempt(started)
            except errors.SourceFailed as error:
                failed = error
            except TimeoutError:
                seconds = self.member.pace.timeout
                failed = errors.SourceFailed(
                    errors.FailureReason.TIMEOUT, f"expected a reading within {seconds}"
                )
            except Exception as error:  # noqa: BLE001 - one source's bug ends no other
                _LOG.exception("source %s: a bug", self.member.name)
                failed = errors.SourceFailed(
                    errors.FailureReason.UNEXPECTED, f"{type(error).__name__}: {error}"
                )
            if failed is not None:
                self._note(failed, self._clock.monotonic() - started)
            await self._clock.sleep(self._pause_seconds(failed))

    async def _attempt(self, started: float) -> None:
        self.record.begin()
        source = self.member.source
        if isinstance(source, readings.Stream):
            await source.run(self.record.succeed)
            return
        async with asyncio.timeout(self.member.pace.timeout.seconds):
            self._reading = await source.collect()
        took = self._clock.monotonic() - started
        self.record.succeed(self._reading.rows, took)

    def _note(self, failed: errors.SourceFailed, took: float) -> None:
        """Counts a failure, and says it once until it changes."""
        if self.record.last_error != str(failed):
            _LOG.warning(
                "source %s: %s: %s", self.member.name, failed.reason.value, failed
            )
        self.record.fail(failed, took)

    def _pause_seconds(self, failed: errors.SourceFailed | None) -> float:
        interval = self.member.pace.interval.seconds
        spread = 1 + _JITTER * (2 * self._draw() - 1)
        if failed is None:
            return interval * spread
        longest = _LONGEST_BACK_OFF_INTERVALS * interval
        # The exponent is bounded: a source may be away for years.
        doubled = _FIRST_RETRY_SECONDS * 2.0 ** min(self.record.failures_in_a_row, 32)
        return max(min(doubled / 2, longest) * spread, failed.retry_after_seconds)


def _merge(families: Iterator[core.Metric]) -> Iterator[core.Metric]:
    """Gives each family once, with the samples of all sources that have it."""
    merged: dict[str, core.Metric] = {}
    for family in families:
        known = merged.get(family.name)
        if known is None:
            known = core.Metric(family.name, family.documentation, family.type)
            merged[family.name] = known
        known.samples.extend(family.samples)
    yield from merged.values()
