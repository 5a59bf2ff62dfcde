"""Surveys: the Net Promoter Score, with what it takes to judge it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from sightline import errors
from sightline.collectors import readings, sql
from sightline.model import collecting

__all__ = ["Answers", "QueriedAnswers", "Score", "SurveyCollector", "compute_score"]

_PROMOTER: Final = 9
_DETRACTOR: Final = 6
_HIGHEST: Final = 10
"""F. F. Reichheld, "The One Number You Need to Grow", Harvard Business Review 81 (12),
2003: 9 and 10 promote, 0 to 6 detract."""

_DEVIATE_95: Final = 1.959_964
"""Two-sided, of the normal distribution."""


class Answers(Protocol):
    """Where answers are kept."""

    async def count(self) -> Mapping[int, int]:
        """Gives how often each score, 0 to 10, was given; raises `SourceFailed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A Net Promoter Score.

    Attributes:
        points: promoters minus detractors, -100 to 100.
        margin_of_error: half the width of the 95 % interval, in points.
    """

    points: float
    margin_of_error: float


def compute_score(counts: Mapping[int, int]) -> Score | None:
    """Gives the score of some answers; `None` without any.

    With p and d the shares of promoters and detractors among n answers, the score is
    p - d. A single answer is worth +1, 0 or -1, so its variance is
    p + d - (p - d)², and that of the score the n-th part of it (B. Rocks, "Interval
    Estimation for the Net Promoter Score", The American Statistician 70 (4), 2016; the
    Wald interval). It supposes that answers are independent and asks nothing about who
    did not answer.
    """
    number = sum(counts.values())
    if number == 0:
        return None
    promoters = sum(n for score, n in counts.items() if score >= _PROMOTER) / number
    detractors = sum(n for score, n in counts.items() if score <= _DETRACTOR) / number
    points = promoters - detractors
    variance = promoters + detractors - points**2
    margin = _DEVIATE_95 * math.sqrt(max(variance, 0.0) / number)
    return Score(points=100 * points, margin_of_error=100 * margin)


class SurveyCollector:
    """Gives the score, how many answers it stands on, and its margin of error."""

    def __init__(self, declared: collecting.SurveySource, answers: Answers) -> None:
        self._declared = declared
        self._answers = answers

    async def collect(self) -> readings.Reading:
        """Gives the number of answers always, the rest if they are enough."""
        declared, counts = self._declared, await self._answers.count()
        number = sum(counts.values())
        score = compute_score(counts) if number >= declared.least_answers else None
        points = [] if score is None else [((), score.points)]
        margin = [] if score is None else [((), score.margin_of_error)]
        named = (
            ("score", "Promoters minus detractors, -100 to 100.", points),
            ("margin_of_error", "Half the 95 % interval of the score, points.", margin),
            ("responses", "Answers that the score stands on.", [((), float(number))]),
        )
        families = tuple(
            readings.gauge(f"{declared.prefix}_{name}", text, (), samples)
            for name, text, samples in named
        )
        return readings.Reading(families=families, rows=number)

    async def close(self) -> None:
        """Does nothing: nothing stays open between readings."""


class QueriedAnswers:
    """Answers that a query counts: `score` and `answers` in each row."""

    def __init__(
        self,
        declared: collecting.SurveySource,
        query: collecting.Query,
        database: sql.Database,
    ) -> None:
        self._declared = declared
        self._query = query
        self._database = database

    async def count(self) -> Mapping[int, int]:
        """Gives how often each score was given.

        Raises:
            SourceFailed: the query failed, or its answer is another.
        """
        table = await self._database.select(
            self._query,
            most_rows=_HIGHEST + 2,
            timeout_seconds=self._declared.pace.timeout.seconds,
        )
        if table.columns != ("score", "answers"):
            raise self._failed(
                "expected the columns score, answers,"
                f" found {', '.join(table.columns) or 'none'}"
            )
        counts: dict[int, int] = {}
        for score, answers in table.rows:
            if not isinstance(score, int) or not 0 <= score <= _HIGHEST:
                raise self._failed(f"expected a score from 0 to 10, found {score!r}")
            if not isinstance(answers, int) or score in counts:
                raise self._failed(f"expected one number of answers for {score}")
            counts[score] = answers
        return counts

    def _failed(self, words: str) -> errors.SourceFailed:
        return errors.SourceFailed(
            errors.FailureReason.ANSWER, f"{self._query.file}: {words}"
        )
