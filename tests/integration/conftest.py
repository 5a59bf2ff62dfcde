"""The shipped spec, built once, and the official tools that judge it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sightline.app import build
from sightline.model import monitoring
from support import promtool

Verdicts = Callable[[Mapping[str, promtool.Scenario]], Mapping[str, str]]


@pytest.fixture(scope="session")
def built(
    skillancer: monitoring.Monitoring, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder with the artifacts for production."""
    folder = tmp_path_factory.mktemp("build")
    environment = skillancer.environments["production"]
    build.write(build.build(skillancer, environment), folder)
    return folder


@pytest.fixture(scope="session")
def judge_all(
    binaries: Mapping[str, Path],
    built: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Verdicts:
    """Gives promtool's word on each of many scenarios, in one run."""

    def _judge(scenarios: Mapping[str, promtool.Scenario]) -> Mapping[str, str]:
        judge = promtool.Judge(
            promtool=binaries["promtool"],
            rules=sorted((built / "prometheus/rules").glob("*.yml")),
            folder=tmp_path_factory.mktemp("scenarios"),
        )
        return judge.judge(scenarios)

    return _judge
