"""Survey answers in CSV files: one answer in each line, with its time."""

import asyncio
import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.errors import FailureReason
from sightline.model import collecting, connections

__all__ = ["CsvAnswers"]

_HIGHEST: Final = 10
_MOST_BYTES: Final = 64 << 20


class CsvAnswers:
    """Counts the answers of a window, in all files of a pattern.

    Args:
        clock: gives the present, with a zone.
    """

    def __init__(
        self,
        declared: collecting.CsvAnswers,
        place: connections.Files,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._declared = declared
        self._place = place
        self._clock = clock

    async def count(self) -> Mapping[int, int]:
        """Gives how often each score was given within the window.

        Raises:
            SourceFailed: no file, an unreadable one, or a line that is no answer.
        """
        since = self._clock() - dt.timedelta(seconds=self._declared.window.seconds)
        return await asyncio.to_thread(self._count, since)

    def _count(self, since: dt.datetime) -> Mapping[int, int]:
        counts: Counter[int] = Counter()
        files = sorted(self._place.folder.glob(self._place.pattern))
        if not files:
            wanted = self._place.folder / self._place.pattern
            raise errors.SourceFailed(
                FailureReason.UNREACHABLE, f"expected files {wanted}, found none"
            )
        for file in files:
            try:
                self._count_file(file, since, counts)
            except (OSError, UnicodeDecodeError, csv.Error) as error:
                raise errors.SourceFailed(
                    FailureReason.ANSWER, f"{file}: {error}"
                ) from error
        return counts

    def _count_file(self, file: Path, since: dt.datetime, counts: Counter[int]) -> None:
        if file.stat().st_size > _MOST_BYTES:
            raise errors.SourceFailed(
                FailureReason.LIMIT, f"{file}: expected at most {_MOST_BYTES:,} bytes"
            )
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            wanted = (self._declared.score_column, self._declared.time_column)
            for name in wanted:
                if name not in (reader.fieldnames or ()):
                    raise _unexpected(file, 1, f"expected the column {name!r}")
            for row in reader:
                score, given = (row[name] or "" for name in wanted)
                if _read_time(file, reader.line_num, given) >= since:
                    counts[_read_score(file, reader.line_num, score)] += 1


def _read_score(file: Path, line: int, text: str) -> int:
    if text.strip().isdecimal() and int(text) <= _HIGHEST:
        return int(text)
    raise _unexpected(file, line, f"expected a score from 0 to 10, found {text[:20]!r}")


def _read_time(file: Path, line: int, text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        words = f"expected a time such as 2027-01-31T12:00:00Z, found {text[:30]!r}"
        raise _unexpected(file, line, words) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _unexpected(file: Path, line: int, words: str) -> errors.SourceFailed:
    return errors.SourceFailed(FailureReason.ANSWER, f"{file}:{line}: {words}")
