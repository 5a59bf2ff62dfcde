"""The shipped spec's artifacts, word for word: a change shows what it changes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sightline.app import build
from sightline.compilers import documents
from sightline.compilers.helm import prometheus_chart
from sightline.model import monitoring

FOLDER = Path(__file__).parent / "production"
MOST_READ = 100_000
"""Nobody reads more at once: larger files hold rules and dashboards of other files."""


@pytest.fixture
def texts(skillancer: monitoring.Monitoring) -> dict[str, str]:
    environment = skillancer.environments["production"]
    built = build.build(skillancer, environment, tuple(build.Target))
    chart = prometheus_chart.prometheus_values(
        skillancer.within(environment), environment, ()
    )
    # The rules of the objectives all follow one pattern, which has tests of its own.
    read = {
        str(artifact.path): artifact.text
        for artifact in built
        if not artifact.path.name.startswith("slo-")
        and (len(artifact.text) < MOST_READ or artifact.path.parts[0] == "grafana")
    }
    return read | {"helm/prometheus-without-rules.yaml": documents.render_yaml(chart)}


def test_every_artifact_is_as_it_was_read_last(
    texts: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    for path, text in texts.items():
        golden(f"production/{path}", text)


def test_no_golden_file_is_left_over(texts: dict[str, str]) -> None:
    kept = {
        str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()
    }
    assert kept - texts.keys() == set()
