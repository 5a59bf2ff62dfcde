"""The command line with the real components, each test on a project of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from sightline.stack import processes
from sightline.stack.acquire import binaries as acquiring
from support import projects, stand_in_grafana

pytestmark = pytest.mark.integration

PATIENCE_SECONDS = 30.0


class Project(projects.Project):
    """A project whose stack runs without the reference platform."""

    def start_alone(self, *words: str) -> None:
        """Starts in the background; without the platform not all can be verified."""
        started = self.run("up", "--background", "--no-demo", *words)
        assert started.returncode in {0, 1}, started.stderr

    def status(self) -> Mapping[str, Mapping[str, Any]]:
        listed = json.loads(self.run("status", "--json").stdout)["components"]
        return {component["name"]: component for component in listed}

    def wait_until_ready(self) -> Mapping[str, Mapping[str, Any]]:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            listed = self.status()
            if {component["state"] for component in listed.values()} == {"ready"}:
                return listed
            assert time.monotonic() < end, listed


@pytest.fixture
def project(
    tmp_path: Path, acquired: Mapping[str, acquiring.Binary]
) -> Iterator[Project]:
    del acquired  # fetched before the clock of a test runs
    made = Project(tmp_path)
    yield made
    made.run("down")


def _is_open(port: int) -> bool:
    with socket.socket() as connection:
        connection.settimeout(1.0)
        return connection.connect_ex(("127.0.0.1", port)) == 0


def test_stack_starts_scrapes_itself_and_leaves_nothing(project: Project) -> None:
    project.start_alone()
    listed = project.wait_until_ready()
    assert {"prometheus", "alertmanager", "postgres", "redis"} <= listed.keys()
    assert all(component["rss_bytes"] > 0 for component in listed.values())
    base = f"http://127.0.0.1:{listed['prometheus']['port']}"
    _wait_for_value(base, "pg_up", "1")
    _wait_for_value(base, 'probe_success{target="redis"}', "1")
    assert project.run("down").returncode == 0
    assert [one["name"] for one in listed.values() if _is_open(one["port"])] == []
    left = [
        one["name"] for one in listed.values() if processes.observe_start(one["pid"])
    ]
    assert left == []
    stopped = project.run("status", "--json")
    assert (stopped.returncode, json.loads(stopped.stdout)) == (3, {"components": []})


def _wait_for_value(base: str, query: str, wanted: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = httpx.get(f"{base}/api/v1/query", params={"query": query}).json()
        found = [sample["value"][1] for sample in answer["data"]["result"]]
        if found == [wanted]:
            return
        assert time.monotonic() < end, (query, found)
        time.sleep(0.2)


def test_an_installed_grafana_runs_on_what_was_built_and_is_verified(
    project: Project,
) -> None:
    program = project.root / "grafana"
    source = Path(stand_in_grafana.__file__).read_text()
    program.write_text(f"#!{sys.executable}\n{source}")
    program.chmod(0o755)
    project.start_alone("--bin", f"grafana={program}")
    listed = project.wait_until_ready()
    assert listed["grafana"]["version"] == "13.2.0"
    assert listed["grafana"]["source"] == f"given: {program}"
    lines = project.run("verify").stdout.splitlines()
    assert lines[1] == "✅ Grafana: healthy (Grafana 13.2.0, 6 dashboards listed)"
    assert "  ✓ 6 served as built" in lines


def test_every_killed_component_comes_back(project: Project) -> None:
    project.start_alone()
    before = project.wait_until_ready()
    for component in before.values():
        os.kill(component["pid"], 9)
    end = time.monotonic() + PATIENCE_SECONDS
    while any(component["restarts"] < 1 for component in project.status().values()):
        assert time.monotonic() < end
    after = project.wait_until_ready()
    assert {
        name for name in before if before[name]["pid"] == after[name]["pid"]
    } == set()


def test_second_up_is_refused_with_exit_code_3(project: Project) -> None:
    project.start_alone()
    second = project.run("up", "--background", "--no-demo")
    assert second.returncode == 3
    assert second.stdout == ""
    assert second.stderr.startswith(
        f"sightline: a stack already runs on {project.root}/.sightline (process "
    )


def test_port_that_was_asked_for_and_is_taken_names_its_owner(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refused = project.run("up", "--no-demo", "--port", f"console={port}")
    assert refused.returncode == 3
    assert refused.stderr.splitlines()[-1].endswith(
        f"port {port}, asked for by --port console={port}, is taken by"
        f" {_own_name()} (process {os.getpid()})"
    )


def _own_name() -> str:
    return Path("/proc/self/comm").read_text("utf-8").strip()


def test_interrupted_foreground_stack_leaves_nothing(project: Project) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sightline", "up", "--no-demo"],
        env={**os.environ, "SIGHTLINE_ROOT": str(project.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "Ctrl-C stops everything" in line:
                break
        listed = project.status()
        running.send_signal(2)
        assert running.wait(PATIENCE_SECONDS) == 0
    assert listed
    assert [
        one["name"] for one in listed.values() if processes.observe_start(one["pid"])
    ] == []


@pytest.mark.parametrize("days", ["1", "401", "ninety"])
def test_a_past_of_another_length_is_refused(project: Project, days: str) -> None:
    refused = project.run("up", "--history", days)
    assert refused.returncode == 2
    assert f"expected a number of days from 2 to 400, found '{days}'" in refused.stderr
