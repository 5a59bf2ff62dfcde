"""A console that a test starts, on a Prometheus that has an hour of samples."""

import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sightline.app import build
from sightline.model import monitoring, notifications, routing
from sightline.stack.acquire import binaries as acquiring
from sightline.stack.acquire import templates
from sightline.stack.receivers import inbox
from support import gallery, held_reviews, programs, projects, showcase

__all__ = ["Gallery", "gallery_console", "shipped_console", "stored_console"]


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """A console that shows the gallery; `start` and `end` bound its samples."""

    url: str
    prometheus: str
    prometheus_pid: int
    start: int
    end: int
    build: Path

    @property
    def dashboard(self) -> str:
        """The dashboard's address with exactly the range of the samples."""
        return f"{self.url}/d/gallery?from={self.start}000&to={self.end}000"


@contextmanager
def gallery_console(folder: Path, binaries: Mapping[str, Path]) -> Iterator[Gallery]:
    """Runs a Prometheus with the gallery's samples, and a console on it."""
    end = int(time.time()) // 60 * 60
    start = end - 3600
    text = gallery.exposition(start, end)
    with stored_console(folder, binaries, text, (start, end)) as shown:
        yield shown


@contextmanager
def stored_console(
    folder: Path,
    binaries: Mapping[str, Path],
    samples: str,
    bounds: tuple[int, int],
) -> Iterator[Gallery]:
    """Runs a Prometheus that has these samples, and a console on it.

    Args:
        folder: gets everything; dashboards in its `build` are shown too.
        binaries: the real programs.
        samples: OpenMetrics text with times.
        bounds: the first and the last time.
    """
    _store_samples(folder, binaries["promtool"], samples)
    _write_build(folder / "build")
    with ExitStack() as stack:
        port = programs.free_port()
        prometheus = f"http://127.0.0.1:{port}"
        argv = [
            str(binaries["prometheus"]),
            f"--config.file={folder / 'stored.yml'}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        (folder / "stored.yml").write_text("{}\n")
        process = stack.enter_context(
            programs.running(argv, f"{prometheus}/-/ready", folder / "prometheus.log")
        )
        yield Gallery(
            url=_start_console(stack, folder, prometheus),
            prometheus=prometheus,
            prometheus_pid=process.pid,
            start=bounds[0],
            end=bounds[1],
            build=folder / "build",
        )


def _store_samples(folder: Path, promtool: Path, samples: str) -> None:
    text = folder / "samples.om"
    text.write_text(samples)
    subprocess.run(  # noqa: S603 - the real promtool
        [promtool, "tsdb", "create-blocks-from", "openmetrics", text, folder / "tsdb"],
        check=True,
        capture_output=True,
    )


def _write_build(build: Path) -> None:
    dashboards = build / "grafana/dashboards"
    dashboards.mkdir(parents=True, exist_ok=True)
    (dashboards / "gallery.json").write_text(gallery.dashboard())
    (dashboards / "showcase.json").write_text(showcase.dashboard())
    (dashboards / "malformed.json").write_text('{"uid": "malformed", "panels": [')
    (build / "prometheus").mkdir(exist_ok=True)
    (build / "prometheus/prometheus.yml").write_text(
        f"global: {{scrape_interval: {gallery.STEP}s}}\n"
    )


@contextmanager
def shipped_console(
    folder: Path,
    acquired: Mapping[str, acquiring.Binary],
    declared: monitoring.Monitoring,
) -> Iterator[Gallery]:
    """Runs a console on the shipped build, with an alert that fires and was told of.

    Prometheus and Alertmanager are real; what they have is the gallery's.
    """
    end = int(time.time()) // 60 * 60
    start = end - 3600
    _store_samples(folder, acquired["promtool"].path, gallery.exposition(start, end))
    environment = declared.environments["production"]
    build.write(build.build(declared, environment), folder / "build")
    _write_build(folder / "build")
    _write_rules(folder)
    _write_inbox(folder / "inbox", end)
    (folder / "proofs.json").write_text(gallery.PROOFS)
    project = projects.Project(folder)
    held_reviews.hold_two(folder, declared)
    _link_templates(acquired["alertmanager"], folder)
    with ExitStack() as stack:
        port, alerts = programs.free_port(), programs.free_port()
        alertmanager = f"http://127.0.0.1:{alerts}"
        stack.enter_context(
            programs.running(
                [
                    str(acquired["alertmanager"].path),
                    f"--config.file={folder / 'alertmanager.yml'}",
                    f"--storage.path={folder / 'alertmanager'}",
                    f"--web.listen-address=127.0.0.1:{alerts}",
                    "--cluster.listen-address=",
                ],
                f"{alertmanager}/-/ready",
                folder / "alertmanager.log",
                folder=folder,
            )
        )
        samples = stack.enter_context(_serving(gallery.scrape(end - start)))
        (folder / "live.yml").write_text(
            gallery.prometheus_config(folder, alerts, samples)
        )
        prometheus = f"http://127.0.0.1:{port}"
        argv = [
            str(acquired["prometheus"].path),
            f"--config.file={folder / 'live.yml'}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        process = stack.enter_context(
            programs.running(argv, f"{prometheus}/-/ready", folder / "prometheus.log")
        )
        more = (f"--project={project.root}", f"--proofs={folder / 'proofs.json'}")
        yield Gallery(
            url=_start_console(stack, folder, prometheus, alertmanager, more),
            prometheus=prometheus,
            prometheus_pid=process.pid,
            start=start,
            end=end,
            build=folder / "build",
        )


@contextmanager
def _serving(exposition: str) -> Iterator[int]:
    """Answers every scrape with the same samples; gives the port."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(exposition.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def _link_templates(binary: acquiring.Binary, folder: Path) -> None:
    if binary.share is not None:
        shared = binary.share / templates.SHARE_FOLDER
        (folder / templates.LINK_NAME).symlink_to(shared)


def _write_rules(folder: Path) -> None:
    (folder / "rules.yml").write_text(gallery.RULES)
    (folder / "alertmanager.yml").write_text(gallery.ROUTES)


def _write_inbox(folder: Path, end: int) -> None:
    kept = inbox.Inbox(folder)
    for channel in routing.Channel:
        kept.append(
            notifications.Notification(
                channel=channel,
                state=notifications.NotificationState.FIRING,
                received_at=end + 1.5,
                title="HighErrorRate: billing",
                body="7 of 100 requests fail.",
                labels=dict(gallery.FIRING_LABELS),
                runbook_url="https://docs.example.com/runbooks/high-error-rate",
                dashboard_url="https://grafana.example.com/d/engineering",
                dedup_key="1",
                problems=(),
            )
        )


def _start_console(
    stack: ExitStack,
    folder: Path,
    prometheus: str,
    alertmanager: str = "",
    more: tuple[str, ...] = (),
) -> str:
    port = programs.free_port()
    url = f"http://127.0.0.1:{port}"
    alerts = alertmanager or f"http://127.0.0.1:{programs.free_port()}"
    argv = [
        sys.executable,
        "-m",
        "sightline.console",
        f"--port={port}",
        f"--build={folder / 'build'}",
        f"--prometheus={prometheus}",
        f"--alertmanager={alerts}",
        f"--inbox={folder / 'inbox'}",
        f"--run={folder / 'run'}",
        *more,
    ]
    stack.enter_context(programs.running(argv, f"{url}/health", folder / "console.log"))
    return url
