"""`sightline slo` against a real Prometheus."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline.app.slo import formatting, reading, standings
from sightline.clients import prometheus, servers
from sightline.model import names, slos
from support import builders, objectives, stored

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 11, 7, tzinfo=dt.UTC)
MINUTES = 30 * 24 * 60
GOOD, SPENT, YOUNG = "good", "spent", "young"


def _recorded(minutes: int, number: float) -> Iterator[tuple[int, float]]:
    now = int(NOW.timestamp())
    return ((now - 60 * (minutes - 1 - at), number) for at in range(minutes))


def _samples() -> dict[str, Iterator[tuple[int, float]]]:
    """Gives what the rules would have recorded for three objectives.

    `good` failed once in 100,000 events, `spent` once in 500; `young` is a day old.
    """
    ratios = {GOOD: 0.00001, SPENT: 0.002, YOUNG: 0.0}
    found: dict[str, Iterator[tuple[int, float]]] = {}
    for name, ratio in ratios.items():
        labels = f'{{slo="{name}",service="api"}}'
        minutes = 24 * 60 if name == YOUNG else MINUTES
        coverage = 1 / 30 if name == YOUNG else 1.0
        found[f"slo:sli_total:rate5m{labels}"] = _recorded(minutes, 1.0)
        found[f"slo:sli_bad:rate5m{labels}"] = _recorded(minutes, ratio)
        for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"):
            found[f"slo:sli_error:ratio{window}{labels}"] = _recorded(5, ratio)
        found[f"slo:error_budget_remaining:ratio{labels}"] = _recorded(
            5, 1 - ratio / 0.001
        )
        found[f"slo:coverage:ratio30d{labels}"] = _recorded(5, coverage)
        found[f"slo:sli_error:ratio_month{labels}"] = _recorded(5, ratio)
        found[f"slo:events_bad:month{labels}"] = _recorded(5, ratio * 518_400)
        found[f"slo:events_total:month{labels}"] = _recorded(5, 518_400)
        found[f"slo:coverage:ratio_month{labels}"] = _recorded(5, 1.0)
    return found


@pytest.fixture(scope="module")
def url(
    binaries: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("standings")
    with stored.prometheus_on(_samples(), binaries, folder) as address:
        yield address


DECLARED = objectives.declaration(
    *(objectives.objective(name) for name in (GOOD, SPENT, YOUNG))
)


@pytest.fixture
async def found(url: str) -> Mapping[str, standings.Standing]:
    async with servers.open_client() as client:
        read = await reading.read(
            prometheus.Prometheus(client, url), DECLARED, builders.environment(), NOW
        )
    return {standing.objective.name: standing for standing in read}


def test_row_104_a_spent_budget_blocks_and_a_good_one_does_not(
    found: Mapping[str, standings.Standing],
) -> None:
    assert found[SPENT].gate is standings.Gate.BLOCKED
    assert found[GOOD].gate is standings.Gate.OPEN
    assert standings.has_blocked(found.values())


def test_row_106_on_the_first_day_the_objective_is_not_measured(
    found: Mapping[str, standings.Standing],
) -> None:
    assert found[YOUNG].gate is standings.Gate.NOT_MEASURED
    assert standings.has_unmeasured(found.values())


def test_the_budget_of_thirty_days_reads_at_most_17_300_samples(
    found: Mapping[str, standings.Standing],
) -> None:
    assert 17_000 < found[GOOD].measured.samples_per_evaluation <= 17_300


def test_the_events_of_the_period_and_the_burn_are_read(
    found: Mapping[str, standings.Standing],
) -> None:
    spent = found[SPENT]
    assert spent.measured.events_per_period == 30 * 86_400
    assert spent.burn[builders.duration("1h")] == pytest.approx(2)
    assert spent.verdict is not None
    assert spent.verdict.is_measurable
    assert spent.forecast is not None
    assert spent.forecast.expected == dt.timedelta(0)


def test_the_document_begins_with_the_promised_keys(
    found: Mapping[str, standings.Standing],
) -> None:
    document = json.loads(formatting.render_json(found.values()))
    assert list(document) == ["slos"]
    first = document["slos"][0]
    assert list(first)[:9] == [
        "name",
        "service",
        "objective",
        "window",
        "error_ratio",
        "budget_remaining",
        "burn",
        "coverage",
        "samples_per_evaluation",
    ]
    assert first["objective"] == 0.999
    assert first["window"] == "30d"
    assert first["error_ratio"] == pytest.approx(0.00001)
    assert first["budget_remaining"] == pytest.approx(0.99)
    assert first["coverage"] == 1


def test_an_override_lets_a_release_pass_until_it_expires(
    found: Mapping[str, standings.Standing],
) -> None:
    override = slos.PolicyOverride(
        slo=names.SloName(SPENT),
        reason="The fix is in this release",
        owner=names.TeamName("platform"),
        expires=NOW + dt.timedelta(days=1),
        span=builders.SPAN,
    )
    policy = dataclasses.replace(slos.DEFAULT_POLICY, overrides=(override,))
    levels = objectives.service_levels(policy=policy)
    spent = found[SPENT]

    def gate(at: dt.datetime) -> standings.Gate:
        return standings.judge(spent.objective, spent.measured, levels, at).gate

    assert gate(NOW) is standings.Gate.OVERRIDDEN
    assert gate(NOW + dt.timedelta(days=2)) is standings.Gate.BLOCKED


def test_the_table_says_what_is_left_and_what_is_not_measured(
    found: Mapping[str, standings.Standing],
) -> None:
    text = formatting.render_text(list(found.values()), DECLARED.service_levels)
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert "99.9%" in lines[GOOD]
    assert "99.0%" in lines[GOOD]
    assert "never" in lines[GOOD]
    assert "blocked" in lines[SPENT]
    assert "-100.0%" in lines[SPENT]
    assert "3.3% not measured" in lines[YOUNG]
