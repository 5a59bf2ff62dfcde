"""Several worker processes, scraped as one: real processes, real shared files."""

import os
import subprocess
import sys
from pathlib import Path

import prometheus_client
import pytest
from prometheus_client import multiprocess, parser

pytestmark = pytest.mark.integration

_WORKER = """
import asyncio
import prometheus_client
from sightline import instrument
from support.measured import READ, Measured, respond

async def app(scope, receive, send):
    if scope["path"] == "/hang":
        await asyncio.Event().wait()
    await respond(send, 200)

async def main():
    service = Measured(app, [instrument.Route("GET", "/jobs/{id}", READ)])
    for number in range(5):
        await service.ask(f"/jobs/{number}")
    hanging = asyncio.create_task(service.ask("/hang"))
    await asyncio.sleep(0)
    registry = instrument.exposed_registry(service.registry)
    print(prometheus_client.generate_latest(registry).decode(), flush=True)
    input()

asyncio.run(main())
"""


def _samples(text: str) -> dict[str, float]:
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def _start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", _WORKER],
        env={
            **os.environ,
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _read_page(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    lines = []
    while (line := worker.stdout.readline()).strip():
        lines.append(line)
    return "".join(lines)


def test_a_scrape_of_one_worker_answers_for_all(tmp_path: Path) -> None:
    first, second = _start(tmp_path), None
    try:
        alone = _samples(_read_page(first))
        second = _start(tmp_path)
        both = _samples(_read_page(second))
    finally:
        for worker in (first, second):
            if worker is not None:
                worker.communicate("\n")
    done = [("method", "GET"), ("operation", "read"), ("route", "/jobs/{id}")]
    counter = f"http_requests_total{[*done, ('status', '200')]}"
    failed = f"http_requests_total{[*done, ('status', '500')]}"
    count = f"http_request_duration_seconds_count{done}"
    running = f"http_requests_in_progress{[('operation', 'other')]}"
    wanted = (counter, failed, count, running)
    assert tuple(alone[name] for name in wanted) == (5, 0, 5, 1)
    assert tuple(both[name] for name in wanted) == (10, 0, 10, 2)
    # A worker that has ended keeps its counts, and has nothing in progress.
    for worker in (first, second):
        multiprocess.mark_process_dead(worker.pid, str(tmp_path))  # type: ignore[no-untyped-call]  # upstream
    registry = prometheus_client.CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, str(tmp_path))  # type: ignore[no-untyped-call]  # upstream
    left = _samples(prometheus_client.generate_latest(registry).decode())
    assert left[counter] == 10
    assert running not in left


_FORKING = """
import os, sys
import prometheus_client
from prometheus_client import registry
from sightline import instrument

counts = instrument.open_metrics(registry.CollectorRegistry())
theirs = prometheus_client.Counter("jobs", "Jobs of somebody else.")
endpoint = counts.endpoint("GET", "/jobs", "read")

def work(times):
    for _ in range(times):
        endpoint.begin()
        endpoint.finish(200, 0.2)
        theirs.inc()
    for number in range(400):  # more series than the first page of the file holds
        counts.endpoint("GET", f"/{number}", "read").begin()
        counts.endpoint("GET", f"/{number}", "read").finish(404, 0.2)

work(3)
if not (child := os.fork()):
    work(4)
    if not (grandchild := os.fork()):
        work(5)
        sys.exit()
    os.waitpid(grandchild, 0)
    work(6)
    sys.exit()
os.waitpid(child, 0)
work(7)
page = prometheus_client.generate_latest(instrument.exposed_registry())
print(page.decode(), end="")
"""


def test_workers_that_were_forked_count_each_for_itself(tmp_path: Path) -> None:
    finished = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", _FORKING],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        capture_output=True,
        check=True,
        text=True,
    )
    counted = _samples(finished.stdout)
    done = [("method", "GET"), ("operation", "read"), ("route", "/jobs")]
    last = [("method", "GET"), ("operation", "read"), ("route", "/399")]
    assert counted[f"http_requests_total{[*done, ('status', '200')]}"] == 25
    assert counted[f"http_requests_total{[*last, ('status', '404')]}"] == 5
    assert counted[f"http_request_duration_seconds_count{done}"] == 25
    assert counted[f"http_request_duration_seconds_sum{last}"] == pytest.approx(1)
    assert counted[f"http_requests_in_progress{[('operation', 'read')]}"] == 0
    assert counted["jobs_total[]"] == 25
