import datetime as dt
import re
import zoneinfo

import pytest

from sightline.compilers.slo import calendars
from sightline.model import names, slos
from support import builders

_TERM = re.compile(r"([+-]) (\d+) \* \(vector\(time\(\)\) >= bool (\d+)\)")
_FIRST = re.compile(r"vector\((-?\d+)\)")


def evaluate(expr: str, moment: float) -> int:
    """Computes a number that changes at known moments, as Prometheus would."""
    first = _FIRST.search(expr)
    assert first is not None
    number = int(first[1])
    for sign, change, since in _TERM.findall(expr):
        if moment >= int(since):
            number += int(change) if sign == "+" else -int(change)
    return number


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Sydney"]
)
@pytest.mark.parametrize(
    "moment",
    ["2026-10-31T23:30:00Z", "2026-11-01T00:30:00Z", "2026-03-29T05:00:00Z"],
)
def test_row_80_a_month_begins_at_local_midnight(zone: str, moment: str) -> None:
    place = zoneinfo.ZoneInfo(zone)
    time = dt.datetime.fromisoformat(moment)
    local = time.astimezone(place)
    begin = local.replace(day=1, hour=0, minute=0, second=0, tzinfo=place, fold=0)
    expr = calendars.compile_month_start(zone).expr
    assert evaluate(expr, time.timestamp()) == int(begin.timestamp())


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Chatham"]
)
def test_every_month_begins_at_the_end_of_a_quarter_of_an_hour(zone: str) -> None:
    assert all(start % 900 == 0 for start, _ in calendars._month_starts(zone))


def test_a_zone_that_is_unknown_is_refused() -> None:
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        calendars.compile_month_start("Europe/Atlantis")


@pytest.mark.parametrize(
    ("moment", "hours"), [("2026-01-15T00:00:00Z", -5), ("2026-07-15T00:00:00Z", -4)]
)
def test_a_weekly_window_follows_summer_time(moment: str, hours: int) -> None:
    steps = calendars._offsets("America/New_York")
    time = dt.datetime.fromisoformat(moment).timestamp()
    assert evaluate(calendars._render_steps(steps), time) == hours * 3600


def test_a_window_is_recorded_for_its_service() -> None:
    window = slos.MaintenanceWindow(
        name="move",
        services=(names.ServiceName("api"),),
        schedule=slos.OneOff(
            start=dt.datetime(2026, 12, 5, 7, tzinfo=dt.UTC),
            end=dt.datetime(2026, 12, 5, 8, tzinfo=dt.UTC),
        ),
        reason="A move",
        owner=names.TeamName("platform"),
        span=builders.SPAN,
    )
    rule = calendars.compile_maintenance(names.ServiceName("api"), [window])
    assert rule.labels == {"service": "api"}
    assert rule.expr == (
        "(vector(1) and on () (\n"
        "(vector(time()) >= 1796454000 < 1796457600)\n"
        "))\nor vector(0)"
    )
