"""A real Prometheus keeps the exemplars that a service shows it."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from http import server
from pathlib import Path
from threading import Thread

import httpx
import prometheus_client
import pytest

from sightline import instrument
from sightline.instrument import wsgi
from support import programs

pytestmark = pytest.mark.integration

Write = Callable[[bytes], object]

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def service() -> Iterator[int]:
    """A service with one request, at a port."""
    registry = prometheus_client.CollectorRegistry()
    meter = instrument.Meter(
        counts=instrument.open_metrics(registry), exemplars=lambda _: TRACE
    )
    timing = meter.start("GET", "/jobs", lambda: "/jobs")
    assert timing is not None
    timing.end(200)
    page = wsgi.MetricsPage(registry)

    class Serve(server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            environ = {
                "REQUEST_METHOD": "GET",
                "HTTP_ACCEPT": self.headers["accept"],
                "HTTP_ACCEPT_ENCODING": self.headers["accept-encoding"] or "",
            }

            def start(status: str, headers: list[tuple[str, str]]) -> Write:
                self.send_response(int(status[:3]))
                for name, text in headers:
                    self.send_header(name, text)
                self.end_headers()
                return self.wfile.write

            for chunk in page(environ, start):
                self.wfile.write(chunk)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with server.ThreadingHTTPServer(("127.0.0.1", 0), Serve) as serving:
        thread = Thread(target=serving.serve_forever)
        thread.start()
        yield serving.server_port
        serving.shutdown()
        thread.join()


def test_prometheus_negotiates_openmetrics_and_keeps_the_trace(
    service: int, binaries: Mapping[str, Path], tmp_path: Path
) -> None:
    config = {
        "scrape_configs": [
            {
                "job_name": "service",
                "scrape_interval": "1s",
                "static_configs": [{"targets": [f"127.0.0.1:{service}"]}],
            }
        ]
    }
    (tmp_path / "prometheus.yml").write_text(json.dumps(config))
    port = programs.free_port()
    argv = (
        str(binaries["prometheus"]),
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        f"--web.listen-address=127.0.0.1:{port}",
        "--enable-feature=exemplar-storage",
    )
    url = f"http://127.0.0.1:{port}"
    log = tmp_path / "prometheus.log"
    with programs.running(argv, f"{url}/-/ready", log, folder=tmp_path):
        deadline = time.monotonic() + 15
        found: list[Mapping[str, object]] = []
        while not found:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
            found = httpx.get(
                f"{url}/api/v1/query_exemplars",
                params={
                    "query": "http_request_duration_seconds_bucket",
                    "start": time.time() - 60,
                    "end": time.time() + 60,
                },
            ).json()["data"]
    [series] = found
    exemplars = series["exemplars"]
    assert isinstance(exemplars, list)
    assert exemplars[0]["labels"] == {"trace_id": TRACE}
