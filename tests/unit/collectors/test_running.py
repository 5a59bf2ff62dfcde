"""Sources side by side, with a clock that passes only when it is told to."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator

import pytest

from sightline import errors
from sightline.collectors import readings, running
from sightline.model import collecting, units
from support import clocks

PACE = collecting.Pace(
    interval=units.Duration.parse("10s"),
    timeout=units.Duration.parse("5s"),
    expires_after=units.Duration.parse("30s"),
)
UNREACHABLE = errors.SourceFailed(
    errors.FailureReason.UNREACHABLE, "nothing answers at db:5432"
)


class Scripted:
    """Gives what the test has laid out, then the last of it for ever."""

    def __init__(self, *outcomes: float | Exception) -> None:
        self._outcomes = list(outcomes)
        self.asked = 0
        self.is_closed = False

    async def collect(self) -> readings.Reading:
        self.asked += 1
        outcome = self._outcomes[0]
        if len(self._outcomes) > 1:
            self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        family = readings.gauge("orders", "Orders.", (), [((), outcome)])
        return readings.Reading(families=(family,), rows=1)

    async def close(self) -> None:
        self.is_closed = True


class Hanging:
    """Never answers."""

    def __init__(self) -> None:
        self.given_up = asyncio.Event()

    async def collect(self) -> readings.Reading:
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up.set()
        raise AssertionError

    async def close(self) -> None:
        pass


@pytest.fixture
def clock() -> clocks.ManualClock:
    return clocks.ManualClock(wall=1000.0)


@pytest.fixture
async def roster(clock: clocks.ManualClock) -> AsyncIterator[running.Roster]:
    made = running.Roster(clock, draw=lambda: 0.5)
    yield made
    await made.close()


def _member(
    source: readings.Source | readings.Stream, name: str = "shop"
) -> running.Member:
    return running.Member(name=name, kind="sql", pace=PACE, source=source)


def _numbers(roster: running.Roster) -> dict[str, float]:
    """Gives every sample, by its name, or its name and reason."""
    return {
        sample.name
        + "".join(
            f" {v}" for k, v in sample.labels.items() if k == "reason"
        ): sample.value
        for family in roster.collect()
        for sample in family.samples
    }


async def test_a_reading_stands_with_its_own_metrics(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    roster.add(_member(Scripted(7.0)))
    await clock.settle()
    numbers = _numbers(roster)
    assert numbers["orders"] == 7.0
    assert numbers["sightline_source_up"] == 1
    assert numbers["sightline_source_last_success_timestamp_seconds"] == 1000.0
    assert numbers["sightline_source_rows"] == 1
    assert numbers["sightline_source_attempts_total"] == 1
    assert numbers["sightline_source_errors_total unreachable"] == 0


async def test_a_reading_that_is_not_renewed_disappears_when_it_expires(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    roster.add(_member(Scripted(7.0, UNREACHABLE)))
    await clock.settle()
    await clock.advance(10.0)  # the second attempt fails
    assert _numbers(roster)["orders"] == 7.0
    assert _numbers(roster)["sightline_source_up"] == 0
    await clock.advance(20.0)
    assert _numbers(roster)["orders"] == 7.0  # 30 seconds old, and no older
    await clock.advance(0.1)
    assert "orders" not in _numbers(roster)


async def test_failures_are_counted_by_reason_and_retried_with_a_growing_pause(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    source = Scripted(UNREACHABLE)
    roster.add(_member(source))
    await clock.settle()
    asked_at = []
    for _ in range(20):
        before = source.asked
        await clock.advance(1.0)
        asked_at += [clock.monotonic()] if source.asked > before else []
    assert asked_at == [1.0, 3.0, 7.0, 15.0]
    numbers = _numbers(roster)
    assert numbers["sightline_source_errors_total unreachable"] == 5
    assert numbers["sightline_source_up"] == 0
    assert "sightline_source_last_success_timestamp_seconds" not in numbers


async def test_the_pause_grows_to_four_intervals_at_most(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    source = Scripted(UNREACHABLE)
    roster.add(_member(source))
    await clock.settle()
    await clock.advance(1000.0)
    before = source.asked
    await clock.advance(400.0)
    assert source.asked == before + 10


async def test_a_far_side_that_asks_for_patience_gets_it(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    limited = errors.SourceFailed(
        errors.FailureReason.EXHAUSTED, "too many requests", retry_after_seconds=60.0
    )
    source = Scripted(limited, 7.0)
    roster.add(_member(source))
    await clock.settle()
    await clock.advance(59.9)
    assert source.asked == 1
    await clock.advance(0.1)
    assert _numbers(roster)["orders"] == 7.0


async def test_a_bug_in_one_source_neither_ends_it_nor_another(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    broken = Scripted(ZeroDivisionError("division by zero"))
    roster.add(_member(broken, "broken"))
    roster.add(_member(Scripted(7.0), "sound"))
    await clock.settle()
    await clock.advance(1.0)
    assert broken.asked == 2
    assert _numbers(roster)["orders"] == 7.0
    record = roster.records["broken"]
    assert record.errors_by_reason[errors.FailureReason.UNEXPECTED] == 2
    assert record.last_error == "ZeroDivisionError: division by zero"


async def test_a_source_that_hangs_is_given_up_and_delays_no_other(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    hasty = dataclasses.replace(PACE, timeout=units.Duration.parse("1ms"))
    hanging = Hanging()
    slow = running.Member(name="slow", kind="sql", pace=hasty, source=hanging)
    roster.add(slow)
    roster.add(_member(Scripted(7.0)))
    await clock.settle()
    assert _numbers(roster)["orders"] == 7.0
    await hanging.given_up.wait()
    await clock.settle()
    assert roster.records["slow"].last_error == "expected a reading within 1ms"


async def test_families_of_the_same_name_are_exposed_once(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    roster.add(_member(Scripted(7.0), "one"))
    roster.add(_member(Scripted(8.0), "two"))
    await clock.settle()
    (orders,) = [family for family in roster.collect() if family.name == "orders"]
    assert [sample.value for sample in orders.samples] == [7.0, 8.0]


async def test_a_source_that_was_removed_is_closed_and_gone(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    source = Scripted(7.0)
    roster.add(_member(source))
    await clock.settle()
    await roster.remove("shop")
    assert source.is_closed
    assert _numbers(roster) == {}


class Log:
    """A stream that the test makes speak."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[int | Exception] = asyncio.Queue()
        self.total = 0

    async def run(self, pulse: readings.Pulse) -> None:
        while True:
            found = await self.lines.get()
            if isinstance(found, Exception):
                raise found
            self.total += found
            pulse(found)

    def read(self) -> readings.Reading:
        family = readings.gauge("lines", "Lines.", (), [((), self.total)])
        return readings.Reading(families=(family,), rows=self.total)

    async def close(self) -> None:
        pass


async def test_a_stream_is_up_as_long_as_it_tells_of_itself(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    log = Log()
    roster.add(_member(log))
    await clock.settle()
    assert _numbers(roster)["sightline_source_up"] == 0
    log.lines.put_nowait(3)
    await clock.settle()
    assert _numbers(roster)["sightline_source_up"] == 1
    assert _numbers(roster)["sightline_source_rows_total"] == 3
    await clock.advance(31.0)
    assert _numbers(roster)["sightline_source_up"] == 0
    assert _numbers(roster)["lines"] == 3  # what was counted stays counted


async def test_a_stream_that_breaks_runs_again(
    roster: running.Roster, clock: clocks.ManualClock
) -> None:
    log = Log()
    roster.add(_member(log))
    await clock.settle()
    log.lines.put_nowait(UNREACHABLE)
    await clock.settle()
    assert _numbers(roster)["sightline_source_errors_total unreachable"] == 1
    log.lines.put_nowait(2)
    await clock.advance(1.0)
    assert _numbers(roster)["lines"] == 2
    assert _numbers(roster)["sightline_source_up"] == 1
