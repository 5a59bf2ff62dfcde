"""Programs that a test starts on free ports, and stops."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from sightline.clients import resp
from sightline.model import components

__all__ = ["ask_redis", "free_port", "running", "running_component"]


def free_port() -> int:
    """Gives a port that nothing listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(
    argv: Sequence[str],
    ready: str,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a program while the block runs, which begins when `ready` answers 200.

    Args:
        argv: the program and its arguments.
        ready: a URL.
        log: gets all its output.
        environment: all of it; this process's own when it is `None`.
        folder: where it works; here when it is `None`.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the test's own program
            argv, stdout=output, stderr=subprocess.STDOUT, env=environment, cwd=folder
        )
    try:
        _await_ready(process, ready, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running_component(
    component: components.Component, logs: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a component of the stack while the block runs, without its supervisor.

    Args:
        component: one that answers by HTTP.
        logs: the folder for its log.
    """
    match component.readiness:
        case components.HttpReady(url) | components.ClusterReady(url, _):
            ready = url
        case _:
            ready = f"http://127.0.0.1:{component.port}/health"
    with running(
        component.argv,
        ready,
        logs / f"{component.name}.log",
        {**os.environ, **component.environment},
        component.working_directory,
    ) as process:
        yield process


def _await_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(url, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{process.args!r} is not ready:\n{log.read_text()[-2000:]}")


def ask_redis(port: int, *words: str) -> str:
    """Gives the raw reply of a Redis on this machine to one command.

    Raises:
        OSError: nothing answers there.
    """
    with socket.create_connection(("127.0.0.1", port), 2) as connection:
        connection.sendall(resp.encode(words))
        return connection.recv(1 << 16).decode()
