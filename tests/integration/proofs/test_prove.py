"""`prove` against the real engines: promtool, amtool and vmalert-tool."""

import io
import json
import os
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

import pytest

from sightline.app import prove
from sightline.cli import main, terminals
from sightline.model import monitoring
from sightline.proofs import formatting, verdicts
from support import shipped

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "tests/cases/prove/guide.yml"
OUTAGE = "silent when its source is gone, and no other rule here tells of it"
BLANK = "says nothing: it has no annotations, so the page is blank"

RULES = """
groups:
  - name: shop
    rules:
      - record: shop:errors:ratio_rate5m
        expr: sum(rate(e_total{{code="500"}}[5m])) / (sum(rate(e_total[5m])) > 0)
      - alert: ErrorsHigh
        expr: shop:errors:ratio_rate5m > {limit}
        for: 2m
        keep_firing_for: 2m
        labels: {{severity: page}}
        annotations: {{summary: 'errors {{{{ $value | humanizePercentage }}}}'}}
      - alert: ShopGone
        expr: absent(e_total)
        for: 5m
        annotations: {{summary: 'nothing is measured'}}
"""


def prove_files(
    *paths: Path,
    alert: str | None = None,
    has_mutants: bool = False,
    written: Path | None = None,
    engine: str = "prometheus",
) -> verdicts.Report:
    request = prove.Request(
        root=ROOT,
        paths=paths,
        alert=alert,
        has_mutants=has_mutants,
        written=written,
        engine=engine,
    )
    return prove.run(request, os.environ)


def test_the_nine_alerts_of_the_guide_are_refuted_each_with_its_reasons() -> None:
    report = prove_files(GUIDE)

    assert {one.alert: [f.reason for f in one.broken] for one in report.proofs} == {
        "ServiceDown": [
            (
                "summary reads the label 'service', which the alert does not have: "
                "it says ' is down'"
            ),
            OUTAGE,
        ],
        "DatabaseUnavailable": [OUTAGE],
        "HighErrorRate": [OUTAGE],
        "PaymentProcessingDown": [
            (
                "does not clear when its cause is over: stripe_api_errors_total is a "
                "counter, which keeps its number until its process restarts"
            ),
            BLANK,
            OUTAGE,
        ],
        "HighLatency": [OUTAGE],
        "DatabaseConnectionsHigh": [
            (
                "never fires: the two sides of `/` never have equal labels: the left "
                "side has {datname}, the right side {name}"
            )
        ],
        "HighMemoryUsage": [
            (
                "fires where container_spec_memory_limit_bytes is 0, which says that "
                "there is no limit: a division by 0 gives +Inf"
            ),
            BLANK,
            OUTAGE,
        ],
        "QueueBacklog": [BLANK, OUTAGE],
        "CacheHitRatioLow": [BLANK, OUTAGE],
    }


def test_alerts_are_proven_on_both_engines_with_every_mutant_killed(
    tmp_path: Path,
) -> None:
    rules = tmp_path / "shop.yml"
    rules.write_text(RULES.format(limit=0.05))

    report = prove_files(
        rules, has_mutants=True, written=tmp_path / "kept", engine="victoriametrics"
    )

    assert [one.reason for one in report.proofs] == ["", ""]
    assert [one.boundaries for one in report.proofs] == [1, 0]
    assert dict(report.proofs[0].stated) == {
        "process restarted": "silent",
        "two scrapes lost": "keeps firing",
        "series lost while firing": "falls silent",
        "no series at all": "silent",
    }
    assert [one.change for one in report.survivors] == []
    assert report.mutants > 15


def _amounts(folder: Path) -> Mapping[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.glob("*.test.yml"))}


def test_a_changed_threshold_changes_the_proof(tmp_path: Path) -> None:
    rules = tmp_path / "shop.yml"
    kept = []
    for limit in (0.05, 0.2):
        rules.write_text(RULES.format(limit=limit))
        report = prove_files(rules, alert="ErrorsHigh", written=tmp_path / str(limit))
        assert report.is_ok
        kept.append(_amounts(tmp_path / str(limit)))

    assert kept[0].keys() == kept[1].keys()
    assert kept[0] != kept[1]


def test_json_has_the_contracts_keys(tmp_path: Path) -> None:
    rules = tmp_path / "shop.yml"
    rules.write_text(RULES.format(limit=0.05))

    document = json.loads(formatting.render_json(prove_files(rules)))

    assert document["alerts"] == document["proven"] == 2
    assert document["refuted"] == document["not_proven"] == []
    assert document["mutants"] == {
        "total": 0,
        "killed": 0,
        "survivors": [],
        "equivalent": [],
    }


def test_junit_has_a_case_for_each_alert_and_fails_with_the_command(
    tmp_path: Path,
) -> None:
    rules = tmp_path / "shop.yml"
    rules.write_text(WITHOUT_PROOF)
    out = io.StringIO()
    terminal = terminals.Terminal(
        out=out, err=io.StringIO(), environ=os.environ, root=tmp_path
    )

    code = main.run(["prove", str(rules), "--format=junit"], terminal)

    suite = ET.fromstring(out.getvalue())  # noqa: S314  # what sightline wrote
    told = {one.attrib["name"]: [part.tag for part in one] for one in suite}
    assert (code, suite.tag, suite.attrib["name"]) == (
        1,
        "testsuite",
        "sightline prove",
    )
    assert told == {
        "Sound": [],
        "NeverFires": ["failure"],
        "NeverSilent": ["failure"],
        "NeverClears": ["failure"],
        "Blank": ["failure"],
        "Unknown": ["skipped"],
        "Gone": [],
    }


