"""A backtest of chained rules over 30 days, beside `vmalert -replay` on the same data.

One VictoriaMetrics has 30 days of requests at one sample a minute. Thirteen recording
rules and twelve alerts over what they record are replayed by vmalert, which writes
`ALERTS` back, and by `sightline backtest`, as a whole process each. The episodes are
compared before the times are. Then every alert is swept over 50 limits and ten
durations.

By default vmalert waits a second after each rule, and then reads recorded series that
its storage does not show yet: it loses episodes. `--delay 10s` waits long enough.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx
import yaml

from sightline.stack.acquire import binaries
from support import programs

_MINUTES: Final = 30 * 24 * 60
_START: Final = 1_780_012_800
"""2026-05-29T00:00:00Z, a multiple of a day."""

_END: Final = _START + 60 * (_MINUTES - 1)
_JOBS: Final = ("api", "auth", "billing")
_Episode = tuple[str, str, float, float]


def _series() -> Iterator[Mapping[str, object]]:
    """Gives requests and errors of three jobs: a daily wave, and incidents."""
    chance = random.Random(20_261_124)  # noqa: S311 - the same data in every run
    times = [1_000 * (_START + 60 * minute) for minute in range(_MINUTES)]
    for job in _JOBS:
        totals = {"200": 0.0, "500": 0.0}
        counted: dict[str, list[float]] = {status: [] for status in totals}
        incident = 0
        for minute in range(_MINUTES):
            incident = (
                chance.randint(10, 90) if chance.random() < 1 / 2_000 else incident - 1
            )
            wave = 300 + 200 * math.sin(2 * math.pi * minute / 1_440)
            failing = chance.uniform(0.05, 0.4) if incident > 0 else 0.002
            totals["200"] += round(wave * (1 - failing))
            totals["500"] += round(wave * failing)
            for status, total in totals.items():
                counted[status].append(total)
        for status, values in counted.items():
            labels = {"__name__": "http_requests_total", "job": job, "status": status}
            yield {"metric": labels, "values": values, "timestamps": times}


def _rules() -> Mapping[str, object]:
    windows = ("5m", "15m", "30m", "1h")
    recording = []
    for window in windows:
        errors = f'sum by (job) (rate(http_requests_total{{status="500"}}[{window}]))'
        requests = f"sum by (job) (rate(http_requests_total[{window}]))"
        recording += [
            {"record": f"job:errors:rate{window}", "expr": errors},
            {"record": f"job:requests:rate{window}", "expr": requests},
            {
                "record": f"job:errors:ratio{window}",
                "expr": f"job:errors:rate{window} / job:requests:rate{window}",
            },
        ]
    recording.append(
        {"record": "platform:requests:rate5m", "expr": "sum(job:requests:rate5m)"}
    )
    alerting = [
        {
            "alert": f"Errors{window}Above{round(100 * limit)}",
            "expr": f"job:errors:ratio{window} > {limit}",
            "for": hold,
        }
        for window in windows
        for limit, hold in ((0.02, "5m"), (0.1, "2m"))
    ]
    alerting += [
        {
            "alert": f"Burn{short}",
            "expr": f"job:errors:ratio{short} > {limit} and "
            f"job:errors:ratio{long} > {limit}",
        }
        for short, long, limit in (("5m", "1h", 0.0144), ("30m", "1h", 0.006))
    ]
    alerting += [
        {"alert": "Traffic", "expr": "platform:requests:rate5m < 6", "for": "10m"},
        {"alert": "NoErrors", "expr": "job:errors:rate5m == 0", "for": "15m"},
    ]
    group = {"name": "all", "interval": "1m", "rules": [*recording, *alerting]}
    return {"groups": [group]}


@contextlib.contextmanager
def _victoria(program: Path, folder: Path) -> Iterator[str]:
    url = f"http://127.0.0.1:{programs.free_port()}"
    argv = [
        str(program),
        f"-httpListenAddr={url.removeprefix('http://')}",
        f"-storageDataPath={folder / 'data'}",
        "-retentionPeriod=100y",
        "-search.latencyOffset=0s",
    ]
    with programs.running(argv, f"{url}/health", folder / "victoria.log"):
        yield url


def _load(url: str) -> None:
    body = "\n".join(json.dumps(one) for one in _series())
    httpx.post(f"{url}/api/v1/import", content=body, timeout=60).raise_for_status()
    httpx.get(f"{url}/internal/force_flush", timeout=60).raise_for_status()


def _by_vmalert(program: Path, url: str, rules: Path, delay: str) -> float:
    began = time.perf_counter()
    subprocess.run(  # noqa: S603 - the peer
        [
            program,
            f"-rule={rules}",
            f"-datasource.url={url}",
            f"-remoteWrite.url={url}",
            f"-remoteRead.url={url}",
            f"-replay.timeFrom={_written(_START)}",
            f"-replay.timeTo={_written(_END)}",
            f"-replay.rulesDelay={delay}",
            "-replay.disableProgressBar",
            "-loggerLevel=ERROR",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def _written(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()


def _by_sightline(
    url: str, rules: Path, *words: str
) -> tuple[float, dict[str, object]]:
    began = time.perf_counter()
    run = subprocess.run(  # noqa: S603 - the program under test
        [
            sys.executable,
            "-m",
            "sightline",
            "backtest",
            str(rules),
            f"--prometheus={url}",
            "--since=30d",
            f"--until={_END}",
            "--format=json",
            *words,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - began, json.loads(run.stdout)


def _ours(report: Mapping[str, object]) -> set[_Episode]:
    rules = report["rules"]
    assert isinstance(rules, list)  # noqa: S101 - narrows the type
    return {
        (rule["alert"], one["labels"].get("job", ""), one["start"], one["end"] or _END)
        for rule in rules
        for one in rule["episodes"]
    }


def _theirs(url: str) -> set[_Episode]:
    """Gives the stretches without a gap in the samples of `ALERTS`."""
    httpx.get(f"{url}/internal/force_flush", timeout=60).raise_for_status()
    answer = httpx.get(
        f"{url}/api/v1/export",
        params={
            "match[]": 'ALERTS{alertstate="firing"}',
            "start": str(_START),
            "end": str(_END),
        },
        timeout=60,
    )
    found: set[_Episode] = set()
    for line in answer.text.splitlines():
        series = json.loads(line)
        labels = series["metric"]
        for start, end in _stretches(series["timestamps"]):
            found.add((labels["alertname"], labels.get("job", ""), start, end))
    return found


def _stretches(milliseconds: Sequence[int]) -> Iterator[tuple[float, float]]:
    times = sorted(set(milliseconds))
    start = times[0]
    for before, after in zip(times, [*times[1:], math.inf], strict=True):
        if after - before > 60_000:  # noqa: PLR2004 - one evaluation
            yield start / 1_000, min(before / 1_000 + 60, _END)
            start = after  # type: ignore[assignment]  # infinite only at the end


def main() -> int:
    """Prints the figures; 1 when one of vmalert's episodes was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", default="1s", help="of vmalert (default: its 1s)")
    delay = parser.parse_args().delay
    settings = binaries.settings_from_environ(os.environ, {})
    names = ("victoria-metrics", "vmalert")
    found = asyncio.run(binaries.acquire(names, settings))
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as name:
        folder = Path(name)
        rules = folder / "rules.yml"
        rules.write_text(yaml.safe_dump(_rules(), sort_keys=False))
        with _victoria(found["victoria-metrics"].path, folder) as url:
            _load(url)
            seconds, report = _by_sightline(url, rules)
            swept_seconds, _ = _by_sightline(
                url, rules, "--sweep", "--truth=vector(0)>1"
            )
            peer_seconds = _by_vmalert(found["vmalert"].path, url, rules, delay)
            ours, theirs = _ours(report), _theirs(url)
    print("25 rules (13 recording, 12 chained alerts), 30 days at 1 m")
    print(f"  sightline backtest  {seconds:6.1f} s  {len(ours)} episodes")
    print(
        f"  vmalert -replay     {peer_seconds:6.1f} s  {len(theirs)} episodes, "
        f"{delay} between rules"
    )
    print(f"  in both {len(ours & theirs)}, only ours {len(ours - theirs)}, ", end="")
    print(f"only vmalert's {len(theirs - ours)}")
    added = (swept_seconds - seconds) / 12
    print(f"  a sweep of 50 limits and 10 durations adds {added:.2f} s a rule")
    for episode in sorted(theirs - ours)[:10]:
        print(f"  lost: {episode}")
    return 1 if theirs - ours else 0


if __name__ == "__main__":
    sys.exit(main())
