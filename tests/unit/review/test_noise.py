"""Noise is counted as it is defined, in the people's own time zone."""

import zoneinfo

from sightline.review import alert_history, interruptions, noise

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
MONDAY_NOON = 1_780_308_000.0
"""2026-06-01T12:00 in Berlin."""

HOUR = 3_600.0
WEEK = 7 * 24 * HOUR


def _episode(
    start: float, seconds: float, name: str = "A", **labels: str
) -> alert_history.Episode:
    named = {"alertname": name, "priority": "P0", "team": "core", **labels}
    return alert_history.Episode(
        labels=tuple(sorted(named.items())),
        active_at=start,
        fired_at=start,
        last_at=start + seconds,
    )


def test_hours_are_those_of_the_people() -> None:
    kinds = [
        interruptions.hours_at(MONDAY_NOON + hours * HOUR, BERLIN)
        for hours in (0, 7, 11, 5 * 24)
    ]
    assert kinds == [
        interruptions.Hours.BUSINESS,
        interruptions.Hours.OFF,
        interruptions.Hours.SLEEP,
        interruptions.Hours.OFF,
    ]


def test_a_shift_has_twelve_hours_and_the_night_belongs_to_the_evening() -> None:
    shifts = [
        f"{interruptions.shift_at(MONDAY_NOON + hours * HOUR, BERLIN):%d %H}"
        for hours in (0, 9, 15)
    ]
    assert shifts == ["01 08", "01 20", "01 20"]


def test_a_rule_is_measured() -> None:
    episodes = [
        *(_episode(MONDAY_NOON + 600 * at, 60) for at in range(5)),
        _episode(MONDAY_NOON + 14 * HOUR, 4 * HOUR, service="other"),
    ]
    (rule,) = noise.measure(episodes, WEEK, BERLIN)
    assert rule == noise.Noise(
        name="A",
        episodes=6,
        pages=6,
        transient=5,
        median_seconds=60.0,
        flapping=1,
        always=0,
        off_hours=0,
        asleep=1,
        cost=10,
        team="core",
    )
    assert rule.is_mostly_transient


def test_what_fires_for_more_than_half_of_the_time_is_always_firing() -> None:
    (rule,) = noise.measure([_episode(MONDAY_NOON, 0.6 * WEEK)], WEEK, BERLIN)
    assert (rule.always, rule.is_mostly_transient) == (1, False)


def test_only_what_interrupts_is_a_page() -> None:
    episodes = [
        _episode(0, 60),
        _episode(0, 60, priority="P2"),
        _episode(0, 60, priority="", severity="critical"),
        _episode(0, 60, priority="", severity="warning"),
    ]
    assert len(noise.pages(episodes)) == 2


def test_rules_that_fire_together_are_found_with_the_one_that_leads() -> None:
    episodes = [
        one
        for at in range(6)
        for one in (
            _episode(at * WEEK, 60, "First"),
            _episode(at * WEEK + 30, 60, "Second"),
            _episode(at * WEEK + HOUR, 60, "Alone"),
        )
    ]
    assert noise.co_firing(episodes) == (
        noise.CoFiring(
            names=("First", "Second"), together=6, likeness=1.0, leader="First"
        ),
    )


def test_rules_that_are_linked_by_a_third_are_one_group() -> None:
    episodes = [
        _episode(at * WEEK + delay, 60, name)
        for at in range(6)
        for name, delay in (("C", 0), ("A", 200), ("B", 400))
    ]
    assert noise.co_firing(episodes) == (
        noise.CoFiring(names=("A", "B", "C"), together=6, likeness=1.0, leader="C"),
    )


def test_load_is_counted_by_shift_and_pages_of_one_incident_once() -> None:
    minutes = (0, 1, 2, 60, 9 * 60)
    episodes = [_episode(MONDAY_NOON + 60 * at, 60) for at in minutes]
    assert noise.load_by_shift(episodes, BERLIN) == (
        noise.Shift(begin="2026-06-01 08:00", pages=4, incidents=2),
        noise.Shift(begin="2026-06-01 20:00", pages=1, incidents=1),
    )


def test_services_are_measured_as_rules_are() -> None:
    episodes = [
        _episode(MONDAY_NOON, 60, "A", service="web"),
        _episode(MONDAY_NOON + 7 * HOUR, 60, "B", service="web", priority="P2"),
        _episode(MONDAY_NOON, 60, "A", service="db"),
    ]
    web, db = noise.measure(episodes, WEEK, BERLIN, "service")
    assert (web.name, web.episodes, web.pages, web.off_hours) == ("web", 2, 1, 1)
    assert (db.name, db.episodes) == ("db", 1)
