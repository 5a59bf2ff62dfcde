"""A backtest over stored history gives what Prometheus itself fires on it."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from sightline.clients import prometheus, servers
from sightline.promql import parsing
from sightline.review.backtest import chains, replaying, restricting, states
from support import random_rules, replays, stored

pytestmark = pytest.mark.integration

MINUTES = 2 * 24 * 60
BEGIN = 1_780_012_800
"""A multiple of a day; promtool's clock starts at 0 instead."""


SEED = 20_261_201
RANDOM_FROM, RANDOM_MINUTES = 5 * 60, 16 * 60
"""Random rules are compared from here to there: what came before is their history."""

Rule = random_rules.AlertingRule


RECORDED = {
    "job:errors:rate5m": "sum by (job) (rate(errors_total[5m]))",
    "job:requests:rate5m": "sum by (job) (rate(requests_total[5m]))",
    "job:ratio": "job:errors:rate5m / job:requests:rate5m",
    "load:avg15m": "avg_over_time(load[15m])",
}

RULES = (
    Rule(alert="Plain", expr="load > 7"),
    Rule(alert="Held", expr="load > 5", hold=120),
    Rule(alert="HeldUnevenly", expr="load > 5", hold=90),
    Rule(alert="Kept", expr="load > 8", keep=300),
    Rule(alert="HeldAndKept", expr="load > 5", hold=180, keep=240),
    Rule(alert="Gone", expr="absent(load{job='b'})", hold=60),
    Rule(alert="Joined", expr="load > 6 and on (job) job:ratio > 0.2", hold=60),
    Rule(alert="Recorded", expr="job:ratio > 0.3", hold=120),
    Rule(alert="RecordedOfOne", expr="job:ratio{job='a'} > 0.25", keep=120),
    Rule(alert="RecordedStretch", expr="max_over_time(job:ratio[10m]) > 0.4"),
    Rule(alert="RecordedThen", expr="load:avg15m - load:avg15m offset 30m > 1"),
    Rule(alert="Rare", expr="load > 99", hold=600),
)


def _series() -> Mapping[str, Sequence[float | None]]:
    """Gives series with gaps, resets and restarts: one number or none per minute."""
    chance = random.Random(20_261_124)
    made: dict[str, Sequence[float | None]] = {}
    for job in ("a", "b"):
        made[f'load{{job="{job}"}}'] = list(_wander(chance))
        made[f'errors_total{{job="{job}"}}'] = list(_count(chance, 3))
        made[f'requests_total{{job="{job}"}}'] = list(_count(chance, 9))
    return made


def _wander(chance: random.Random) -> Iterator[float | None]:
    level, outage = 4.0, 0
    for _ in range(MINUTES):
        level = min(max(level + chance.uniform(-1.5, 1.5), 0.0), 10.0)
        outage = chance.randint(5, 40) if chance.random() < 0.004 else outage - 1
        yield None if outage > 0 else round(level, 2)


def _count(chance: random.Random, most: int) -> Iterator[float | None]:
    total = 0
    for _ in range(MINUTES):
        total = 0 if chance.random() < 0.003 else total + chance.randint(0, most)
        yield None if chance.random() < 0.02 else total


