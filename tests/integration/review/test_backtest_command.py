"""`sightline backtest` on anyone's rule file and a real Prometheus."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline.cli import main, terminals
from support import stored

pytestmark = pytest.mark.integration

BEGIN = 1_780_012_800
DAYS = 21
MINUTES = DAYS * 24 * 60
END = BEGIN + 60 * (MINUTES - 1)

RULES = """\
groups:
  - name: own
    interval: 1m
    rules:
      - record: queue:depth:max
        expr: max by (service) (queue_depth)
      - alert: QueueLong
        expr: queue:depth:max > 50
        for: 5m
        labels: {service: worker}
      - alert: QueueUnknown
        expr: queue_length > 50
      - alert: QueueDoubled
        expr: topk(1, queue:depth:max{pod="a"}) > 1
"""


def _depths() -> Iterator[tuple[int, float]]:
    """Gives a queue that is 60 long for ten minutes a day, and truly stuck at 90."""
    for minute in range(MINUTES):
        day, of_day = divmod(minute, 1_440)
        is_stuck = day % 3 == 1 and 600 <= of_day < 660
        is_busy = 300 <= of_day < 310
        yield BEGIN + 60 * minute, 90 if is_stuck else 60 if is_busy else 5


def _stuck() -> Iterator[tuple[int, float]]:
    for at, depth in _depths():
        yield at, float(depth == 90)


@pytest.fixture(scope="module")
def url(
    binaries: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    samples = {'queue_depth{service="worker"}': _depths(), "stuck": _stuck()}
    folder = tmp_path_factory.mktemp("history")
    with stored.prometheus_on(samples, binaries, folder) as address:
        yield address


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yml"
    path.write_text(RULES)
    return path


def _run(rules: Path, url: str, *words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    options = (f"--prometheus={url}", f"--since={DAYS}d", f"--until={END}")
    terminal = terminals.Terminal(out=out, err=err, environ={}, root=rules.parent)
    code = main.run(["backtest", str(rules), *options, *words], terminal)
    return code, out.getvalue(), err.getvalue()


def test_every_rule_has_its_episodes_or_the_reason(rules: Path, url: str) -> None:
    code, out, _ = _run(rules, url, "--format=json")
    told = {rule["alert"]: rule for rule in json.loads(out)["rules"]}
    assert code == 1
    assert len(told["QueueLong"]["episodes"]) == DAYS + DAYS // 3
    assert told["QueueLong"]["episodes"][0] == {
        "start": BEGIN + 60 * 305,
        "end": BEGIN + 60 * 310,
        "labels": {"service": "worker"},
    }
    assert told["QueueUnknown"]["episodes"] == []
    assert told["QueueUnknown"]["unseen"] == ["queue_length"]
    assert told["QueueDoubled"]["not_replayed"] == "nothing here has the label 'pod'"


def test_the_text_says_what_silence_is_worth(rules: Path, url: str) -> None:
    _, out, _ = _run(rules, url, "--alert=QueueUnknown")
    assert out.splitlines()[1:] == [
        "QueueUnknown: never fired",
        "  ⚠ no samples in this period: queue_length",
    ]


def test_the_sweep_recommends_what_held_on_history_that_did_not_choose(
    rules: Path, url: str
) -> None:
    code, out, _ = _run(
        rules, url, "--alert=QueueLong", "--sweep", "--truth=stuck == 1"
    )
    assert code == 0
    assert out.splitlines()[-11:] == [
        "  recommended: 50 for 10m instead of 50 for 5m",
        (
            "    now:      9.0 pages a week, 2 of 9 right, 2 of 2 incidents found, "
            "median delay 5m"
        ),
        (
            "    proposed: 2.0 pages a week, 2 of 2 right, 2 of 2 incidents found, "
            "median delay 10m"
        ),
        "    (both on the last third of the period, which did not choose)",
        "    --- a/rules.yml",
        "    +++ b/rules.yml",
        "    @@ -8,3 +8,3 @@",
        "             expr: queue:depth:max > 50",
        "    -        for: 5m",
        "    +        for: 10m",
        "             labels: {service: worker}",
    ]


def test_an_alert_that_is_not_there_is_named_with_those_that_are(
    rules: Path, url: str
) -> None:
    code, out, err = _run(rules, url, "--alert=QueueLang")
    assert (code, out) == (2, "")
    assert "found 'QueueLang': QueueDoubled, QueueLong, QueueUnknown" in err
