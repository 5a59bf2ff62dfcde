"""A component that is killed comes back, and the stack verifies again in time."""

import json
import os
import signal
import time

import pytest

from support import projects

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("stack")]

LIMIT_SECONDS = 30.0


def _pid_of(project: projects.Project, name: str) -> int | None:
    """Gives the process of a component that is ready."""
    listed = json.loads(project.run("status", "--json").stdout)["components"]
    ready: dict[str, int] = {
        one["name"]: one["pid"] for one in listed if one["state"] == "ready"
    }
    return ready.get(name)


@pytest.mark.parametrize(
    "name",
    [
        "alertmanager",
        "postgres",
        "redis",
        "console",
        "receivers",
        "postgres-exporter",
        "redis-exporter",
        "blackbox-exporter",
        "billing-svc-1",
        "prometheus",
    ],
)
def test_a_killed_component_is_back_and_verified(
    stack: projects.Project, name: str
) -> None:
    killed = _pid_of(stack, name)
    assert killed is not None
    began = time.monotonic()
    os.kill(killed, signal.SIGKILL)
    # Its successor first: right after the kill nothing has noticed the death yet.
    while _pid_of(stack, name) in {None, killed}:
        assert time.monotonic() - began <= LIMIT_SECONDS
    verified = stack.run("verify", "--wait", str(LIMIT_SECONDS))
    assert verified.returncode == 0, verified.stdout
    assert time.monotonic() - began <= LIMIT_SECONDS, verified.stderr