WITHOUT_PROOF = """
groups:
  - name: shop
    rules:
      - alert: Sound
        expr: up == 0
        annotations: {summary: 'a target is down'}
      - alert: NeverFires
        expr: up > 1
        annotations: {summary: 'unreachable'}
      - alert: NeverSilent
        expr: up >= 0 or vector(1)
        annotations: {summary: 'always'}
      - alert: NeverClears
        expr: errors_total > 5
        annotations: {summary: 'errors since the start'}
      - alert: Blank
        expr: up == 0
      - alert: Unknown
        expr: histogram_count(requests) == 0
        annotations: {summary: 'beyond what is analysed'}
      - alert: Gone
        expr: absent(up)
        annotations: {summary: 'nothing is measured'}
"""


@pytest.mark.parametrize(
    ("alert", "code", "reason"),
    [
        ("Sound", 0, ""),
        ("NeverFires", 1, "never fires"),
        ("NeverSilent", 1, "fires whatever its series do: no input silences it"),
        ("NeverClears", 1, "does not clear when its cause is over"),
        ("Blank", 1, "says nothing: it has no annotations"),
        ("Unknown", 1, "no estimate of the function histogram_count()"),
    ],
)
def test_row_3_prove_fails_where_one_proof_of_one_alert_is_missing(
    tmp_path: Path, alert: str, code: int, reason: str
) -> None:
    rules = tmp_path / "shop.yml"
    rules.write_text(WITHOUT_PROOF)
    out = io.StringIO()
    terminal = terminals.Terminal(
        out=out, err=io.StringIO(), environ=os.environ, root=tmp_path
    )

    given = main.run(
        ["prove", str(rules), f"--alert={alert}", "--format=json"], terminal
    )

    document = json.loads(out.getvalue())
    (told,) = document["proofs"]
    assert (given, told["reason"][: len(reason)]) == (code, reason)
    assert document["alerts"] == 1
    assert document["proven"] == 1 - code


def test_row_69_one_number_of_the_spec_moves_the_proof_with_the_alert(
    skillancer: monitoring.Monitoring, binaries: Mapping[str, Path], tmp_path: Path
) -> None:
    changed = shipped.move_threshold(skillancer, "container_memory_ratio", 0.85, 0.9)
    kept: list[Mapping[str, str]] = []
    for name, declared in (("old", skillancer), ("new", changed)):
        for path, text in shipped.build_texts(declared).items():
            if path.startswith("prometheus/rules/"):
                file = tmp_path / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        report = prove_files(
            tmp_path / name, alert="HighMemoryUsage", written=tmp_path / name / "kept"
        )
        assert [one.reason for one in report.proofs] == [""]
        kept.append(
            {
                str(path.relative_to(tmp_path / name)): path.read_text()
                for path in (tmp_path / name / "kept").rglob("*.yml")
            }
        )

    old, new = kept
    assert old.keys() == new.keys()
    (rules,) = (path for path in old if "/rules/" in path)
    moved = [
        (before.strip(), after.strip())
        for before, after in zip(
            old[rules].splitlines(), new[rules].splitlines(), strict=True
        )
        if before != after
    ]
    assert len(moved) == 3  # the condition, the summary and the description
    assert all(
        after == before.replace("0.85", "0.9").replace("85%", "90%")
        for before, after in moved
    )
    # What was proven of the old number is refuted by the alert with the new one.
    (tmp_path / "old" / rules).write_text(new[rules])
    tests = sorted(str(path) for path in (tmp_path / "old/kept").glob("*.test.yml"))
    judged = subprocess.run(  # noqa: S603  # promtool, on files written above
        [binaries["promtool"], "test", "rules", *tests],
        capture_output=True,
        check=False,
    )
    assert judged.returncode == 1


OUTAGES = """
groups:
  - name: orders
    rules:
      - alert: OrdersLow
        expr: orders_open < 5
        annotations: {{summary: 'few orders'}}
      - alert: OrdersOdd
        expr: mad_over_time(orders_open[10m]) > 5
        annotations: {{summary: 'odd orders'}}
      - alert: OrdersNamed
        expr: label_replace(orders_open, "a", "$1", "b", "(") > 5
        annotations: {{summary: 'named orders'}}
      - alert: StockLow
        expr: stock_left < 5
        annotations: {{summary: 'shares its tests with what is refused'}}
      - record: orders:odd
        expr: mad_over_time(orders_open[10m])
      - alert: OddGone
        expr: absent(orders:odd)
        annotations: {{summary: 'no odd orders'}}
{rest}
"""
GONE = """
      - alert: OrdersGone
        expr: absent(orders_open)
        for: 5m
        annotations: {summary: 'nothing is measured'}
"""
"""Two of these are refused by promtool: a function that is off, a broken pattern."""


def test_what_the_engine_refuses_takes_no_other_rules_word_of_an_outage(
    tmp_path: Path,
) -> None:
    rules = tmp_path / "orders.yml"
    rules.write_text(OUTAGES.format(rest=GONE))

    report = prove_files(rules)

    assert {one.alert: one.verdict.value for one in report.proofs} == {
        "OrdersLow": "proven",
        "OrdersOdd": "not_proven",
        "OrdersNamed": "not_proven",
        "StockLow": "proven",
        "OddGone": "not_proven",
        "OrdersGone": "proven",
    }


def test_an_outage_of_which_nobody_could_be_asked_is_not_proven_and_not_refuted(
    tmp_path: Path,
) -> None:
    rules = tmp_path / "orders.yml"
    rules.write_text(OUTAGES.format(rest=""))

    report = prove_files(rules, alert="OrdersLow")

    assert [(one.verdict.value, one.reason) for one in report.proofs] == [
        (
            "not_proven",
            (
                "silent when its source is gone; whether another rule tells of it "
                "could not be asked: OddGone, OrdersNamed, OrdersOdd refused"
            ),
        )
    ]
