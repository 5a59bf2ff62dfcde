"""Secrets that lie wherever a spec points to are in nothing that is built or printed.

Every file that the spec of production names as a secret exists and holds a mark of its
own, and so does every variable; then everything is built. One build: some seconds.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline.compilers import collector_settings
from sightline.compilers.alertmanager import receivers
from sightline.model import monitoring

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
MARK = "canary-7d1f"
FOLDERS = (
    "alertmanager",
    "compose",
    "grafana",
    "helm",
    "kubernetes",
    "prometheus",
    "runbooks",
    "systemd",
)


@pytest.fixture(scope="module")
def names(skillancer: monitoring.Monitoring) -> tuple[str, ...]:
    production = skillancer.environments["production"]
    return (
        *collector_settings.secret_keys(production),
        *receivers.secret_names(skillancer, production),
        "admin-password",
        "postgres-exporter-password",
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, names: tuple[str, ...]) -> Path:
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "monitoring", root / "monitoring")
    for folder in (root, root / "monitoring", root / "build/compose"):
        place = folder / "secrets"
        place.mkdir(parents=True)
        for name in names:
            (place / name).write_text(f"{MARK}-{name}")
    (root / "build/compose/.env").write_text(f"GF_SECURITY_ADMIN_PASSWORD={MARK}-env")
    return root


def _run(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    variables: Mapping[str, str] = {
        name: f"{MARK}-{name}"
        for name in (
            "GRAFANA_TOKEN",
            "PAGERDUTY_SERVICE_KEY",
            "ALERT_WEBHOOK_URL",
            "GF_SECURITY_ADMIN_PASSWORD",
        )
    }
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "sightline", *words],
        env={**os.environ, **variables, "SIGHTLINE_ROOT": str(project)},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def _marked(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        is_planted = "secrets" in path.parts or path.name == ".env"
        if path.is_file() and not is_planted and MARK in path.read_text():
            yield str(path.relative_to(folder))


def test_no_artifact_and_no_output_holds_a_secret(project: Path) -> None:
    said = _run(project, "build", "--env=production")
    assert said.returncode == 0, said.stderr
    build = project / "build"
    assert {path.name for path in build.iterdir()} == set(FOLDERS)
    assert list(_marked(build)) == []
    assert MARK not in said.stdout + said.stderr
    # What would be found if it were there.
    (build / "systemd/collect.yaml").write_text(f"password: {MARK}")
    assert list(_marked(build)) == ["systemd/collect.yaml"]


def test_every_secret_is_named_where_it_is_read(
    project: Path, names: tuple[str, ...]
) -> None:
    _run(project, "build", "--env=production")
    built = "\n".join(
        path.read_text()
        for path in (project / "build").rglob("*")
        if path.is_file() and "secrets" not in path.parts
    )
    assert [name for name in names if name not in built] == []


def test_a_plan_that_cannot_reach_anything_says_no_secret(project: Path) -> None:
    said = _run(project, "plan", "--env=production")
    assert said.returncode in {1, 3}
    assert MARK not in said.stdout + said.stderr
