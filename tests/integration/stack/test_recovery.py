"""A component that is killed comes back, and the stack verifies again in time."""

import json
import os
import signal
import time

import pytest

from support import projects

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("stack")]

LIMIT_SECONDS = 30.0


def _pid_of(project: projects.Project, name: str) -> int:
    listed = json.loads(project.run("status", "--json").stdout)["components"]
    pids: dict[str, int] = {one["name"]: one["pid"] for one in listed}
    return pids[name]


@pytest.mark.parametrize(
    "name",
    [
        "alertmanager",
        "postgres",
        "redis",
        "console",
        "receivers",
        "postgres-exporter",
        "billing-svc-1",
        "prometheus",
    ],
)
def test_a_killed_component_is_back_and_verified(
    stack: projects.Project, name: str
) -> None:
    killed = _pid_of(stack, name)
    began = time.monotonic()
    os.kill(killed, signal.SIGKILL)
    verified = stack.run("verify", "--wait", str(LIMIT_SECONDS))
    assert verified.returncode == 0, verified.stdout
    assert time.monotonic() - began <= LIMIT_SECONDS, verified.stderr
    assert _pid_of(stack, name) != killed
