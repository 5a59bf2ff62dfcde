"""Events as a source of metrics: inputs are followed, counted, and the counts kept.

Whatever is taken in is counted and kept in one go, without a moment between in which
anything else could run. So a scrape never shows what a kill could take back: counters
do not go down, and nothing is counted twice.
"""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import msgspec
from prometheus_client import core

from sightline import errors
from sightline.collectors import clocks, readings
from sightline.collectors.events import (
    checkpoints,
    following,
    lookups,
    own_metrics,
    pipelines,
    rejections,
)

__all__ = ["EventStream", "Feed"]

_PAUSE_SECONDS: Final = 0.5
_SLICE_SECONDS: Final = 0.1
_SLICE_PER_SAVING: Final = 10
"""Saving takes a tenth of the time at most, and other sources wait no longer."""
_LOG_SECONDS: Final = 60.0
_REFRESH_SECONDS: Final = 5.0
_KEYS_KEPT: Final = 10_000
_PIPELINE: Final = "pipeline"
_FEEDS: Final = "feeds"
_OWN: Final = "source"

_LOG: Final = logging.getLogger(__name__)


class Feed(Protocol):
    """An input that waits for what comes: a Redis stream, standard input."""

    async def fetch(self) -> tuple[bytes, bytes]:
        """Gives whole lines, and the state from which it goes on after them.

        Raises:
            SourceFailed: it cannot go on; it is asked again later.
        """

    def load(self, state: bytes) -> None:
        """Goes on from an earlier state."""

    async def close(self) -> None:
        """Lets go of everything."""


