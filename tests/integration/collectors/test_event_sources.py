"""Events through the real collecting process: killed, restarted, refused, piped."""

import gzip
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from sightline.stack.acquire import binaries
from support import collector_processes, programs, redis_servers

pytestmark = pytest.mark.integration

Numbers = Mapping[tuple[str, ...], float]

SOURCES = """
event_sources:
  logins:
    connection: login-log
    interval: 1s
    timeout: 1s
    counters:
      logins_total:
        help: Logins.
        labels: {outcome: {}}
    distinct:
      login_ips: {help: Addresses., observed: ip, window: 1h}
    rankings:
      login_networks:
        {help: Networks., observed: ip, label: network, as: network, window: 1h}
"""


_MOST_WRITTEN = 200_000


def lines(first: int, count: int) -> bytes:
    return b"".join(
        b'{"outcome": "%b", "ip": "10.0.%d.%d", "number": %d}\n'
        % (b"ok" if number % 3 else b"failed", number >> 8 & 255, number & 255, number)
        for number in range(first, first + count)
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "login.log"


@pytest.fixture
def collector(tmp_path: Path) -> collector_processes.CollectorProcess:
    collector_processes.write_spec(tmp_path, SOURCES)
    return collector_processes.CollectorProcess(
        tmp_path, "files: {login-log: {folder: '.', pattern: 'login.log*'}}\n"
    )


def test_nothing_is_lost_or_counted_twice_over_kills_and_rotations(
    log: Path, collector: collector_processes.CollectorProcess
) -> None:
    stopped = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not stopped.is_set() and written < _MOST_WRITTEN:
            with log.open("ab") as file:
                file.write(lines(written, 1000))
            written += 1000
            if written % 20_000 == 0:
                log.replace(log.with_name(f"login.log.{written}"))
            time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    highest = 0.0
    try:
        for _ in range(4):
            with collector.running() as process:
                for _ in range(5):
                    read = sum(collector.numbers("logins_total").values())
                    assert read >= highest  # what was shown is never taken back
                    highest = read
                    time.sleep(0.02)
                process.kill()
    finally:
        stopped.set()
        writer.join()
    wanted: Numbers = {
        ("failed",): float(sum(number % 3 == 0 for number in range(written))),
        ("ok",): float(sum(number % 3 != 0 for number in range(written))),
    }
    with collector.running():
        assert collector.wait_for("logins_total", wanted) == wanted
        assert collector.numbers("sightline_events_read_total") == {
            ("logins",): written
        }
        assert collector.numbers("sightline_source_up") == {("events", "logins"): 1}


def test_bad_lines_are_counted_by_reason_and_a_sample_is_logged(
    log: Path, collector: collector_processes.CollectorProcess
) -> None:
    bad = [b"not json", b'{"outcome": "\xff"}', b'{"outcome": {}}', b"[" * 100_000]
    log.write_bytes(b"\n".join([*bad, lines(0, 300).rstrip(), b""]))
    with collector.running():
        wanted: Numbers = {("failed",): 100.0, ("ok",): 200.0}
        assert collector.wait_for("logins_total", wanted) == wanted
        rejected = collector.numbers("sightline_events_rejected_total")
    assert {reason: count for (reason, _), count in rejected.items() if count} == {
        "syntax": 1,
        "not_utf8": 1,
        "wrong_type": 2,
    }
    assert "source logins: 1 lines rejected (syntax), the last begins 'not json'" in (
        collector.log()
    )


def test_batches_are_authenticated_bounded_and_counted_once(tmp_path: Path) -> None:
    collector_processes.write_spec(tmp_path, SOURCES)
    (tmp_path / "token").write_text("a secret\n")
    collector = collector_processes.CollectorProcess(
        tmp_path, "http: {login-log: {token_file: token, limit: 1}}\n"
    )
    batch = lines(0, 30)
    own = {"Authorization": "Bearer a secret"}

    def send(body: bytes, **headers: str) -> tuple[int, object]:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        url = f"http://{collector.address}/events/logins"
        answer = httpx.post(url, content=body, headers={**own, **named})
        return answer.status_code, answer.json()

    with collector.running() as process:
        assert send(batch, Idempotency_Key="one") == (
            200,
            {"read": 30, "repeated": False},
        )
        process.kill()
    with collector.running():
        assert send(batch, Idempotency_Key="one") == (
            200,
            {"read": 0, "repeated": True},
        )
        assert send(gzip.compress(batch), Content_Encoding="gzip") == (
            200,
            {"read": 30, "repeated": False},
        )
        refused = send(batch, Authorization="Bearer a guess")
        assert refused == (401, {"error": "expected the bearer token of this source"})
        bomb = gzip.compress(bytes(200 << 20))
        assert send(bomb, Content_Encoding="gzip") == (
            413,
            {"error": "expected at most 1048576 bytes unpacked; send less"},
        )
        assert httpx.post(f"http://{collector.address}/events/x").status_code == 404
        assert collector.numbers("logins_total") == {("failed",): 20, ("ok",): 40}


def test_standard_input_is_counted_until_it_ends(tmp_path: Path) -> None:
    collector_processes.write_spec(tmp_path, SOURCES)
    collector = collector_processes.CollectorProcess(
        tmp_path, "standard_input: {login-log: {}}\n"
    )
    reading, writing = os.pipe()
    os.write(writing, lines(0, 30).rstrip())
    os.close(writing)
    with collector.running(stdin=reading):
        wanted: Numbers = {("failed",): 10.0, ("ok",): 20.0}
        assert collector.wait_for("logins_total", wanted) == wanted
    os.close(reading)


def test_a_redis_stream_is_counted_once_over_kills_and_outages(
    tmp_path: Path, acquired: Mapping[str, binaries.Binary]
) -> None:
    port = programs.free_port()
    server = redis_servers.Server(acquired["redis"], tmp_path / "redis", port)
    stream = "connection: login-log\n    stream: {key: logins, field: line}"
    streamed = SOURCES.replace("connection: login-log", stream)
    collector_processes.write_spec(tmp_path, streamed)
    collector = collector_processes.CollectorProcess(
        tmp_path,
        f"redis: {{login-log: {{addresses: ['127.0.0.1:{port}'], tls: false}}}}\n",
    )
    with redis_servers.running(server):
        server.ask("EVAL", _FILL.format(1, 1500), "0")
        with collector.running() as process:
            assert (
                sum(collector.wait_for("logins_total", all_ok(1500)).values()) == 1500
            )
            process.kill()
        server.ask("EVAL", _FILL.format(1501, 1800), "0")
        with collector.running():
            assert collector.wait_for("logins_total", all_ok(1800)) == all_ok(1800)
            server.stop()
            down: Numbers = {("events", "logins"): 0.0}
            assert collector.wait_for("sightline_source_up", down) == down
            assert collector.numbers("logins_total") == all_ok(1800)


_FILL = (
    "for n={},{} do redis.call('XADD','logins','*','line',"
    '\'{{"outcome":"ok","ip":"::1"}}\') end'
)


def all_ok(count: int) -> Numbers:
    return {("ok",): float(count)}
