"""Events per second on one core beside mtail, and what memory and ranking cost.

Both read the same file with the same metrics, pinned to the same core; the outputs are
compared first, sample by sample. The rate is lines per second of the processor, so that
other programs on the machine do not count; what each needs for an empty file is taken
off. Below stand the peak memory of a source with every kind of metric over a million
different addresses, and how many of the hundred busiest addresses are found during a
burst of five million others.
"""

import argparse
import asyncio
import json
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client import core, exposition, parser, registry

from sightline.collectors.events import (
    checkpoints,
    following,
    lookups,
    pipelines,
    pseudonyms,
    series,
)
from sightline.model import collecting, events, spans, units
from sightline.stack.acquire import binaries

_LINES: Final = 1_000_000
_ROUNDS: Final = 5
_ATTEMPTS: Final = 5
_PROMISED_FACTOR: Final = 5.0
_PROMISED_MEMORY_MIB: Final = 150
_PROMISED_RECALL: Final = 0.99
_BURST: Final = 5_000_000
_TOP: Final = 100
_NOW: Final = 1_795_485_600
_SECOND: Final = units.Duration.of_seconds(1)
_HOUR: Final = units.Duration.of_seconds(3600)
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)

Samples = Mapping[tuple[str, tuple[tuple[str, str], ...]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """A kind of log, and the same metrics in both languages."""

    name: str
    line_format: events.Format
    metrics: tuple[events.Metric, ...]
    program: str
    write_line: Callable[[random.Random, int], str]

    def source(self) -> events.EventSource:
        """Gives the source that is measured."""
        return _source(self.line_format, *self.metrics)


def _login(chance: random.Random, number: int) -> str:
    return json.dumps(
        {
            "ts": f"2026-11-24T02:{number // 60_000 % 60:02}:{number // 1000 % 60:02}Z",
            "level": "info",
            "event": "login" if chance.random() < 0.8 else "logout",  # noqa: PLR2004 - a mix
            "user": f"u{chance.randrange(100_000)}",
            "ip": _address(chance.getrandbits(32)),
            "country": chance.choice(("US", "GB", "DE", "FR")),
            "reason": chance.choice(("ok", "wrong_password", "unknown_user", "locked")),
            "status": chance.choice((200, 200, 401, 403, 429, 500)),
            "duration": round(chance.lognormvariate(-4, 1), 4),
            "request_id": f"{chance.getrandbits(64):016x}",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        }
    )


def _request(chance: random.Random, number: int) -> str:
    second = f"{number // 60_000 % 60:02}:{number // 1000 % 60:02}"
    return (
        f"{_address(chance.getrandbits(32))} - - [24/Nov/2026:02:{second} +0000]"
        f' "{chance.choice(("GET", "GET", "POST"))} /api/jobs/{chance.randrange(5000)}'
        f' HTTP/1.1" {chance.choice((200, 200, 304, 404, 500))}'
        f' {chance.randrange(100, 90_000)} "https://example.com/"'
        ' "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"'
    )


def _address(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def _label(name: str) -> events.Label:
    return events.Label(name=name, field=name)


def _source(line_format: events.Format, *metrics: events.Metric) -> events.EventSource:
    pace = collecting.Pace(interval=_SECOND, timeout=_SECOND, expires_after=_HOUR)
    return events.EventSource(
        name="measured",
        connection="measured",
        pace=pace,
        environments=(),
        span=spans.Span(file="bench"),
        format=line_format,
        metrics=metrics,
    )


_IS_LOGIN: Final = (events.Condition(field="event", values=("login",)),)
_LOGIN_COUNTER: Final = events.Counter(
    name="logins_total",
    help="Logins.",
    where=_IS_LOGIN,
    labels=(_label("reason"), _label("status")),
)
_LOGIN_PATTERN: Final = (
    r'"event": "login".*"reason": "(?P<reason>[a-z_]+)", "status": (?P<status>\d+)'
)
_SUBJECTS: Final = (
    _Subject(
        name="JSON, a counter",
        line_format=events.JsonLines(),
        metrics=(_LOGIN_COUNTER,),
        program=(
            "counter logins_total by reason, status\n"
            f"/{_LOGIN_PATTERN}/ {{\n  logins_total[$reason][$status]++\n}}\n"
        ),
        write_line=_login,
    ),
    _Subject(
        name="JSON, a counter and a histogram",
        line_format=events.JsonLines(),
        metrics=(
            _LOGIN_COUNTER,
            events.Histogram(
                name="login_seconds",
                help="Logins.",
                where=_IS_LOGIN,
                labels=(_label("reason"),),
                observed="duration",
                buckets=_BUCKETS,
            ),
        ),
        program=(
            "counter logins_total by reason, status\n"
            "histogram login_seconds by reason"
            f" buckets {', '.join(map(str, _BUCKETS))}\n"
            f'/{_LOGIN_PATTERN}, "duration": (?P<d>[0-9.]+)/ {{\n'
            "  logins_total[$reason][$status]++\n  login_seconds[$reason] = $d\n}\n"
        ),
        write_line=_login,
    ),
    _Subject(
        name="combined access log, a counter and a sum",
        line_format=events.LogFormat(events.COMBINED),
        metrics=(
            events.Counter(
                name="requests_total",
                help="Requests.",
                labels=(_label("method"), _label("status")),
            ),
            events.Counter(
                name="sent_bytes_total",
                help="Bytes.",
                labels=(_label("method"), _label("status")),
                amount="body_bytes_sent",
            ),
        ),
        program=(
            "counter requests_total by method, status\n"
            "counter sent_bytes_total by method, status\n"
            r'/^\S+ \S+ \S+ \[[^\]]+\] "(?P<method>[A-Z]+) [^"]*" (?P<status>\d{3})'
            r" (?P<bytes>\d+) /"
            " {\n  requests_total[$method][$status]++\n"
            "  sent_bytes_total[$method][$status] += $bytes\n}\n"
        ),
        write_line=_request,
    ),
)


def main() -> int:
    """Prints the tables; 1 when a promise is not kept."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    given.add_argument("--lines", type=int, default=_LINES, help="of each log")
    asked = given.parse_args()
    if asked.read:
        _read(_SUBJECTS[int(asked.read[0])].source(), Path(asked.read[1]), None)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        kept = [
            *[
                _race(number, Path(folder), asked.lines)
                for number in range(len(_SUBJECTS))
            ],
            _weigh(Path(folder)),
            _rank(),
        ]
    return 0 if all(kept) else 1


def _race(number: int, folder: Path, lines: int) -> bool:
    """Prints how both do on one subject; tells whether the promise is kept."""
    subject = _SUBJECTS[number]
    log = folder / "measured.log"
    chance = random.Random(number)  # noqa: S311 - the same file every time
    with log.open("w") as file:
        for line in range(lines):
            file.write(subject.write_line(chance, line) + "\n")
    ours = [sys.executable, __file__, "--read", str(number), str(log)]
    theirs = _mtail(subject, log, folder)
    found, expected = _samples(_run(ours)[1]), _samples(_run(theirs)[1])
    if different := _differences(found, expected):
        print(f"{subject.name}: the outputs differ: {different[:5]}")
        return False
    # In turns, as other programs on the machine slow down whoever runs beside them.
    costs = [(_run(ours)[0], _run(theirs)[0]) for _ in range(_ROUNDS)]
    size = log.stat().st_size >> 20
    log.write_bytes(b"")
    starts = [
        statistics.median(_run(one)[0] for _ in range(_ROUNDS))
        for one in (ours, theirs)
    ]
    rates = [
        (lines / (own - starts[0]), lines / (other - starts[1])) for own, other in costs
    ]
    factors = sorted(own / other for own, other in rates)
    rate = statistics.median(own for own, _ in rates)
    peer = statistics.median(other for _, other in rates)
    print(
        f"{subject.name}: {lines:,} lines, {size} MiB, {len(found)} samples alike;"
        f" sightline {rate:,.0f}/s, mtail {peer:,.0f}/s,"
        f" {rate / peer:.1f} times ({factors[0]:.1f} to {factors[-1]:.1f})"
    )
    return rate >= _PROMISED_FACTOR * peer


def _differences(found: Samples, expected: Samples) -> list[object]:
    """Gives the samples that only one has, or that are not equal but for rounding."""
    shared = found.keys() & expected.keys()
    return [
        *sorted(found.keys() ^ expected.keys()),
        *(one for one in shared if not math.isclose(found[one], expected[one])),
    ]


def _mtail(subject: _Subject, log: Path, folder: Path) -> list[str]:
    settings = binaries.settings_from_environ(os.environ, {})
    found = asyncio.run(binaries.acquire(["mtail"], settings))
    program = folder / "measured.mtail"
    program.write_text(subject.program)
    return [
        str(found["mtail"].path),
        "--one_shot",
        "--one_shot_format=prometheus",
        f"--logs={log}",
        f"--progs={program}",
        f"--log_dir={folder}",
    ]


def _run(argv: list[str]) -> tuple[float, str]:
    """Gives the processor seconds of a program on one core, and what it prints.

    mtail now and then ends its one shot with 1 and without a word; it is asked again.
    """
    said = ""
    for _ in range(_ATTEMPTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(  # noqa: S603 - ourselves, or mtail
            ["taskset", "--cpu-list", "0", *argv],  # noqa: S607 - of util-linux
            env={**os.environ, "GOMAXPROCS": "1"},
            check=False,
            capture_output=True,
            text=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode == 0:
            user = after.ru_utime - before.ru_utime
            return user + after.ru_stime - before.ru_stime, done.stdout
        said = done.stderr
    raise subprocess.SubprocessError(f"{argv[0]}: {said}")


def _samples(text: str) -> Samples:
    """Gives what both expose, without the program that mtail names in each sample."""
    return {
        (
            sample.name,
            tuple(
                (name, str(float(text)) if name == "le" else text)
                for name, text in sorted(sample.labels.items())
                if name != "prog"
            ),
        ): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith(("logins", "login_seconds", "requests", "sent"))
    }


def _read(source: events.EventSource, log: Path, kept: Path | None) -> None:
    """Reads a log as the collectors do, checkpoints included; prints its metrics."""
    pipeline = _pipeline(source)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = checkpoints.Checkpoint(kept or Path(folder, "checkpoint"))
        follower = following.Follower(str(log), pipeline.rejected, time.time)
        for number, chunk in enumerate(follower.chunks()):
            pipeline.feed(chunk, _NOW)
            if number % 100 == 0:
                checkpoint.save({"all": pipeline.dump(), "at": {"0": follower.dump()}})
        checkpoint.save({"all": pipeline.dump(), "at": {"0": follower.dump()}})
        checkpoint.close()
    shown = registry.CollectorRegistry()
    shown.register(_Shown(pipeline))
    print(exposition.generate_latest(shown).decode())


class _Shown(registry.Collector):
    """A pipeline as prometheus-client wants it."""

    def __init__(self, pipeline: pipelines.Pipeline) -> None:
        self._pipeline = pipeline

    def collect(self) -> Iterator[core.Metric]:
        """Gives its families."""
        return self._pipeline.families(_NOW)


def _pipeline(source: events.EventSource) -> pipelines.Pipeline:
    words = series.Vocabulary(
        lookups.Lookups(list, None), pseudonyms.Pseudonyms(b"only for measuring")
    )
    return pipelines.Pipeline(source, words)


def _weigh(folder: Path) -> bool:
    """Prints the peak memory over a million addresses; tells if it is as promised."""
    log = folder / "measured.log"
    with log.open("w") as file:
        for number in range(_LINES):
            ip, user = _address(0x0A000000 + number), number % 200_000
            file.write(
                f'{{"ip": "{ip}", "user": "u{user}", "country": "C{user % 7}"}}\n'
            )
    every = _source(
        events.JsonLines(),
        events.Counter(
            name="by_network_total",
            help="",
            labels=(
                events.Label(
                    name="network", field="ip", reading=events.Reading.NETWORK
                ),
            ),
        ),
        events.Distinct(name="ips", help="", observed="ip", window=_HOUR),
        events.TopValues(name="top", help="", observed="ip", label="ip", window=_HOUR),
        events.Newcomers(
            name="new_total",
            help="",
            subject="user",
            labels=(_label("country"),),
            remembered=_HOUR,
            capacity=100_000,
        ),
    )
    child = os.fork()
    if child == 0:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - until its end
        started = time.process_time()
        _read(every, log, folder / "weighed")
        took = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        (folder / "cost").write_text(f"{peak} {_LINES / took}")
        os._exit(0)
    os.waitpid(child, 0)
    weight, rate = map(float, (folder / "cost").read_text().split())
    print(f"a million addresses, four metrics: {weight:.0f} MiB at most, {rate:,.0f}/s")
    return weight <= _PROMISED_MEMORY_MIB


def _bare(number: int) -> str:
    return f'{{"ip": "{_address(number)}"}}\n'


def _rank() -> bool:
    """Prints how many of the busiest addresses are found; tells if they are enough."""
    chance = random.Random(7)  # noqa: S311 - the same traffic every time
    weights = [1 / rank**1.05 for rank in range(1, 100_001)]
    usual = chance.choices(range(100_000), weights, k=_LINES)
    truth = Counter(usual)
    ranking = events.TopValues(
        name="top", help="", observed="ip", label="ip", window=_HOUR, top=_TOP
    )
    pipeline = _pipeline(_source(events.JsonLines(), ranking))
    share = _BURST // _LINES
    for first in range(0, _LINES, 1000):
        lines = [
            f'{{"ip": "{_address(one)}"}}\n' for one in usual[first : first + 1000]
        ]
        others = range(0x40000000 + first * share, 0x40000000 + (first + 1000) * share)
        lines += [_bare(one) for one in others]
        chance.shuffle(lines)
        pipeline.feed("".join(lines).encode(), _NOW)
    found = {
        sample.labels["ip"]
        for family in pipeline.families(_NOW)
        for sample in family.samples
        if sample.name == "top"
    }
    busiest = {_address(one) for one, _ in truth.most_common(_TOP)}
    recall = len(found & busiest) / _TOP
    (bound,) = (
        sample.value
        for family in pipeline.families(_NOW)
        for sample in family.samples
        if sample.name == "top_error_bound"
    )
    print(
        f"the {_TOP} busiest of {_LINES:,} requests amid {_BURST:,} addresses with one"
        f" each: {recall:.2f} found, no count more than {bound:,.0f} too low"
    )
    return recall >= _PROMISED_RECALL


if __name__ == "__main__":
    sys.exit(main())
