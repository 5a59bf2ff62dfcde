"""Containers by cgroup v2, on files as the kernel writes them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sightline import errors
from sightline.collectors import cgroups
from sightline.errors import FailureReason
from sightline.model import collecting, connections, spans, units

LIMITED = {
    "cpu.stat": "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n",
    "cpu.max": "50000 100000\n",
    "memory.current": "104857600\n",
    "memory.max": "134217728\n",
    "memory.stat": "anon 90000000\nfile 14857600\ninactive_file 4857600\n",
    "memory.events": "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n",
}
FREE = {
    "cpu.stat": "usage_usec 2000000\n",
    "cpu.max": "max 100000\n",
    "memory.current": "1048576\n",
    "memory.max": "max\n",
    "memory.stat": "inactive_file 2097152\n",  # more than is charged: it is read later
    "memory.events": "oom_kill 0\n",
}


def make(root: Path, path: str, files: Mapping[str, str]) -> None:
    (root / path).mkdir(parents=True)
    for name, text in files.items():
        (root / path / name).write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "cgroup.controllers").write_text("cpu memory\n")
    make(tmp_path, "system.slice/docker-aa11.scope", LIMITED)
    make(tmp_path, "system.slice/docker-bb22.scope", FREE)
    make(tmp_path, "system.slice/cron.service", FREE)
    return tmp_path


def collector(
    root: Path,
    pattern: str = r"system\.slice/docker-(?P<id>[0-9a-f]+)\.scope",
    most: int = 5,
) -> cgroups.CgroupCollector:
    declared = collecting.ContainerSource(
        name="docker",
        connection="host",
        pace=collecting.Pace(
            interval=units.Duration.parse("15s"),
            timeout=units.Duration.parse("10s"),
            expires_after=units.Duration.parse("1m"),
        ),
        environments=(),
        span=spans.Span(file="shop.yaml"),
        pattern=pattern,
        most_containers=most,
    )
    return cgroups.CgroupCollector(
        declared, connections.Files(folder=root, pattern="*")
    )


async def fail(broken: cgroups.CgroupCollector) -> str:
    with pytest.raises(errors.SourceFailed) as caught:
        await broken.collect()
    return f"{caught.value.reason.value}: {caught.value}"


async def test_each_container_has_cadvisors_names_and_only_limits_it_has(
    root: Path,
) -> None:
    reading = await collector(root).collect()
    assert {
        (sample.name, sample.labels["id"]): sample.value
        for family in reading.families
        for sample in family.samples
    } == {
        ("container_cpu_usage_seconds_total", "aa11"): 1.5,
        ("container_cpu_usage_seconds_total", "bb22"): 2.0,
        ("container_memory_working_set_bytes", "aa11"): 100_000_000,
        ("container_memory_working_set_bytes", "bb22"): 0,
        ("container_spec_memory_limit_bytes", "aa11"): 134_217_728,
        ("container_spec_cpu_quota", "aa11"): 50_000,
        ("container_spec_cpu_period", "aa11"): 100_000,
        ("container_oom_events_total", "aa11"): 1,
        ("container_oom_events_total", "bb22"): 0,
    }
    assert reading.rows == 2


def test_a_cgroup_that_has_just_ended_has_no_numbers(tmp_path: Path) -> None:
    assert cgroups.read_usage(tmp_path / "gone") == cgroups.Usage(
        cpu_seconds=None,
        working_set_bytes=None,
        memory_limit_bytes=None,
        cpu_quota=None,
        cpu_period=None,
        out_of_memory_kills=None,
    )


async def test_a_host_with_the_first_version_is_refused(tmp_path: Path) -> None:
    assert await fail(collector(tmp_path)) == (
        f"{FailureReason.UNREACHABLE.value}: expected cgroup v2 at {tmp_path},"
        " found no cgroup.controllers"
    )


async def test_two_containers_with_one_name_are_refused(root: Path) -> None:
    broken = collector(root, r"system\.slice/(?P<kind>docker)-.*")
    assert (await fail(broken)).startswith(
        "answer: docker: expected one cgroup each, found two cgroups with ('docker',)"
    )


async def test_more_containers_than_declared_are_refused(root: Path) -> None:
    assert await fail(collector(root, most=1)) == (
        "limit: docker: expected one cgroup each, found more than 1 containers"
    )
