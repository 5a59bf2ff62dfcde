"""Ten million lines of which one in a hundred is bad, read over kills.

The real `sightline collect` follows the file, is killed again and again while it reads,
and is started anew until it has come to the end. Every line must be counted once or
rejected once, by its reason. The rates are of the processor and of the clock, starts
included; the peer is that truth, which is known because the file repeats a block.
"""

import argparse
import collections
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from support import collector_processes

_LINES: Final = 10_000_000
_BLOCK: Final = 20_000
_BAD_EVERY: Final = 100
_BAD: Final = (
    (b'{"event": "log', "syntax"),
    (b"no JSON at all", "syntax"),
    (b'{"event": "\xff"}', "not_utf8"),
    (b'{"event": "login", "status": [1]}', "wrong_type"),
    (b"", "empty"),
    (b'{"deep": ' + b"[" * 2_000, "too_deep"),
    (b'{"deep": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", "too_deep"),
)
_KILLED_AFTER_SECONDS: Final = 3.0
_GIVEN_UP_AFTER_SECONDS: Final = 900.0
_SOURCES: Final = """
event_sources:
  logins:
    connection: login-log
    interval: 1s
    timeout: 1s
    counters:
      logins_total:
        help: Logins.
        where: {event: [login]}
        labels: {reason: {}, status: {}}
"""

Counts = Mapping[tuple[str, ...], float]


def _write(log: Path, lines: int) -> tuple[int, Counts, Counts]:
    """Writes the file; gives how many lines, and what is to be counted and rejected."""
    chance = random.Random(3)  # noqa: S311 - the same lines every time
    counted: collections.Counter[tuple[str, ...]] = collections.Counter()
    rejected: collections.Counter[tuple[str, ...]] = collections.Counter()
    block = []
    for number in range(_BLOCK):
        if number % _BAD_EVERY == 0:
            line, why = _BAD[number // _BAD_EVERY % len(_BAD)]
            rejected[why, "logins"] += 1
        else:
            reason = chance.choice(("ok", "wrong_password", "unknown_user", "locked"))
            status = chance.choice((200, 401, 403, 429))
            counted[reason, str(status)] += 1
            line = (
                b'{"ts": "2026-11-24T02:00:%02dZ", "event": "login", "user": "u%d",'
                b' "ip": "10.%d.0.1", "reason": "%b", "status": %d}'
            ) % (number % 60, number, number % 256, reason.encode(), status)
        block.append(line + b"\n")
    times = lines // _BLOCK
    text = b"".join(block)
    with log.open("wb") as file:
        for _ in range(times):
            file.write(text)
    return (
        times * _BLOCK,
        {key: float(count * times) for key, count in counted.items()},
        {key: float(count * times) for key, count in rejected.items()},
    )


def _read(
    collector: collector_processes.CollectorProcess, lines: int
) -> tuple[int, int, Counts, Counts]:
    """Reads to the end over kills; gives the kills, and what was counted in vain.

    What was counted last stands beside it.
    """
    kills, taken_back, highest = 0, 0, 0.0
    given_up = time.monotonic() + _GIVEN_UP_AFTER_SECONDS
    while True:
        with collector.running() as process:
            killed = time.monotonic() + _KILLED_AFTER_SECONDS
            while time.monotonic() < killed:
                counted = collector.numbers("logins_total")
                rejected = collector.numbers("sightline_events_rejected_total")
                found = sum(counted.values()) + sum(rejected.values())
                taken_back += found < highest
                highest = found
                if found >= lines or time.monotonic() > given_up:
                    return kills, taken_back, counted, rejected
                time.sleep(0.2)
            process.send_signal(signal.SIGKILL)
            kills += 1


def main() -> int:
    """Prints the figures; 1 when a line was lost or counted twice."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--lines", type=int, default=_LINES)
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        root = Path(folder)
        collector_processes.write_spec(root, _SOURCES)
        log = root / "login.log"
        lines, wanted, refused = _write(log, given.parse_args().lines)
        size_mib = log.stat().st_size >> 20
        collector = collector_processes.CollectorProcess(
            root, "files: {login-log: {folder: '.', pattern: login.log}}\n"
        )
        started = time.monotonic()
        kills, taken_back, counted, rejected = _read(collector, lines)
        took = time.monotonic() - started
    rejected = {key: count for key, count in rejected.items() if count}
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime
    print(
        f"{lines:,} lines, {size_mib:,} MiB: {sum(counted.values()):,.0f} counted and"
        f" {sum(rejected.values()):,.0f} rejected over {kills} kills,"
        f" {taken_back} times fewer than before"
    )
    for (reason, _), count in sorted(rejected.items()):
        print(f"  rejected as {reason}: {count:,.0f}")
    print(
        f"  {took:.0f} s by the clock ({lines / took:,.0f}/s), {processor:.0f} s of the"
        f" processor ({lines / processor:,.0f}/s), {used.ru_maxrss >> 10} MiB at most"
    )
    is_exact = (counted, rejected) == (wanted, refused)
    print("  every line once" if is_exact else f"  expected {wanted} {refused}")
    return 0 if is_exact and not taken_back else 1


if __name__ == "__main__":
    sys.exit(main())
