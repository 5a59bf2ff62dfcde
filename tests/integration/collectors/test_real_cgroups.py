"""Containers by cgroup v2, as the kernel of this machine counts them."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline.collectors import cgroups
from sightline.model import collecting, connections, spans, units

pytestmark = pytest.mark.integration

_MEBIBYTE = 1 << 20
_BUSY = "import time\nwhile time.process_time() < 0.5: pass"
_LARGE = f"held = bytearray(b'x') * {64 * _MEBIBYTE}"


@pytest.fixture
def container() -> Iterator[Path]:
    """A cgroup of our own in a hierarchy of the second version."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    roots = [Path(one.split()[1]) for one in mounts if one.split()[2] == "cgroup2"]
    if not roots:
        pytest.skip("no cgroup v2 hierarchy is mounted on this machine")
    made = roots[0] / f"sightline-test-{os.getpid()}"
    try:
        made.mkdir()
    except OSError as error:
        pytest.skip(f"a cgroup cannot be made in {roots[0]}: {error.strerror}")
    try:
        yield made
    finally:
        _remove(made)


def _remove(made: Path) -> None:
    until = time.monotonic() + 5
    while made.exists() and time.monotonic() < until:
        with contextlib.suppress(OSError):  # until its last process is gone
            made.rmdir()
        time.sleep(0.01)


@contextlib.contextmanager
def _running(container: Path, program: str) -> Iterator[int]:
    """Runs a program in the container until the end of the block, once it waits."""
    entered = f"open({str(container / 'cgroup.procs')!r}, 'w').write('0')\n"
    process = subprocess.Popen(  # noqa: S603 - Python, with a program of this file
        [sys.executable, "-c", f"{entered}{program}\ninput('.')"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.read(1) == b"."
        yield process.pid
    finally:
        process.communicate(b"\n")


async def _numbers(container: Path) -> Mapping[str, float]:
    declared = collecting.ContainerSource(
        name="kernel",
        connection="host",
        pace=collecting.Pace(
            interval=units.Duration.parse("15s"),
            timeout=units.Duration.parse("10s"),
            expires_after=units.Duration.parse("1m"),
        ),
        environments=(),
        span=spans.Span(file="shop.yaml"),
        pattern=rf"(?P<id>{container.name})",
        most_containers=1,
    )
    place = connections.Files(folder=container.parent, pattern="*")
    reading = await cgroups.CgroupCollector(declared, place).collect()
    return {
        sample.name: sample.value
        for family in reading.families
        for sample in family.samples
    }


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def test_the_processor_time_is_that_of_the_process_in_it(container: Path) -> None:
    with _running(container, _BUSY) as pid:
        counted = (await _numbers(container))["container_cpu_usage_seconds_total"]
        used = _processor_seconds(pid)
    # It entered when Python had started, which is all that its own count has more.
    assert 0.3 < counted <= used + 0.02
    assert used - counted < 0.2


async def test_the_memory_is_that_of_the_process_and_the_limit_its_own(
    container: Path,
) -> None:
    root = container.parent
    if "memory" not in (root / "cgroup.controllers").read_text().split():
        pytest.skip("the kernel counts memory by cgroup v1 on this machine")
    (root / "cgroup.subtree_control").write_text("+memory")
    (container / "memory.max").write_text(str(256 * _MEBIBYTE))
    with _running(container, _LARGE):
        found = await _numbers(container)
    assert found["container_spec_memory_limit_bytes"] == 256 * _MEBIBYTE
    assert found["container_oom_events_total"] == 0
    working_set = found["container_memory_working_set_bytes"]
    assert 64 * _MEBIBYTE <= working_set < 128 * _MEBIBYTE
