"""Units for plain machines, judged by systemd and by the programs that they run.

Two runs of systemd-analyze and one of each program: about a second.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from sightline.app import build
from sightline.model import monitoring

pytestmark = pytest.mark.integration

MOST_EXPOSED = 30
"""Of 100, and of every unit: systemd calls that OK, and a unit without care has 96."""

EXEC_START = re.compile(r"^ExecStart=\S+", re.MULTILINE)
PROGRAMS = {
    "sightline-prometheus.service": "prometheus",
    "sightline-alertmanager.service": "alertmanager",
    "sightline-blackbox-exporter.service": "blackbox-exporter",
    "sightline-node-exporter.service": "node-exporter",
    "sightline-postgres-exporter.service": "postgres-exporter",
    "sightline-process-exporter.service": "process-exporter",
    "sightline-redis-exporter.service": "redis-exporter",
}


@pytest.fixture(scope="module")
def units(
    skillancer: monitoring.Monitoring, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("units")
    production = skillancer.environments["production"]
    build.write(build.build(skillancer, production, (build.Target.SYSTEMD,)), folder)
    return folder / "systemd"


@pytest.fixture
def started(units: Path, tmp_path: Path) -> Path:
    """The units with a program that is there, which systemd asks for."""
    for path in (*units.glob("*.service"), *units.glob("*.target")):
        text = EXEC_START.sub("ExecStart=/bin/true", path.read_text())
        (tmp_path / path.name).write_text(text)
    return tmp_path


def _analyze(*words: str, within: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("not checked: there is no systemd-analyze on PATH")
    return subprocess.run(  # noqa: S603 - the official tool
        [program, *words],
        cwd=within,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def _names(folder: Path) -> list[str]:
    return sorted(f"./{path.name}" for path in folder.iterdir())


def test_systemd_understands_every_line(started: Path) -> None:
    said = _analyze("verify", *_names(started), within=started)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_systemd_would_find_a_mistake(started: Path) -> None:
    path = started / "sightline-prometheus.service"
    path.write_text(path.read_text().replace("ProtectHome=yes", "ProtectHome=maybe"))
    said = _analyze("verify", f"./{path.name}", within=started)
    assert "Failed to parse protect home value, ignoring: maybe" in said.stderr


def test_no_unit_sees_more_of_the_machine_than_it_needs(started: Path) -> None:
    services = [name for name in _names(started) if name.endswith(".service")]
    said = _analyze(
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={MOST_EXPOSED}",
        *services,
        within=started,
    )
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr


@pytest.mark.parametrize("unit", PROGRAMS)
def test_the_program_of_a_unit_knows_every_flag(
    units: Path, binaries: Mapping[str, Path], unit: str
) -> None:
    text = (units / unit).read_text().replace("\\\n", "")
    (line,) = re.findall(r"^ExecStart=(.*)$", text, flags=re.MULTILINE)
    program = str(binaries[PROGRAMS[unit]])
    words = line.split()[1:]
    assert _run(program, *words, "--version") == 0
    assert _run(program, *words, "--no-such-flag", "--version") != 0


def _run(*words: str) -> int:
    done = subprocess.run(  # noqa: S603 - the program of the unit
        words, check=False, capture_output=True, timeout=60
    )
    return done.returncode
