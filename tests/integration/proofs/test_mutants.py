"""Mutants of a sample of Skillancer's alerts, each put to the real engine.

One alert of each of seven kinds of rules; the whole takes minutes (docs/benchmarks.md).
About 20 seconds of processor time.
"""

import os
from pathlib import Path

import pytest

from sightline.app import prove
from sightline.model import monitoring
from support import shipped

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]

SAMPLE: dict[str, tuple[int, int, list[str]]] = {
    "RevenueExceedsPayments": (16, 0, []),
    "HighCpuUsage": (31, 3, []),
    "ExporterDown": (13, 0, []),
    "AlertsNotSent": (13, 4, []),
    "DatabaseUnavailable": (15, 0, []),
    "DatabaseConnectionsHigh": (17, 0, []),
    "ConfigurationReloadFailed": (17, 0, []),
}
"""By alert: its mutants, how many more are equivalent, and what survives."""


@pytest.fixture(scope="module")
def rules(
    skillancer: monitoring.Monitoring, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Gives the folder with the rule files that the spec builds."""
    folder = tmp_path_factory.mktemp("rules")
    for path, text in shipped.build_texts(skillancer).items():
        if path.startswith("prometheus/rules/"):
            (folder / Path(path).name).write_text(text)
    return folder


@pytest.mark.parametrize("alert", SAMPLE)
def test_proofs_notice_the_mutants_of_an_alert(rules: Path, alert: str) -> None:
    request = prove.Request(root=ROOT, paths=(rules,), alert=alert, has_mutants=True)

    report = prove.run(request, os.environ)

    assert (
        report.mutants,
        len(report.equivalent),
        [one.change for one in report.survivors],
    ) == SAMPLE[alert]
    assert all(one.equivalent for one in report.equivalent)
