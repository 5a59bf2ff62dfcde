"""The fourteen classes of defects that no other tool finds together, and their twin."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from sightline.app.checking import files
from sightline.model import findings

_DEFECTS = Path(__file__).parents[2] / "cases" / "check" / "defects"
_TODAY = dt.date(2030, 1, 1)
_FOUND = {
    "a: labels never match": "rules.yml:18:13 unmatched-labels",
    "b: raw counter": "rules.yml:25:15 raw-counter",
    "c: bound is no bucket": "rules.yml:9:55 missing-bucket",
    "d: range beyond retention": "rules.yml:5:38 beyond-retention",
    "e: label of a text is missing": "rules.yml:36:24 template-label",
    "f: promised channel is not reached": "alertmanager.yml:6:17 unreached-channel",
    "g: panel without data": "dashboard.json:7:43 unrecorded-series",
    "h: panel and alert drift": "dashboard.json:15:35 threshold-drift",
    "i: never fires": "rules.yml:39:15 constant-condition",
    "j: cardinality": "rules.yml:12:19 unbounded-label",
    "k: secret in text": "alertmanager.yml:13:22 inline-secret",
    "l: inhibition hides a page": "alertmanager.yml:16:5 hiding-inhibition",
    "m: window of too few scrapes": "rules.yml:32:67 short-window",
    "n: no runbook": "rules.yml:45:16 missing-metadata",
}
_ALSO = {"rules.yml:5:38 rule-cost"}


def _check(name: str) -> tuple[findings.Finding, ...]:
    root = _DEFECTS / name
    return files.check([root], root, _TODAY).found


def _say(finding: findings.Finding) -> str:
    return f"{finding.span} {finding.check}"


@pytest.mark.parametrize("defect", _FOUND)
def test_each_class_of_defects_is_found_at_its_place(defect: str) -> None:
    assert _FOUND[defect] in {_say(finding) for finding in _check("broken")}


def test_nothing_else_is_found_in_the_broken_set() -> None:
    assert {_say(finding) for finding in _check("broken")} == {*_FOUND.values(), *_ALSO}


def test_nothing_is_found_in_the_repaired_twin() -> None:
    assert _check("repaired") == ()


def test_a_finding_never_shows_the_secret() -> None:
    told = [str(dataclasses.asdict(finding)) for finding in _check("broken")]
    assert not any("0123456789abcdef" in text for text in told)
