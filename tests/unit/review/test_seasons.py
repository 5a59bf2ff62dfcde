"""Seasons are those of the people's own clock, and deploys precede what they cause."""

import zoneinfo

import numpy as np
import pytest

from sightline.review import deploys, seasons
from sightline.review.backtest import timelines

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
SATURDAY = 1_793_419_200.0
"""2026-10-31T00:00 in New York; the next day has 25 hours."""


def test_every_hour_belongs_to_one_season_of_its_local_day() -> None:
    grid = timelines.Grid(start=SATURDAY, step=3_600.0, count=3 * 24 + 1)
    found = {
        one.season: one for one in seasons.by_season(grid, np.arange(73.0), NEW_YORK)
    }
    weekend = found[seasons.Season.WEEKEND]
    assert weekend.days.tolist() == [SATURDAY, SATURDAY + 86_400]
    # 24 hours from 0, then the 25 hours of the day on which clocks went back.
    assert weekend.numbers.tolist() == [11.5, 36.0]
    assert found[seasons.Season.DAY].numbers.tolist() == [62.5]
    assert found[seasons.Season.NIGHT].numbers.size == 1


@pytest.mark.parametrize(
    ("service", "at", "version"),
    [
        ("web", 100_000.0, "2"),
        ("web", 300_000.0, None),
        ("web", 40_000.0, None),
        ("db", 100_000.0, None),
    ],
    ids=["just before", "long before", "after", "another service's"],
)
def test_a_deploy_explains_what_came_within_two_days(
    service: str, at: float, version: str | None
) -> None:
    known = [deploys.Deploy(service="web", version="2", at=50_000.0)]
    found = deploys.before(known, service, at)
    assert (found.version if found else None) == version
