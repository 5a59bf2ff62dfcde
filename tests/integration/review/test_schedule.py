"""What the command prints for a cluster, which needs an image to run. Two seconds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
IMAGE = "registry.skillancer.com/sightline:0.1.0"


def _schedule(root: Path) -> subprocess.CompletedProcess[str]:
    words = ("review", "weekly", "--schedule=kubernetes", "--env=production")
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "sightline", *words],
        env={**os.environ, "SIGHTLINE_ROOT": str(root)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_cluster_runs_the_image_that_the_environment_names(tmp_path: Path) -> None:
    (tmp_path / "monitoring").symlink_to(ROOT / "monitoring")
    job = yaml.safe_load(_schedule(tmp_path).stdout)
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == IMAGE


def test_without_an_image_it_is_said_where_to_write_one(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "monitoring", tmp_path / "monitoring")
    text = (folder / "environments.yaml").read_text()
    bare = text.replace(f'      collectors: {{image: "{IMAGE}"}}\n', "")
    assert bare != text
    (folder / "environments.yaml").write_text(bare)
    said = _schedule(tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert (
        "expected the image that runs sightline in production, found none"
        in said.stderr
    )
