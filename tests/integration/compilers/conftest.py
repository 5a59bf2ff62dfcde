"""The official tools, judging what is built."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from support import amtool, promtool


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
