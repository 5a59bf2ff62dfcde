"""Real Redis servers that a test starts, breaks and stops."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sightline.model import connections
from sightline.stack.acquire import binaries
from support import programs

__all__ = ["Server", "address_at", "place_of", "running"]


class Server:
    """One process of Redis."""

    def __init__(
        self, binary: binaries.Binary, folder: Path, port: int, *flags: str
    ) -> None:
        self.port = port
        self._binary = binary
        self._folder = folder
        self._flags = flags
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> connections.Address:
        """Where it listens."""
        return address_at(self.port)

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    def start(self, *flags: str) -> None:
        """Starts it; it may not be ready yet."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 - the test's own program
            [str(self._binary.path), *self._settings(), *self._flags, *flags],
            env=dict(self._binary.environment),
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Kills it, as a lost machine would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ask(self, *words: str) -> str:
        """Gives what Redis answers to a command of redis-cli's inline form."""
        return programs.ask_redis(self.port, *words)

    def await_answer(self) -> None:
        """Waits until it answers anything."""
        deadline = time.monotonic() + 10
        while True:
            try:
                self.ask("PING")
            except OSError:
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.02)
            else:
                return

    def _settings(self) -> tuple[str, ...]:
        if "--sentinel" in self._flags:
            return ()  # all of them are in the file, which it writes itself
        return (
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self._folder),
            "--save",
            "",
        )


def address_at(port: int) -> connections.Address:
    """Gives an address of this machine."""
    return connections.Address(host="127.0.0.1", port=port)


def place_of(
    *ports: int, kind: connections.RedisKind = connections.RedisKind.SERVER
) -> connections.Redis:
    """Gives the settings of a Redis without password and TLS."""
    return connections.Redis(
        kind=kind,
        addresses=tuple(map(address_at, ports)),
        primary="mymaster",
        database=0,
        username="",
        password_file=None,
        tls=False,
        certificate_authority=None,
    )


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Runs a server while the block runs."""
    server.start()
    try:
        server.await_answer()
        yield server
    finally:
        server.stop()
