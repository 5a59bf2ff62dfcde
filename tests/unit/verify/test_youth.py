"""What a server that was just started cannot show yet, and what it could have."""

import datetime as dt

import pytest

from sightline.clients import fakes, prometheus
from sightline.loaded import built_rules
from sightline.model import units
from sightline.verify import first_evaluations, first_scrapes, youth

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
INTERVAL = units.Duration.parse("2s")


def _after(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("expr", "is_explained"),
    [
        ("rate(x_total[5m])", True),
        ("sum(rate(x_total[5m])) / scalar(y)", True),
        ("x_total", False),
        ("rate(z_total[5m])", False),
        ("rate(x_total[5m]) * z", False),
        ("rate(", False),
    ],
)
def test_only_a_rate_over_what_was_scraped_waits_for_the_second_scrape(
    expr: str, *, is_explained: bool
) -> None:
    young = youth.Youth(scraped=frozenset({"x_total", "y"}))
    assert young.explains(expr) is is_explained
    assert not youth.Youth().explains(expr)


def _recording(record: str, expr: str) -> built_rules.Rule:
    return built_rules.Rule(record=record, expr=expr)


def test_what_is_recorded_of_such_a_rate_and_of_that_is_late() -> None:
    rules = [
        _recording("a:b", "max(a:x)"),
        _recording("a:x", "rate(x_total[5m])"),
        _recording("a:y", "max(y)"),
    ]
    young = youth.judge_youth(rules, youth.Youth(scraped=frozenset({"x_total", "y"})))
    assert young.series == {"a:x", "a:b"}


def test_the_series_of_alerts_are_late_with_their_rules() -> None:
    alert = built_rules.Rule(alert="Down", expr="up == 0")
    pending = first_evaluations.Pending(due=("Down",))
    young = youth.judge_youth([alert], youth.Youth(pending=pending))
    assert young.explains('ALERTS{alertstate="firing"}')
    assert not youth.judge_youth([alert], youth.Youth()).explains("ALERTS")


async def _completion(
    age: float | None, firsts: list[float], target_count: int
) -> tuple[dt.datetime, list[str]]:
    server = fakes.FakePrometheus()
    server.runtime["serverTime"] = None if age is None else _after(age).isoformat()
    server.targets = [
        {
            "scrapePool": "services",
            "scrapeUrl": "http://127.0.0.1/metrics",
            "labels": {"instance": str(number)},
            "health": "up",
            "lastError": "",
        }
        for number in range(target_count)
    ]
    server.result = lambda _: [
        ({"instance": str(number)}, START.timestamp() + first)
        for number, first in enumerate(firsts)
    ]
    async with fakes.open_client(server) as client:
        asked = prometheus.Prometheus(client, server.url)
        runtime = await asked.fetch_runtime()
        found = await first_scrapes.observe_completion(asked, runtime, INTERVAL)
    return found, server.queries


async def test_all_targets_are_scraped_twice_an_interval_after_the_last_first() -> None:
    # The second scrape begins at 8.5 s, and its samples can be read at 9.5 s.
    assert await _completion(8.2, [5.1, 6.5], 2) == (
        _after(9.5),
        ["min_over_time((timestamp(up) > 1767225600.000)[8s:1s])"],
    )


async def test_a_target_without_a_scrape_is_waited_for_only_in_time() -> None:
    # Discovered after 5 s, scraped twice after 9 s, readable after 10 s.
    assert (await _completion(9.9, [5.1], 2))[0] == _after(10)
    assert (await _completion(10.0, [5.1], 2))[0] == START


@pytest.mark.parametrize("age", [None, 301.0])
async def test_a_server_that_is_not_known_to_be_young_is_not_asked(
    age: float | None,
) -> None:
    assert await _completion(age, [5.1], 2) == (START, [])


def _pending(
    age: float, evaluated: float | None, *, health: str = "ok"
) -> first_evaluations.Pending:
    rule = {"type": "recording", "name": "a:x", "query": "x", "health": health}
    group = prometheus.RuleGroup(
        name="a",
        file="a.yml",
        interval=3.0,
        rules=(prometheus.RecordingRule(**rule, labels={}),),  # type: ignore[arg-type]  # words of the API
        last_evaluation=None if evaluated is None else _after(evaluated),
    )
    runtime = prometheus.Runtime(
        start_time=START,
        last_config_time=START,
        reload_config_success=True,
        storage_retention="40d",
        server_time=_after(age),
    )
    return first_evaluations.sort_pending([group], runtime, _after(10))


def test_an_evaluation_before_the_second_scrape_is_not_counted() -> None:
    # The next comes within 3 s after the tenth, and is given 5 s more.
    assert _pending(11, 9.5) == first_evaluations.Pending(
        due=("a:x",), due_within_seconds=7.0
    )
    assert _pending(11, 10.5) == first_evaluations.Pending()
    assert _pending(18, 9.5).overdue == ("a:x",)


def test_who_does_not_tell_when_a_group_was_evaluated_is_believed_its_health() -> None:
    assert _pending(11, None) == first_evaluations.Pending()
    assert _pending(11, None, health="unknown").due == ("a:x",)