class EventStream:
    """A stream of events as a source of metrics.

    Args:
        known: the lists of networks that the pipeline asks; read again now and then.
        followers: of the files that it reads.
        feeds: its other inputs, by a name that stays the same.
        checkpoint: where its counts and positions are kept.
    """

    def __init__(
        self,
        pipeline: pipelines.Pipeline,
        known: lookups.Lookups,
        followers: Sequence[following.Follower],
        feeds: dict[str, Feed],
        checkpoint: checkpoints.Checkpoint,
        clock: clocks.Clock,
    ) -> None:
        self._pipeline = pipeline
        self._known = known
        self._followers = tuple(followers)
        self._feeds = feeds
        self._checkpoint = checkpoint
        self._clock = clock
        self._feed_states: dict[str, bytes] = {}
        self._keys: dict[str, None] = {}
        self._read = 0
        self._slice_seconds = _SLICE_SECONDS
        self._is_loaded = False
        self._unfinished: dict[int, Iterator[bytes]] = {}
        self._logged: dict[rejections.Reason, tuple[int, float]] = {}

    async def run(self, pulse: readings.Pulse) -> None:
        """Takes in what comes until it is cancelled.

        Raises:
            SourceFailed: an input or the checkpoint cannot be used.
        """
        self._load()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow(pulse))
                group.create_task(self._refresh())
                for name, feed in self._feeds.items():
                    group.create_task(self._drain(name, feed, pulse))
        except* errors.SourceFailed as failed:
            raise _first(failed) from None

    def read(self) -> readings.Reading:
        """Gives the metrics as they are now."""
        families = (*self._pipeline.families(self._clock.wall()), *self._own_families())
        return readings.Reading(families=families, rows=self._read)

    def take_batch(self, key: str, body: bytes) -> int | None:
        """Counts lines that were sent; `None` when the key was taken before.

        Args:
            key: names the batch; the same again counts nothing. Empty: it has none.
            body: lines.

        Raises:
            SourceFailed: they are not kept yet; they are when the same key is taken.
        """
        self._load()
        if key in self._keys:
            self._save(0)  # taken, but perhaps not kept yet
            return None
        if key:
            self._keys[key] = None
            if len(self._keys) > _KEYS_KEPT:
                del self._keys[next(iter(self._keys))]
        return self._take(body)

    async def close(self) -> None:
        """Closes the inputs and the checkpoint."""
        for feed in self._feeds.values():
            await feed.close()
        self._checkpoint.close()

    async def _follow(self, pulse: readings.Pulse) -> None:
        while True:
            taken, is_idle = self._take_slice()
            pulse(taken)
            await self._clock.sleep(_PAUSE_SECONDS if is_idle else 0)

    async def _refresh(self) -> None:
        while True:
            if self._known.refresh():
                self._pipeline.forget()
            await self._clock.sleep(_REFRESH_SECONDS)

    async def _drain(self, name: str, feed: Feed, pulse: readings.Pulse) -> None:
        while True:
            lines, state = await feed.fetch()
            self._feed_states[name] = state
            pulse(self._take(lines))

    def _take_slice(self) -> tuple[int, bool]:
        """Takes in files for a moment; tells how many lines, and whether that was all.

        Raises:
            SourceFailed: it cannot be kept.
        """
        until = time.monotonic() + self._slice_seconds
        taken, is_idle = 0, True
        for number, follower in enumerate(self._followers):
            # A slice ends in the middle; the next one goes on there.
            chunks = self._unfinished.pop(number, None) or follower.chunks()
            for chunk in chunks:
                taken += self._pipeline.feed(chunk, self._clock.wall())
                if time.monotonic() > until:
                    self._unfinished[number] = chunks
                    is_idle = False
                    break
        self._save(taken)
        return taken, is_idle

    def _take(self, lines: bytes) -> int:
        taken = 0
        if lines:
            whole = lines if lines.endswith(b"\n") else lines + b"\n"
            taken = self._pipeline.feed(whole, self._clock.wall())
        self._save(taken)
        return taken

    def _load(self) -> None:
        if self._is_loaded:
            return
        self._pipeline.load(self._checkpoint.load(_PIPELINE))
        kept = self._checkpoint.load(_FEEDS)
        for number, follower in enumerate(self._followers):
            if (state := kept.get(str(number))) is not None:
                follower.load(state)
        for name, feed in self._feeds.items():
            if (state := kept.get(name)) is not None:
                feed.load(state)
                self._feed_states[name] = state
        own = self._checkpoint.load(_OWN)
        if _OWN in own:
            self._read, keys = msgspec.msgpack.decode(
                own[_OWN], type=tuple[int, list[str]]
            )
            self._keys = dict.fromkeys(keys)
        self._is_loaded = True

    def _save(self, taken: int) -> None:
        """Keeps everything that belongs together.

        Raises:
            SourceFailed: it cannot be kept; the next attempt keeps this as well.
        """
        self._read += taken
        started = time.monotonic()
        positions = {
            str(number): follower.dump()
            for number, follower in enumerate(self._followers)
        }
        own = msgspec.msgpack.encode((self._read, list(self._keys)))
        self._checkpoint.save(
            {
                _PIPELINE: self._pipeline.dump(),
                _FEEDS: positions | self._feed_states,
                _OWN: {_OWN: own},
            }
        )
        took = time.monotonic() - started
        self._slice_seconds = max(_SLICE_SECONDS, took * _SLICE_PER_SAVING)
        self._log_samples()

    def _log_samples(self) -> None:
        """Says which lines are rejected, each reason once in a while."""
        counts = self._pipeline.rejected.counts()
        now = self._clock.monotonic()
        for reason, sample in self._pipeline.rejected.samples():
            count, logged = self._logged.get(reason, (0, -_LOG_SECONDS))
            if counts[reason] > count and now - logged >= _LOG_SECONDS:
                self._logged[reason] = counts[reason], now
                _LOG.warning(
                    "source %s: %d lines rejected (%s), the last begins %r",
                    self._pipeline.source.name,
                    counts[reason] - count,
                    reason.value,
                    sample,
                )

    def _own_families(self) -> Iterator[core.Metric]:
        yield from own_metrics.describe_pipeline(self._pipeline, self._read)
        yield from own_metrics.describe_files(
            self._pipeline.source.name,
            truncations=sum(one.truncations for one in self._followers),
            unreadable=sum(len(one.problems) for one in self._followers),
        )
        yield from own_metrics.describe_lists(
            self._pipeline.source.name, dict(self._known.health())
        )


def _first(group: BaseExceptionGroup[errors.SourceFailed]) -> errors.SourceFailed:
    """Gives one of the failures; the others show when that one is mended."""
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found