@pytest.fixture(scope="module")
def fired(
    binaries: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> replays.Fired:
    rules = random_rules.RandomRules(recorded=RECORDED, alerts=RULES)
    folder = tmp_path_factory.mktemp("promtool")
    return _fired(binaries["promtool"], folder, rules, MINUTES)


def _fired(
    promtool: Path, folder: Path, rules: random_rules.RandomRules, minutes: int
) -> replays.Fired:
    recording = [
        {"record": name, "expr": expr} for name, expr in rules.recorded.items()
    ]
    alerting = [
        {
            "alert": rule.alert,
            "expr": rule.expr,
            "for": f"{rule.hold}s",
            "keep_firing_for": f"{rule.keep}s",
            "labels": {"of": "{{ $labels.job }}"},
        }
        for rule in rules.alerts
    ]
    return replays.fired_by_promtool(
        promtool,
        folder,
        [{"name": "all", "rules": [*recording, *alerting]}],
        {
            name: " ".join("_" if one is None else str(one) for one in numbers)
            for name, numbers in _series().items()
        },
        minutes,
    )


@pytest.fixture(scope="module")
def url(
    binaries: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    samples = {
        name: (
            (BEGIN + 60 * minute, one)
            for minute, one in enumerate(numbers)
            if one is not None
        )
        for name, numbers in _series().items()
    }
    folder = tmp_path_factory.mktemp("history")
    with stored.prometheus_on(samples, binaries, folder) as address:
        yield address


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.alert)
async def test_the_episodes_are_those_of_the_rule_engine(
    rule: Rule, url: str, fired: replays.Fired
) -> None:
    episodes = await _replay(url, rule, RECORDED, 0, MINUTES)
    expected = {
        labels: minutes
        for labels, minutes in fired.items()
        if ("alertname", rule.alert) in labels
    }
    assert _minutes(rule.alert, episodes) == expected
    assert bool(expected) is (rule.alert != "Rare")


async def test_random_rules_fire_as_in_the_rule_engine(
    url: str, binaries: Mapping[str, Path], tmp_path: Path
) -> None:
    rules = random_rules.write_rules(SEED, records=6, alerts=30)
    fired = _fired(binaries["promtool"], tmp_path, rules, RANDOM_MINUTES)
    expected = {labels: _late(minutes) for labels, minutes in fired.items()}
    told: dict[tuple[tuple[str, str], ...], set[int]] = {}
    refused: dict[str, str] = {}
    for rule in rules.alerts:
        try:
            episodes = await _replay(
                url, rule, rules.recorded, RANDOM_FROM, RANDOM_MINUTES
            )
        except restricting.NotReplayable as reason:
            refused[rule.alert] = str(reason)
        else:
            told |= _minutes(rule.alert, episodes, RANDOM_MINUTES)
    replayed = {
        labels: minutes
        for labels, minutes in expected.items()
        if minutes and dict(labels)["alertname"] not in refused
    }
    assert {labels: _late(minutes) for labels, minutes in told.items()} == replayed
    assert (
        len({dict(labels)["alertname"] for labels in replayed}) >= len(rules.alerts) / 3
    )
    assert all(one.startswith("no rule records ") for one in refused.values())
    assert len(refused) <= len(rules.alerts) / 3


def _late(minutes: set[int]) -> set[int]:
    return {one for one in minutes if one >= RANDOM_FROM}


async def _replay(
    url: str, rule: Rule, recorded: Mapping[str, str], begin: int, end: int
) -> tuple[replaying.Episode, ...]:
    recordings = {
        name: (
            chains.Recording(
                record=name,
                expression=parsing.parse(expr),
                labels={},
                interval=60.0,
            ),
        )
        for name, expr in recorded.items()
    }
    alert = replaying.Alert(
        name=rule.alert,
        expression=parsing.parse(rule.expr),
        labels={"of": "{{ $labels.job }}"},
        timing=states.Timing(hold=rule.hold, keep_firing=rule.keep),
        interval=60.0,
    )
    period = replaying.Period(
        start=dt.datetime.fromtimestamp(BEGIN + 60 * begin, dt.UTC),
        end=dt.datetime.fromtimestamp(BEGIN + 60 * (end - 1), dt.UTC),
    )
    async with servers.open_client() as client:
        server = prometheus.Prometheus(client, url)
        return await replaying.replay(server, alert, recordings, period)


def _minutes(
    alert: str, episodes: Sequence[replaying.Episode], last: int = MINUTES
) -> dict[tuple[tuple[str, str], ...], set[int]]:
    fires: dict[tuple[tuple[str, str], ...], set[int]] = {}
    for episode in episodes:
        labels = {**episode.labels, "alertname": alert, "alertstate": "firing"}
        end = BEGIN + 60 * last if episode.end is None else episode.end
        fires.setdefault(tuple(sorted(labels.items())), set()).update(
            range(round(episode.start - BEGIN) // 60, round(end - BEGIN) // 60)
        )
    return fires
