"""Components that are killed, and how soon the stack is whole again."""

import json
import os
import signal
import time
from dataclasses import dataclass

from support import projects

__all__ = ["Recovery", "kill", "ready_components"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What happened after a SIGKILL; `None` where it did not happen in time."""

    name: str
    back_seconds: float | None
    verified_seconds: float | None
    said: str


def ready_components(project: projects.Project) -> dict[str, int]:
    """Gives the process of every component that is ready, by name."""
    listed = json.loads(project.run("status", "--json").stdout)["components"]
    return {one["name"]: one["pid"] for one in listed if one["state"] == "ready"}


def kill(project: projects.Project, name: str, limit_seconds: float) -> Recovery:
    """Kills a component and waits until its successor is ready and `verify` is green.

    The successor comes first: right after the kill nothing has noticed the death yet.
    """
    killed = ready_components(project)[name]
    began = time.monotonic()
    os.kill(killed, signal.SIGKILL)
    while ready_components(project).get(name) in {None, killed}:
        if time.monotonic() - began > limit_seconds:
            return Recovery(
                name=name, back_seconds=None, verified_seconds=None, said="not back"
            )
    back = time.monotonic() - began
    verified = project.run("verify", "--wait", str(limit_seconds - back))
    return Recovery(
        name=name,
        back_seconds=back,
        verified_seconds=time.monotonic() - began if not verified.returncode else None,
        said=verified.stdout,
    )
