"""The Net Promoter Score and its margin of error."""

import random
from collections import Counter
from collections.abc import Mapping

import pytest

from sightline.collectors import readings, survey
from sightline.model import collecting, spans, units

DECLARED = collecting.SurveySource(
    name="nps",
    connection="shop",
    pace=collecting.Pace(
        interval=units.Duration.parse("1m"),
        timeout=units.Duration.parse("10s"),
        expires_after=units.Duration.parse("3m"),
    ),
    environments=(),
    span=spans.Span(file="shop.yaml"),
    prefix="shop_nps",
    answers=collecting.QueriedAnswers(
        query=collecting.Query(file="answers.sql", text="SELECT", zone="UTC")
    ),
    least_answers=30,
)


class Given:
    """Answers that a test gives."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        self._counts = counts

    async def count(self) -> Mapping[int, int]:
        return self._counts


def numbers(reading: readings.Reading) -> dict[str, float]:
    return {
        sample.name: sample.value
        for family in reading.families
        for sample in family.samples
    }


def test_the_score_is_promoters_minus_detractors() -> None:
    score = survey.compute_score({10: 40, 9: 20, 8: 15, 7: 5, 6: 10, 0: 10})
    assert score is not None
    assert score.points == pytest.approx(40.0)
    # sqrt((0.6 + 0.2 - 0.4²) / 100) = 0.08
    assert score.margin_of_error == pytest.approx(100 * 1.959964 * 0.08)


def test_without_answers_there_is_no_score() -> None:
    assert survey.compute_score({}) is None
    assert survey.compute_score({9: 0}) is None


def test_one_opinion_has_no_spread() -> None:
    assert survey.compute_score({9: 50}) == survey.Score(
        points=100.0, margin_of_error=0.0
    )


def test_the_true_score_lies_within_the_margin_19_times_in_20() -> None:
    chance = random.Random(1)
    scores, weights = [9, 7, 3], [0.5, 0.3, 0.2]  # the truth: 30 points
    within = 0
    for _ in range(1000):
        counts = Counter(chance.choices(scores, weights, k=120))
        found = survey.compute_score(counts)
        assert found is not None
        within += abs(found.points - 30) <= found.margin_of_error
    assert 0.93 <= within / 1000 <= 0.97


async def test_below_the_least_number_of_answers_there_is_only_that_number() -> None:
    collector = survey.SurveyCollector(DECLARED, Given({9: 20, 3: 9}))
    assert numbers(await collector.collect()) == {"shop_nps_responses": 29}


async def test_the_score_stands_beside_its_answers_and_its_margin() -> None:
    collector = survey.SurveyCollector(DECLARED, Given({9: 20, 3: 10}))
    assert numbers(await collector.collect()) == {
        "shop_nps_score": pytest.approx(100 / 3),
        "shop_nps_margin_of_error": pytest.approx(33.74, abs=0.01),
        "shop_nps_responses": 30,
    }
