"""`check --scrape`, from the command line to a process that serves a page."""

import io
import json
import threading
from collections.abc import Iterator
from http import server
from pathlib import Path

import pytest

from sightline.cli import main, terminals

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
PAGE = ROOT.parent / "shared/data/scrapes/postgres_exporter_bookworm_0.11.1.prom"


class _Pages(server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PAGE.read_bytes())

    def log_message(self, *_: object) -> None:
        """Keeps stderr for the command."""


@pytest.fixture
def url() -> Iterator[str]:
    with server.ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}/metrics"
        serving.shutdown()
        thread.join()


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    terminal = terminals.Terminal(out=out, err=err, environ={}, root=ROOT)
    code = main.run(["check", *arguments], terminal)
    return code, out.getvalue(), err.getvalue()


def test_a_page_is_judged_by_the_spec(url: str) -> None:
    code, out, err = run("--scrape", url, "--service", "postgres", "--format", "json")
    assert (code, err) == (1, "")
    first, *_ = json.loads(out)["findings"]
    assert first == {
        "check": "contract/missing",
        "severity": "error",
        "file": url,
        "line": 1,
        "column": 1,
        "message": "expected 'pg_replication_lag_seconds', found nothing like it",
        "hint": first["hint"],
    }
    assert first["hint"].startswith("read by signal 'postgres_replication_lag' (")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scrape", "x"], "--scrape needs --service NAME: whose page it is"),
        (["--service", "x"], "--service says whose page --scrape URL is"),
        (
            ["--scrape", "x", "--service", "x", "monitoring"],
            "--scrape goes with --service, --format and --fail-on",
        ),
        (
            ["--scrape", "x", "--service", "postgre"],
            (
                "expected a service or an exporter of the spec, found 'postgre'; "
                "did you mean 'postgres'?"
            ),
        ),
    ],
)
def test_what_does_not_go_together_is_said(arguments: list[str], message: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err) == (2, "", f"sightline: {message}\n")
