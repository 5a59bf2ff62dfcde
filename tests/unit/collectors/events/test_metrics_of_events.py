"""From lines to samples: every kind of metric, and every way to read a label."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sightline.collectors.events import addresses, lookups, pipelines
from sightline.model import events
from support import event_sources as made
from support import maxmind


def feed(pipeline: pipelines.Pipeline, *found: Mapping[str, object]) -> None:
    lines = "".join(f"{json.dumps(one)}\n" for one in found)
    pipeline.feed(lines.encode(), made.NOW)


def numbers(
    pipeline: pipelines.Pipeline, name: str, now: float = made.NOW
) -> Mapping[tuple[str, ...], float]:
    return made.numbers_of(pipeline.families(now), name)


def test_row_129_a_log_line_becomes_the_sample() -> None:
    blocked = events.Counter(
        name="waf_blocked_requests_total",
        help="Requests that the filter refused.",
        where=(events.Condition(field="action", values=("blocked",)),),
        labels=(
            made.label("rule_id", "messages.0.rule"),
            made.label("attack_type", "messages.0.kind"),
        ),
    )
    pipeline = made.open_pipeline(blocked)
    feed(
        pipeline,
        {"action": "blocked", "messages": [{"rule": 942100, "kind": "sqli"}]},
        {"action": "blocked", "messages": [{"rule": 942100, "kind": "sqli"}]},
        {"action": "passed", "messages": [{"rule": 942100, "kind": "sqli"}]},
    )
    assert numbers(pipeline, "waf_blocked_requests_total") == {("942100", "sqli"): 2}


def test_conditions_choose_and_refuse() -> None:
    counter = events.Counter(
        name="refused_total",
        help="Refused.",
        where=(
            events.Condition(field="event", values=("login", "reset")),
            events.Condition(field="status", values=("200", "204"), negated=True),
        ),
    )
    pipeline = made.open_pipeline(counter)
    assert numbers(pipeline, "refused_total") == {(): 0}
    feed(
        pipeline,
        {"event": "login", "status": 401},
        {"event": "reset", "status": "500"},
        {"event": "login"},
        {"event": "login", "status": 200},
        {"event": "logout", "status": 401},
    )
    assert numbers(pipeline, "refused_total") == {(): 3}


def test_lines_of_which_every_field_is_a_label_are_counted_by_it() -> None:
    counter = events.Counter(
        name="seen_total",
        help="Seen.",
        labels=(made.label("status"), made.label("method")),
    )
    pipeline = made.open_pipeline(counter)
    feed(pipeline, *[{"method": "GET", "status": 200}] * 3)
    feed(pipeline, {"method": "GET", "status": 404}, {"status": 200, "method": "GET"})
    assert numbers(pipeline, "seen_total") == {("200", "GET"): 4, ("404", "GET"): 1}


def test_initial_label_values_are_there_at_zero() -> None:
    counter = events.Counter(
        name="seen_total",
        help="Seen.",
        labels=(made.label("reason", initial=("locked", "wrong")),),
    )
    pipeline = made.open_pipeline(counter)
    feed(pipeline, {"reason": "wrong"})
    assert numbers(pipeline, "seen_total") == {("locked",): 0, ("wrong",): 1}


def test_initial_series_are_there_by_their_label_values() -> None:
    counter = events.Counter(
        name="blocked_total",
        help="Blocked.",
        labels=(made.label("rule", limit=2), made.label("kind")),
        initial=(("1", "sqli"), ("2", "xss")),
    )
    pipeline = made.open_pipeline(counter)
    feed(pipeline, {"rule": 2, "kind": "xss"}, {"rule": 3, "kind": "xss"})
    assert numbers(pipeline, "blocked_total") == {
        ("1", "sqli"): 0,
        ("2", "xss"): 1,
        ("other", "xss"): 1,
    }


def test_label_values_beyond_the_limit_are_other() -> None:
    counter = events.Counter(
        name="seen_total", help="Seen.", labels=(made.label("path", limit=2),)
    )
    pipeline = made.open_pipeline(counter)
    for number in range(1000):
        feed(pipeline, {"path": f"/{number}"})
    feed(pipeline, {"path": "/1"})
    found = numbers(pipeline, "seen_total")
    assert found == {("/0",): 1, ("/1",): 2, ("other",): 998}


def test_an_event_without_the_field_of_a_label_is_left_out_and_counted_so() -> None:
    named = events.Counter(
        name="named_total", help="Named.", labels=(made.label("who", missing="nobody"),)
    )
    bare = events.Counter(name="bare_total", help="Bare.", labels=(made.label("who"),))
    pipeline = made.open_pipeline(named, bare)
    feed(pipeline, {"who": "ann"}, {"who": None}, {}, {"who": "-"})
    assert numbers(pipeline, "named_total") == {("ann",): 1, ("nobody",): 3}
    assert numbers(pipeline, "bare_total") == {("ann",): 1}
    assert dict(pipeline.incomplete()) == {"named_total": 0, "bare_total": 3}


def test_a_counter_adds_up_a_field_and_never_goes_back() -> None:
    counter = events.Counter(
        name="sent_bytes_total", help="Sent.", amount="bytes", labels=()
    )
    pipeline = made.open_pipeline(counter)
    feed(pipeline, {"bytes": 10}, {"bytes": "2.5"}, {"bytes": -7}, {"bytes": "-"}, {})
    feed(pipeline, {"bytes": "nan"}, {"bytes": "inf"})
    assert numbers(pipeline, "sent_bytes_total") == {(): 12.5}
    assert dict(pipeline.incomplete()) == {"sent_bytes_total": 5}


def test_a_histogram_has_its_bounds_inclusive_and_its_unit_scaled() -> None:
    histogram = events.Histogram(
        name="took_seconds",
        help="Took.",
        observed="ms",
        scale=0.001,
        buckets=(0.1, 0.5),
        labels=(made.label("kind"),),
    )
    pipeline = made.open_pipeline(histogram)
    for milliseconds in (100, 100.1, 500, 2000, "50"):
        feed(pipeline, {"kind": "a", "ms": milliseconds})
    found = numbers(pipeline, "took_seconds_bucket")
    assert found == {("a", "0.1"): 2, ("a", "0.5"): 4, ("a", "+Inf"): 5}
    assert numbers(pipeline, "took_seconds_count") == {("a",): 5}
    assert numbers(pipeline, "took_seconds_sum") == pytest.approx({("a",): 2.7501})


@pytest.mark.parametrize(
    ("reading", "found", "shown"),
    [
        (events.Reading.TEXT, "GET", "GET"),
        (events.Reading.STATUS_CLASS, 404, "4xx"),
        (events.Reading.NETWORK, "203.0.113.77", "203.0.113.0/24"),
        (events.Reading.NETWORK, "2001:db8:1:2::3", "2001:db8:1::/48"),
        (events.Reading.NETWORK, "no address", "unknown"),
        (events.Reading.COUNTRY, "203.0.113.77", "unknown"),
        (events.Reading.KEYED_HASH, "203.0.113.77", "8acef235975dba08"),
    ],
)
def test_a_field_is_read_as_a_label(
    reading: events.Reading, found: object, shown: str
) -> None:
    counter = events.Counter(
        name="seen_total", help="Seen.", labels=(made.label("x", reading=reading),)
    )
    pipeline = made.open_pipeline(counter)
    feed(pipeline, {"x": found})
    assert numbers(pipeline, "seen_total") == {(shown,): 1}


def test_row_128_ten_thousand_addresses_keep_to_the_declared_budget() -> None:
    counter = events.Counter(
        name="failed_total",
        help="Failed.",
        labels=(made.label("network", "ip", reading=events.Reading.NETWORK, limit=50),),
    )
    top = events.TopValues(
        name="failed_top",
        help="Failed most.",
        observed="ip",
        label="ip",
        window=made.duration("1h"),
        top=10,
    )
    pipeline = made.open_pipeline(counter, top)
    feed(pipeline, *({"ip": f"10.{n >> 8}.{n & 255}.9"} for n in range(10_000)))
    assert len(numbers(pipeline, "failed_total")) == 51
    assert len(numbers(pipeline, "failed_top")) == 11
    assert sum(numbers(pipeline, "failed_total").values()) == 10_000
    assert sum(numbers(pipeline, "failed_top").values()) == 10_000


def test_an_address_counts_for_each_list_that_it_is_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("203.0.113.0/24 # all of it\n\n; a comment\n")
    (tmp_path / "b.txt").write_text("203.0.113.7\n2001:db8::/32\n")
    known = lookups.Lookups(lambda: tmp_path.glob("*.txt"), None)
    counter = events.Counter(
        name="bad_total",
        help="Bad.",
        labels=(
            made.label("list", "ip", reading=events.Reading.LISTS, initial=("a", "b")),
        ),
    )
    pipeline = made.open_pipeline(counter, known=known)
    for address in ("203.0.113.7", "203.0.113.8", "2001:db8::1", "198.51.100.1", "x"):
        feed(pipeline, {"ip": address})
    feed(pipeline, {"of": "nobody"})
    assert numbers(pipeline, "bad_total") == {("a",): 2, ("b",): 2}
    assert dict(pipeline.incomplete()) == {"bad_total": 0}


def test_a_list_that_has_changed_is_read_again_and_a_bad_one_is_not_used(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("203.0.113.0/24\n")
    known = lookups.Lookups(lambda: [file], None)
    counter = events.Counter(
        name="bad_total",
        help="Bad.",
        labels=(made.label("list", "ip", reading=events.Reading.LISTS),),
    )
    pipeline = made.open_pipeline(counter, known=known)
    feed(pipeline, {"ip": "203.0.113.7"}, {"ip": "198.51.100.1"})
    assert numbers(pipeline, "bad_total") == {("a",): 1}
    assert not known.refresh()
    file.write_text("203.0.113.0/24\n198.51.100.0/24\n")
    assert known.refresh()
    pipeline.forget()
    feed(pipeline, {"ip": "198.51.100.1"})
    assert numbers(pipeline, "bad_total") == {("a",): 2}
    file.write_text("203.0.113.0/24\nwhat is this\n")
    assert not known.refresh()
    ((name, health),) = known.health()
    assert (name, health.entries) == ("a", 2)
    assert health.problem == "line 2: expected a network, found 'what'"


def test_countries_come_from_ranges_and_from_networks(tmp_path: Path) -> None:
    file = tmp_path / "countries.csv"
    file.write_text("198.51.100.0,198.51.100.127,GB\n2001:db8::/32,de\n")
    known = lookups.Lookups(list, file)
    counter = events.Counter(
        name="seen_total",
        help="Seen.",
        labels=(made.label("country", "ip", reading=events.Reading.COUNTRY),),
    )
    pipeline = made.open_pipeline(counter, known=known)
    for address in ("198.51.100.9", "198.51.100.200", "2001:db8::9"):
        feed(pipeline, {"ip": address})
    found = numbers(pipeline, "seen_total")
    assert found == {("GB",): 1, ("unknown",): 1, ("DE",): 1}


def test_a_maxmind_database_says_which_package_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    file = tmp_path / "countries.mmdb"
    file.touch()
    assert health_of(lookups.Lookups(list, file)) == (
        0,
        "a .mmdb file needs the package maxminddb; install it, or give a CSV file",
    )


def health_of(known: lookups.Lookups) -> tuple[int, str]:
    ((_, health),) = known.health()
    return health.entries, health.problem


def countries_of(known: lookups.Lookups, *texts: str) -> list[str]:
    found = [addresses.parse_address(text) for text in texts]
    return [known.country_of(one) for one in found if one is not None]


def test_a_maxmind_database_gives_where_an_address_is_or_else_is_registered(
    tmp_path: Path,
) -> None:
    networks: dict[str, maxmind.Record] = {
        "198.51.100.0/24": {
            "country": {"iso_code": "GB"},
            "registered_country": {"iso_code": "US"},
        },
        "203.0.113.0/29": {"registered_country": {"iso_code": "NZ"}},
        "203.0.113.10/32": {"country": "DE"},
        "2001:db8::/32": {"country": {"iso_code": "FR"}},
    }
    file = tmp_path / "countries.mmdb"
    file.write_bytes(maxmind.write_database(networks))
    known = lookups.Lookups(list, file)
    texts = "198.51.100.9", "203.0.113.7", "203.0.113.10", "2001:db8::9", "192.0.2.1"
    assert countries_of(known, *texts) == ["GB", "NZ", "DE", "FR", "unknown"]


def test_a_maxmind_database_that_is_overwritten_where_it_stands_stays_in_use(
    tmp_path: Path,
) -> None:
    file = tmp_path / "countries.mmdb"
    file.write_bytes(maxmind.write_database({"192.0.2.0/24": {"country": "US"}}))
    known = lookups.Lookups(list, file)
    entries, problem = health_of(known)
    assert (entries > 0, problem) == (True, "")

    file.write_bytes(b"half a copy")
    assert countries_of(known, "192.0.2.1") == ["US"]
    assert not known.refresh()
    entries_now, problem = health_of(known)
    assert entries_now == entries
    assert problem.startswith("not a MaxMind database: ")
    assert countries_of(known, "192.0.2.1") == ["US"]

    file.write_bytes(maxmind.write_database({"192.0.2.0/24": {"country": "CA"}}))
    assert known.refresh()
    assert countries_of(known, "192.0.2.1") == ["CA"]


def test_distinct_values_slide_out_of_the_window() -> None:
    distinct = events.Distinct(
        name="blocked_ips",
        help="Blocked.",
        observed="ip",
        window=made.duration("1h"),
        where=(events.Condition(field="event", values=("blocked",)),),
    )
    pipeline = made.open_pipeline(distinct, time="at")
    for minute, address in ((0, "a"), (0, "b"), (0, "a"), (30, "a"), (50, "c")):
        at = made.NOW + 60 * minute
        feed(pipeline, {"event": "blocked", "ip": address, "at": at})
    feed(pipeline, {"event": "tried", "ip": "d", "at": made.NOW})
    seen = [
        numbers(pipeline, "blocked_ips", made.NOW + 60 * minute)[()]
        for minute in (50, 61, 91, 111)
    ]
    assert seen == [3, 2, 1, 0]
    assert numbers(pipeline, "blocked_ips_error_ratio") == {(): 0}


def test_events_of_one_chunk_fall_into_the_windows_of_their_own_times() -> None:
    distinct = events.Distinct(
        name="ips", help="Seen.", observed="ip", window=made.duration("1h")
    )
    pipeline = made.open_pipeline(distinct, time="at")
    feed(
        pipeline,
        *({"ip": str(n), "at": made.NOW - 60 * n} for n in reversed(range(120))),
    )
    assert numbers(pipeline, "ips") == {(): 60}


def test_very_many_distinct_values_are_estimated_and_it_is_said_so() -> None:
    distinct = events.Distinct(
        name="ips", help="Seen.", observed="ip", window=made.duration("1h")
    )
    pipeline = made.open_pipeline(distinct)
    feed(pipeline, *({"ip": f"address {n}"} for n in range(30_000)))
    assert numbers(pipeline, "ips")[()] == pytest.approx(30_000, rel=0.05)
    assert numbers(pipeline, "ips_error_ratio") == {(): 0.01625}


def test_a_new_country_of_a_user_counts_once_and_the_first_one_never() -> None:
    newcomers = events.Newcomers(
        name="new_country_total",
        help="New.",
        subject="user",
        remembered=made.duration("90d"),
        labels=(made.label("country"),),
    )
    pipeline = made.open_pipeline(newcomers)
    for user, country in (
        ("ann", "US"),
        ("ann", "US"),
        ("ann", "FR"),
        ("ann", "FR"),
        ("bob", "FR"),
        ("bob", "US"),
    ):
        feed(pipeline, {"user": user, "country": country})
    assert numbers(pipeline, "new_country_total") == {("FR",): 1, ("US",): 1}


def test_top_values_are_those_of_the_window() -> None:
    top = events.TopValues(
        name="top", help="Top.", observed="ip", label="ip", window=made.duration("1h")
    )
    pipeline = made.open_pipeline(top, time="at")
    feed(
        pipeline,
        *({"ip": "old", "at": made.NOW - 7200} for _ in range(50)),
        *({"ip": "a", "at": made.NOW} for _ in range(3)),
        {"ip": "b", "at": made.NOW},
    )
    assert numbers(pipeline, "top") == {("a",): 3, ("b",): 1, ("other",): 0}
    assert numbers(pipeline, "top_error_bound") == {(): 0}


def test_a_pipeline_goes_on_from_its_state_and_a_changed_metric_begins_anew() -> None:
    every = (
        made.login_failures(),
        events.Histogram(
            name="took_seconds", help="Took.", observed="s", buckets=(1.0,)
        ),
        events.Distinct(
            name="ips", help="Seen.", observed="ip", window=made.duration("1h")
        ),
        events.TopValues(
            name="top",
            help="Top.",
            observed="ip",
            label="ip",
            window=made.duration("1h"),
        ),
        events.Newcomers(
            name="new_total",
            help="New.",
            subject="ip",
            remembered=made.duration("90d"),
            labels=(made.label("reason"),),
        ),
    )
    line = {"event": "login_failed", "reason": "x", "s": 0.5, "ip": "::1"}
    first, second = made.open_pipeline(*every), made.open_pipeline(*every)
    feed(first, line, line, {"event": "login_failed", "reason": "y"}, {})
    second.load(first.dump())
    assert second.dump() == first.dump()
    assert list(second.families(made.NOW)) == list(first.families(made.NOW))

    changed = made.open_pipeline(made.login_failures(amount="s"), *every[1:])
    changed.load(first.dump())
    assert numbers(changed, "auth_login_failed_total") == {}
    assert numbers(changed, "took_seconds_count") == {(): 2}
