"""The shipped spec, built once, and the official tools that judge it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sightline.app import build
from sightline.model import monitoring
from support import amtool, promtool


@pytest.fixture(scope="session")
def built(
    skillancer: monitoring.Monitoring, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder with the artifacts for production."""
    folder = tmp_path_factory.mktemp("build")
    environment = skillancer.environments["production"]
    build.write(build.build(skillancer, environment), folder)
    return folder


@pytest.fixture
def judge(binaries: Mapping[str, Path], built: Path, tmp_path: Path) -> promtool.Judge:
    """Decides what the rules built from signals do with given series.

    Those of the objectives have scenarios of their own, of days instead of minutes.
    """
    files = sorted((built / "prometheus/rules").glob("*.yml"))
    return promtool.Judge(
        promtool=binaries["promtool"],
        rules=[path for path in files if not path.name.startswith("slo-")],
        folder=tmp_path,
    )


@pytest.fixture
def renderer(
    binaries: Mapping[str, Path], built: Path, tmp_path: Path
) -> amtool.Renderer:
    """Renders the built notification templates."""
    return amtool.Renderer(
        amtool=binaries["amtool"],
        templates=built / "alertmanager/templates/sightline.tmpl",
        folder=tmp_path,
    )
