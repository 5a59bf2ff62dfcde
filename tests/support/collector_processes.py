"""The real `sightline collect` on a spec of its own, in a process of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
from prometheus_client import parser

__all__ = ["CollectorProcess", "write_spec"]

_ROOT = Path(__file__).parents[2]
_BASE = _ROOT / "tests/cases/spec/base/monitoring"
_PATIENCE_SECONDS = 60.0


def write_spec(root: Path, sources: str) -> None:
    """Writes a small spec with sources of its own."""
    shutil.copytree(_BASE, root / "monitoring")
    (root / "monitoring/collected.yaml").write_text(sources)


class CollectorProcess:
    """Started, asked, killed and started again."""

    def __init__(self, root: Path, connections: str) -> None:
        self._root = root
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self._settings = root / "collect.yaml"
        self._settings.write_text(
            f"collector: {{listen: '{self.address}', environment: production}}\n"
            f"{connections}"
        )

    @contextmanager
    def running(
        self, stdin: int = subprocess.DEVNULL
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Runs it until the end of the block; then it ends as it is asked to."""
        with (self._root / "collect.log").open("ab") as said:
            process = self._start(stdin, said)
        try:
            self._wait(process)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(10)

    def numbers(self, name: str) -> Mapping[tuple[str, ...], float]:
        """Gives the samples of a name by their label values, as the names sort."""
        text = httpx.get(f"http://{self.address}/metrics").text
        return {
            tuple(text for _, text in sorted(sample.labels.items())): sample.value
            for family in parser.text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name
        }

    def wait_for(
        self, name: str, wanted: Mapping[tuple[str, ...], float]
    ) -> Mapping[tuple[str, ...], float]:
        """Gives the samples of a name once they are as wanted, or what they are."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while (found := self.numbers(name)) != wanted and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def log(self) -> str:
        """Gives everything it said."""
        return (self._root / "collect.log").read_text()

    def _start(self, stdin: int, said: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the program under test
            [sys.executable, "-m", "sightline", "collect", "--config", self._settings],
            env={**os.environ, "SIGHTLINE_ROOT": str(self._root)},
            stdin=stdin,
            stderr=said,
        )

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and process.poll() is None:
            try:
                httpx.get(f"http://{self.address}/health").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.log())
