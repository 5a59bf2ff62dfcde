"""Where a stack keeps its files: one folder, `.sightline` in the project."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Layout"]

_LONGEST_SOCKET_PATH: Final = 100
"""Linux takes 107 bytes in `sun_path`, macOS 103."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders and files of one stack.

    `run` belongs to one run and may be thrown away when nothing runs; `data` is kept
    between runs; `logs` is bounded in size.
    """

    home: Path

    @classmethod
    def of_project(cls, root: Path) -> "Layout":
        """Gives the layout of the project whose folder is `root`."""
        return cls(root.resolve() / ".sightline")

    @property
    def run(self) -> Path:
        """What belongs to one run."""
        return self.home / "run"

    @property
    def build(self) -> Path:
        """The artifacts that the running stack reads."""
        return self.run / "build"

    @property
    def targets(self) -> Path:
        """The target files of Prometheus, one per scrape job."""
        return self.build / "prometheus" / "targets"

    @property
    def faults(self) -> Path:
        """The faults that the reference platform obeys."""
        return self.run / "faults"

    @property
    def logs(self) -> Path:
        """One log per component."""
        return self.home / "logs"

    @property
    def inbox(self) -> Path:
        """What the receivers received."""
        return self.home / "data" / "inbox"

    @property
    def secrets(self) -> Path:
        """Generated once and kept; readable by the owner alone."""
        return self.home / "data" / "secrets"

    @property
    def plan(self) -> Path:
        """The components that the supervisor is to run."""
        return self.run / "plan.json"

    @property
    def state(self) -> Path:
        """The components as they are, for those who only read."""
        return self.run / "state.json"

    @property
    def lock(self) -> Path:
        """Locked while a stack uses the data."""
        return self.home / "lock"

    @property
    def collector_settings(self) -> Path:
        """Where the collectors of this run find what they read."""
        return self.run / "collectors.yaml"

    @property
    def control_socket(self) -> Path:
        """The supervisor's socket; in a temporary folder where paths get too long."""
        path = self.run / "control.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        key = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir(), f"sightline-{os.getuid()}-{key}", "control")

    @property
    def proofs(self) -> Path:
        """What the last `sightline prove --format json` said; the console shows it."""
        return self.storage / "proofs.json"

    @property
    def ledgers(self) -> Path:
        """What was applied to environments, one folder for each."""
        return self.home / "deploy"

    @property
    def storage(self) -> Path:
        """What is kept between runs, one folder per component."""
        return self.home / "data"

    def data_of(self, component: str) -> Path:
        """The data of a component, kept between runs."""
        return self.storage / component

    def log_of(self, component: str) -> Path:
        """The log of a component."""
        return self.logs / f"{component}.log"

    def create(self) -> None:
        """Makes the folders, for the owner alone."""
        for folder in (self.home, self.run, self.logs, self.inbox, self.faults):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.control_socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
