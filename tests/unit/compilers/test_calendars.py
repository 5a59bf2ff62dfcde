import datetime as dt

from sightline.compilers.alertmanager import calendars
from sightline.model import names, signals, slos, units
from support import builders

P1 = signals.Priority.P1
NEW_YORK = "America/New_York"


def window(
    schedule: slos.Schedule, *mutes: signals.Priority, name: str = "upgrade"
) -> slos.MaintenanceWindow:
    return slos.MaintenanceWindow(
        name=name,
        services=(names.ServiceName("billing-svc"),),
        schedule=schedule,
        reason="New hardware",
        owner=names.TeamName("platform"),
        span=builders.SPAN,
        mutes=mutes,
    )


def weekly(weekday: int, start: str, length: str) -> slos.Weekly:
    return slos.Weekly(
        weekday=weekday,
        start=dt.time.fromisoformat(start),
        length=units.Duration.parse(length),
        zone=NEW_YORK,
    )


def pieces(schedule: slos.Schedule) -> object:
    (interval,) = calendars.compile_time_intervals([window(schedule, P1)])
    assert isinstance(interval, dict)
    assert interval["name"] == "upgrade"
    return interval["time_intervals"]


def times(start: str, end: str) -> list[dict[str, str]]:
    return [{"start_time": start, "end_time": end}]


def test_a_weekly_window_keeps_its_local_time() -> None:
    assert pieces(weekly(6, "03:00", "1h30m")) == [
        {
            "weekdays": ["sunday"],
            "times": times("03:00", "04:30"),
            "location": NEW_YORK,
        }
    ]


def test_a_window_over_midnight_goes_on_the_next_day_and_week() -> None:
    assert pieces(weekly(6, "23:00", "2h")) == [
        {
            "weekdays": ["sunday"],
            "times": times("23:00", "24:00"),
            "location": NEW_YORK,
        },
        {
            "weekdays": ["monday"],
            "times": times("00:00", "01:00"),
            "location": NEW_YORK,
        },
    ]


def test_a_window_that_happens_once_names_its_days_in_utc() -> None:
    once = slos.OneOff(
        start=dt.datetime.fromisoformat("2026-11-30T22:30:00-05:00"),
        end=dt.datetime.fromisoformat("2026-12-02T00:00:30+00:00"),
    )
    first = {"years": ["2026"], "months": ["12"], "location": "UTC"}
    assert pieces(once) == [
        first | {"days_of_month": ["1"], "times": times("03:30", "24:00")},
        first | {"days_of_month": ["2"], "times": times("00:00", "00:01")},
    ]


def test_a_window_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    once = slos.OneOff(
        start=dt.datetime.fromisoformat("2026-12-31T23:00:00+00:00"),
        end=dt.datetime.fromisoformat("2027-01-01T00:00:00+00:00"),
    )
    assert pieces(once) == [
        {
            "years": ["2026"],
            "months": ["12"],
            "days_of_month": ["31"],
            "times": times("23:00", "24:00"),
            "location": "UTC",
        }
    ]


def test_a_window_that_mutes_nothing_is_no_interval() -> None:
    assert calendars.compile_time_intervals([window(weekly(0, "01:00", "1h"))]) == []
