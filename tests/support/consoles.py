"""A console that a test starts, on a Prometheus that has an hour of samples."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from support import gallery, programs

__all__ = ["Gallery", "gallery_console"]


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """A console that shows the gallery; `start` and `end` bound its samples."""

    url: str
    prometheus: str
    prometheus_pid: int
    start: int
    end: int

    @property
    def dashboard(self) -> str:
        """The dashboard's address with exactly the range of the samples."""
        return f"{self.url}/d/gallery?from={self.start}000&to={self.end}000"


@contextmanager
def gallery_console(folder: Path, binaries: Mapping[str, Path]) -> Iterator[Gallery]:
    """Runs a Prometheus with the gallery's samples, and a console on it."""
    end = int(time.time()) // 60 * 60
    start = end - 3600
    _store_samples(folder, binaries["promtool"], start, end)
    _write_build(folder / "build")
    with ExitStack() as stack:
        port = programs.free_port()
        prometheus = f"http://127.0.0.1:{port}"
        argv = [
            str(binaries["prometheus"]),
            f"--config.file={folder / 'build/prometheus/prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        process = stack.enter_context(
            programs.running(argv, f"{prometheus}/-/ready", folder / "prometheus.log")
        )
        yield Gallery(
            url=_start_console(stack, folder, prometheus),
            prometheus=prometheus,
            prometheus_pid=process.pid,
            start=start,
            end=end,
        )


def _store_samples(folder: Path, promtool: Path, start: int, end: int) -> None:
    text = folder / "samples.om"
    text.write_text(gallery.exposition(start, end))
    subprocess.run(  # noqa: S603 - the real promtool
        [promtool, "tsdb", "create-blocks-from", "openmetrics", text, folder / "tsdb"],
        check=True,
        capture_output=True,
    )


def _write_build(build: Path) -> None:
    dashboards = build / "grafana/dashboards"
    dashboards.mkdir(parents=True)
    (dashboards / "gallery.json").write_text(gallery.dashboard())
    (build / "prometheus").mkdir()
    (build / "prometheus/prometheus.yml").write_text(
        f"global: {{scrape_interval: {gallery.STEP}s}}\n"
    )


def _start_console(stack: ExitStack, folder: Path, prometheus: str) -> str:
    port = programs.free_port()
    url = f"http://127.0.0.1:{port}"
    argv = [
        sys.executable,
        "-m",
        "sightline.console",
        f"--port={port}",
        f"--build={folder / 'build'}",
        f"--prometheus={prometheus}",
        f"--alertmanager=http://127.0.0.1:{programs.free_port()}",
        f"--inbox={folder / 'inbox'}",
        f"--run={folder / 'run'}",
    ]
    stack.enter_context(programs.running(argv, f"{url}/health", folder / "console.log"))
    return url
