"""The inbox on disk: one file per channel, one notification per line, bounded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pydantic

from sightline.model import notifications, routing
from sightline.stack import files

__all__ = ["Inbox", "read"]

_LINE: Final = pydantic.TypeAdapter(notifications.Notification)
_KEPT: Final = 1_000


class Inbox:
    """Where receivers put what arrives.

    A file grows to twice the number that is kept and is then cut back to it, so that
    the cost of cutting is shared by that many notifications.

    Args:
        folder: holds `<channel>.jsonl`; made when it is missing.
        kept: how many of the newest notifications a channel keeps at least.
    """

    def __init__(self, folder: Path, kept: int = _KEPT) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._kept = kept
        self._counts = {channel: self._recover(channel) for channel in routing.Channel}

    def append(self, notification: notifications.Notification) -> None:
        """Adds a notification at the end of its channel's file."""
        channel = notification.channel
        path = _path_of(self._folder, channel)
        # One unbuffered write: a reader sees a part of a line only if the machine
        # stops in the middle of it.
        with path.open("ab", buffering=0) as file:
            file.write(_LINE.dump_json(notification) + b"\n")
        self._counts[channel] += 1
        if self._counts[channel] >= 2 * self._kept:
            newest = path.read_text("utf-8").splitlines(keepends=True)[-self._kept :]
            files.write_atomically(path, "".join(newest))
            self._counts[channel] = len(newest)

    def _recover(self, channel: routing.Channel) -> int:
        """Gives the number of lines, and ends the last one if it was torn."""
        path = _path_of(self._folder, channel)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return 0
        lines = content.count(b"\n")
        if content and not content.endswith(b"\n"):
            with path.open("ab") as file:
                file.write(b"\n")
            lines += 1
        return lines


def read(
    folder: Path, channel: routing.Channel, limit: int = _KEPT
) -> tuple[notifications.Notification, ...]:
    """Gives the newest notifications of a channel, the oldest of them first.

    A line that cannot be read (torn by a crash, or still being written) is left out.
    """
    try:
        lines = _path_of(folder, channel).read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    return tuple(_parse(lines[-limit:]))


def _parse(lines: list[bytes]) -> Iterator[notifications.Notification]:
    for line in lines:
        try:
            yield _LINE.validate_json(line)
        except pydantic.ValidationError:
            continue


def _path_of(folder: Path, channel: routing.Channel) -> Path:
    return folder / f"{channel.value}.jsonl"
