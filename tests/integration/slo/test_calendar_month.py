"""The calendar month, on a real Prometheus with six weeks of recorded rates."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline.compilers import slo
from sightline.compilers.slo import calendars
from sightline.model import rules
from support import builders, objectives, stored

pytestmark = pytest.mark.integration

BEGIN = dt.datetime(2026, 9, 26, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 7, tzinfo=dt.UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York")

# One event a second; 360 bad ones in the last hour of October in UTC, which is
# November in Berlin and October in New York, and 720 in the noon of 1 November.
EVE = dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC)
NOON = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def _minutes() -> Iterator[dt.datetime]:
    at = BEGIN
    while at <= NOW:
        yield at
        at += dt.timedelta(minutes=1)


def _bad(at: dt.datetime) -> float:
    """Gives the rate of bad events over the five minutes before."""
    window = dt.timedelta(minutes=5)
    for begin, events in ((EVE, 360), (NOON, 720)):
        overlap = min(at, begin + HOUR) - max(at - window, begin)
        if overlap > dt.timedelta(0):
            return events / 3600 * (overlap / window)
    return 0.0


def _month_start(zone: str, at: dt.datetime) -> float:
    place = zoneinfo.ZoneInfo(zone)
    local = at.astimezone(place)
    return dt.datetime(local.year, local.month, 1, tzinfo=place).timestamp()


def _month_starts(
    zone: str, seconds: list[tuple[int, dt.datetime]]
) -> Iterator[tuple[int, float]]:
    for second, at in seconds:
        yield second, _month_start(zone, at)


@pytest.fixture(scope="module")
def url(
    binaries: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    seconds = [(int(at.timestamp()), at) for at in _minutes()]
    samples: dict[str, Iterator[tuple[int, float]]] = {
        'slo:sli_bad:rate5m{slo="x",service="api"}': (
            (second, _bad(at)) for second, at in seconds
        ),
        'slo:sli_total:rate5m{slo="x",service="api"}': (
            (second, 1.0) for second, _ in seconds
        ),
    }
    for zone in ZONES:
        name = f'slo:calendar_month_start:timestamp_seconds{{tz="{zone}"}}'
        samples[name] = _month_starts(zone, seconds[-1500:])
    folder = tmp_path_factory.mktemp("month")
    with stored.prometheus_on(samples, binaries, folder) as address:
        yield address


def _month_rules(zone: str) -> dict[str, str]:
    declared = objectives.declaration(objectives.objective(zone=zone))
    return {
        rule.record: rule.expr
        for group in slo.compile_slo_groups(declared, builders.environment())
        for rule in group.rules
        if isinstance(rule, rules.RecordingRule)
    }


@pytest.mark.parametrize(
    ("zone", "bad"), [("UTC", 720), ("Europe/Berlin", 1080), ("America/New_York", 720)]
)
def test_row_80_errors_across_a_month_boundary_count_once_in_their_zone(
    url: str, zone: str, bad: int
) -> None:
    expr = _month_rules(zone)["slo:events_bad:month"]
    ((_, found),) = stored.ask(url, expr, NOW.timestamp())
    assert found == pytest.approx(bad, abs=0.5)


@pytest.mark.parametrize("zone", ZONES)
def test_the_month_has_all_its_events_and_is_covered(url: str, zone: str) -> None:
    expressions = _month_rules(zone)
    since = NOW.timestamp() - _month_start(zone, NOW)
    ((_, events),) = stored.ask(
        url, expressions["slo:events_total:month"], NOW.timestamp()
    )
    ((_, coverage),) = stored.ask(
        url, expressions["slo:coverage:ratio_month"], NOW.timestamp()
    )
    assert events == since
    assert coverage == 1


def test_the_rolling_period_has_both_hours(url: str) -> None:
    expressions = _month_rules("UTC")
    ((_, ratio),) = stored.ask(
        url, expressions["slo:sli_error:ratio30d"], NOW.timestamp()
    )
    assert ratio * 30 * 86_400 == pytest.approx(1080, abs=0.5)


@pytest.mark.parametrize("zone", [*ZONES, "Asia/Kathmandu", "Australia/Sydney"])
@pytest.mark.parametrize(
    "moment",
    [
        "2026-10-25T00:59:59Z",
        "2026-10-31T13:00:00Z",
        "2026-10-31T22:59:59Z",
        "2026-10-31T23:00:00Z",
        "2026-11-01T03:59:59Z",
        "2026-11-01T04:00:00Z",
        "2026-11-30T18:14:59Z",
        "2026-11-30T18:15:00Z",
        "2028-02-29T12:00:00Z",
    ],
)
def test_the_server_knows_when_the_month_began(
    url: str, zone: str, moment: str
) -> None:
    at = dt.datetime.fromisoformat(moment)
    expr = calendars.compile_month_start(zone).expr
    ((_, found),) = stored.ask(url, expr, at.timestamp())
    assert found == _month_start(zone, at)


@pytest.mark.parametrize("year", [calendars.FIRST_YEAR - 1, calendars.LAST_YEAR + 1])
def test_beyond_the_written_years_there_is_no_month(url: str, year: int) -> None:
    expr = calendars.compile_month_start("Europe/Berlin").expr
    at = dt.datetime(year, 6, 1, tzinfo=dt.UTC)
    assert stored.ask(url, expr, at.timestamp()) == []
