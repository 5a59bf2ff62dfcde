"""A planned event source → a stream that can be run, each input with its own reader."""

import asyncio
import functools
import secrets
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.app.collecting import plans
from sightline.clients import redis
from sightline.collectors import clocks
from sightline.collectors.events import (
    checkpoints,
    feeds,
    following,
    lookups,
    pipelines,
    pseudonyms,
    rejections,
    series,
    streaming,
)
from sightline.model import connections, events

__all__ = ["open_stream"]

_KEY_FILE: Final = "pseudonyms.key"
_KEY_BYTES: Final = 32


def open_stream(
    planned: plans.Planned, source: events.EventSource
) -> streaming.EventStream:
    """Gives the stream of an event source; its inputs are opened when it runs.

    Raises:
        InputError: the lines of the source have no such format.
        EnvironmentFailed: the key of the pseudonyms cannot be kept.
    """
    known = lookups.Lookups(
        functools.partial(_expand, planned.lists), _first_file(planned.countries)
    )
    words = series.Vocabulary(known, pseudonyms.Pseudonyms(_provide_key(planned.state)))
    pipeline = pipelines.Pipeline(source, words)
    return streaming.EventStream(
        pipeline,
        known,
        _followers(planned.connection, pipeline.rejected),
        _feeds(planned.connection, source),
        checkpoints.Checkpoint(planned.state / f"{source.name}.events.sqlite"),
        clocks.SystemClock(),
    )


def _followers(
    place: connections.Connection, rejected: rejections.Rejections
) -> tuple[following.Follower, ...]:
    if not isinstance(place, connections.Files):
        return ()
    pattern = str(place.folder / place.pattern)
    return (following.Follower(pattern, rejected, time.time),)


def _feeds(
    place: connections.Connection, source: events.EventSource
) -> dict[str, streaming.Feed]:
    match place, source.stream:
        case connections.Redis(), events.RedisStream() as stream:
            return {"redis": feeds.RedisFeed(redis.Redis(place), stream)}
        case connections.StandardInput(), _:
            return {"standard input": feeds.StandardFeed(_open_standard_input)}
        case _:
            return {}


async def _open_standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


def _expand(place: connections.Files | None) -> Iterable[Path]:
    return () if place is None else sorted(place.folder.glob(place.pattern))


def _first_file(place: connections.Files | None) -> Path | None:
    """Gives the file of the countries, also one that is not there yet."""
    if place is None:
        return None
    return next(iter(_expand(place)), place.folder / place.pattern)


def _provide_key(state: Path) -> bytes:
    """Gives the key of the pseudonyms, made on first use.

    Raises:
        EnvironmentFailed: it can neither be read nor written.
    """
    file = state / _KEY_FILE
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            made = file.with_suffix(".new")
            made.touch(mode=0o600)
            made.write_bytes(secrets.token_bytes(_KEY_BYTES))
            made.rename(file)
        return file.read_bytes()
    except OSError as error:
        raise errors.EnvironmentFailed(
            f"expected to keep the key of the pseudonyms in {file}, found:"
            f" {error.strerror}; make the folder writable for the collectors alone"
        ) from error
