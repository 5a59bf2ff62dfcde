"""Plan and apply to a Grafana over HTTP, as the command line does it.

The Grafana is the one of the tests; every request and answer is judged by Grafana's own
OpenAPI document where that is at hand.
"""

import dataclasses
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from sightline.cli import main, terminals
from sightline.stack.acquire import binaries as acquiring
from support.grafana import memory, serving

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
IMPORTED = """\
Dashboards imported:
- CDN Dashboard
- Database Dashboard
- Engineering Dashboard
- Executive Dashboard
- Security Dashboard
- SLO Dashboard
"""


@dataclasses.dataclass
class Project:
    root: Path
    server: memory.MemoryGrafana
    transport: serving.GrafanaTransport

    @property
    def environ(self) -> Mapping[str, str]:
        return {**os.environ, "GRAFANA_TOKEN": memory.TOKEN, "USER": "sam"}

    def run(self, *words: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        terminal = terminals.Terminal(
            out=out, err=err, environ=self.environ, root=self.root
        )
        code = main.run((*words, "--env=production"), terminal)
        assert memory.TOKEN not in out.getvalue() + err.getvalue()
        return code, out.getvalue(), err.getvalue()


@pytest.fixture
def project(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    acquired: Mapping[str, acquiring.Binary],
) -> Iterator[Project]:
    del acquired
    api = getattr(request, "param", "classic")
    server = memory.MemoryGrafana()
    transport = serving.GrafanaTransport(server)
    shutil.copytree(ROOT / "monitoring", tmp_path / "monitoring")
    shipped = tmp_path / "monitoring/environments.yaml"
    with serving.serving(transport) as url:
        text = shipped.read_text()
        for before, after in (
            ("https://grafana.skillancer.com", url),
            ("https://prometheus.skillancer.com", "http://127.0.0.1:1"),
            ("https://alertmanager.skillancer.com", "http://127.0.0.1:1"),
            ("{env: GRAFANA_TOKEN}", f"{{env: GRAFANA_TOKEN}}, api: {api}"),
        ):
            assert before in text
            text = text.replace(before, after)
        shipped.write_text(text)
        yield Project(tmp_path, server, transport)
    for path in (tmp_path / ".sightline").rglob("*"):
        assert path.is_dir() or memory.TOKEN.encode() not in path.read_bytes()


@pytest.mark.parametrize("project", ["classic", "resources"], indirect=True)
def test_plan_writes_nothing_and_apply_does_it_once(project: Project) -> None:
    code, out, err = project.run("plan")
    assert (code, err) == (0, "")
    assert "+ grafana dashboard executive\n    Executive Dashboard: " in out
    assert {method for method, _ in project.server.asked} == {"GET"}
    code, _, err = project.run("apply", "--yes")
    assert code == 0, err
    boards = project.server.holds.boards
    assert {one.folder for one in boards.values()} == {"skillancer"}
    (mark,) = project.server.holds.annotations
    assert mark["text"] == "production: 9 to create"
    code, out, _ = project.run("apply", "--yes")
    assert out == "production: nothing to do, 9 resources are as wanted\n"
    assert {one.version for one in boards.values()} == {1}


def test_hand_edit_is_told_panel_by_panel_and_survives_until_it_may_not(
    project: Project,
) -> None:
    project.run("apply", "--yes")
    board = project.server.holds.boards["executive"]
    panels = [dict(one) for one in board.document["panels"]]
    shown = next(one for one in panels if one["type"] != "row")
    project.server.holds.edit_board(
        "executive", panels=[one for one in panels if one is not shown]
    )
    _, out, _ = project.run("plan")
    assert "! changed by hand since the last apply, and would be undone:" in out
    assert f"! panel '{shown['title']}': removed" in out
    code, _, err = project.run("apply", "--yes")
    assert code == 3
    assert "grafana dashboard executive" in err
    assert len(project.server.holds.boards["executive"].document["panels"]) < len(
        panels
    )
    code, _, err = project.run("apply", "--yes", "--overwrite-drift")
    assert code == 0, err
    assert project.server.holds.boards["executive"].document["panels"] == panels


def test_row_137_the_script_of_the_guide_imports_and_a_second_import_changes_nothing(
    project: Project,
) -> None:
    (project.root / "scripts").mkdir()
    script = project.root / "scripts/import-dashboards.sh"
    shutil.copy(ROOT / "scripts/import-dashboards.sh", script)
    launcher = project.root / "sightline"
    launcher.write_text(f'#!/bin/sh\nexec {sys.executable} -m sightline "$@"\n')
    launcher.chmod(0o755)
    first, second = (
        subprocess.run(  # noqa: S603 - the program under test
            [script, "--env=production"],
            env={**project.environ, "SIGHTLINE_ROOT": str(project.root)},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        for _ in range(2)
    )
    assert (first.returncode, first.stdout) == (0, IMPORTED), first.stderr
    assert (second.returncode, second.stdout) == (0, IMPORTED), second.stderr
    assert "nothing to do" in second.stderr
    boards = project.server.holds.boards.values()
    assert [board.version for board in boards] == [1] * 6


def test_refused_token_is_not_checked_and_not_shown(project: Project) -> None:
    project.server.tokens.clear()
    code, out, err = project.run("plan")
    assert code == 1
    assert "status 401: Invalid API key" in out + err
    code, _, err = project.run("apply", "--yes")
    assert code == 3
    assert "nothing is applied while this cannot be seen" in err


def refuse_once(_: httpx.Request) -> httpx.Response:
    return httpx.Response(503, json={"message": "too many requests at once"})


def test_verify_looks_at_grafana_with_the_same_token(project: Project) -> None:
    project.run("apply", "--yes")
    project.transport.break_next("GET", "/api/dashboards/uid/slo", refuse_once)
    code, out, err = project.run("verify")
    assert code == 1  # there is no Prometheus here
    lines = [line.strip() for line in out.splitlines()]
    assert {"✓ Grafana 13.2.0", "✓ 6 dashboards listed", "✓ 6 served as built"} <= {
        *lines
    }, "\n".join(lines)
    assert "status 401" not in out + err
