"""A project of its own with the shipped spec, and sightline's commands on it."""

import json
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["Project"]

_ROOT = Path(__file__).parents[2]


class Project:
    """A folder that a stack runs in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "monitoring").symlink_to(_ROOT / "monitoring")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs one command of the command line."""
        return subprocess.run(  # noqa: S603 - the program under test
            [sys.executable, "-m", "sightline", *words],
            env={**os.environ, "SIGHTLINE_ROOT": str(self.root)},
            check=False,
            capture_output=True,
            text=True,
            timeout=1_800,
        )

    def start(self) -> None:
        """Starts the whole stack in the background; what it said stays in `started`."""
        self.started = self.run("up", "--background")
        assert self.started.returncode in {0, 1}, self.started.stderr

    def url_of(self, name: str) -> str:
        """Gives the address of a component."""
        listed = json.loads(self.run("status", "--json").stdout)["components"]
        ports = {component["name"]: component["port"] for component in listed}
        return f"http://127.0.0.1:{ports[name]}"
