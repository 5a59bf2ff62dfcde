import json
import os
from pathlib import Path

import prometheus_client

from sightline.collectors import containers

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def write_process(
    proc: Path, pid: int, parent: int, ticks: tuple[int, int, int, int], started: int
) -> None:
    folder = proc / str(pid)
    folder.mkdir(parents=True)
    before = f"{pid} (a name) (with it) S {parent} " + " ".join(["0"] * 9)
    times = " ".join(map(str, ticks))
    (folder / "stat").write_text(f"{before} {times} 20 0 1 0 {started} 0 0")
    (folder / "statm").write_text("900 50 20 1 0 30 0")


def entry(name: str, pid: int | None, started: str, module: str) -> dict[str, object]:
    argv = ["python", "-m", module]
    return {"name": name, "pid": pid, "started": started, "argv": argv}


def expose(tmp_path: Path, *entries: dict[str, object]) -> str:
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"components": entries}))
    registry = prometheus_client.CollectorRegistry()
    registry.register(containers.ContainerCollector(state, tmp_path / "proc"))
    return prometheus_client.generate_latest(registry).decode()


def samples(exposed: str) -> dict[str, float]:
    lines = (line for line in exposed.splitlines() if not line.startswith("#"))
    return {
        series: float(number)
        for series, _, number in (line.rpartition(" ") for line in lines)
    }


def test_an_instance_of_the_platform_has_usage_and_limits(tmp_path: Path) -> None:
    write_process(tmp_path / "proc", 11, 1, (TICKS, TICKS, 0, 0), started=77)
    labels = (
        '{container="auth-svc",namespace="skillancer",pod="auth-svc-2",'
        'service="auth-svc"}'
    )

    exposed = expose(tmp_path, entry("auth-svc-2", 11, "77", "sightline.demo"))

    assert samples(exposed) == {
        f"container_cpu_usage_seconds_total{labels}": 2.0,
        f"container_memory_working_set_bytes{labels}": 30 * PAGE,
        f"container_spec_cpu_period{labels}": 100_000,
        f"container_spec_cpu_quota{labels}": 50_000,
        f"container_spec_memory_limit_bytes{labels}": 128 << 20,
    }


def test_what_is_not_of_the_platform_has_no_limits(tmp_path: Path) -> None:
    write_process(tmp_path / "proc", 11, 1, (0, 0, 0, 0), started=77)

    exposed = expose(tmp_path, entry("postgres", 11, "77", "postgres"))

    assert [series.partition("{")[0] for series in samples(exposed)] == [
        "container_cpu_usage_seconds_total",
        "container_memory_working_set_bytes",
    ]
    assert 'namespace="monitoring",pod="postgres"' in exposed


def test_descendants_and_children_that_have_ended_count_too(tmp_path: Path) -> None:
    proc = tmp_path / "proc"
    write_process(proc, 11, 1, (TICKS, 0, TICKS, 0), started=77)
    write_process(proc, 12, 11, (0, TICKS, 0, TICKS), started=78)
    write_process(proc, 13, 12, (TICKS, 0, 0, 0), started=79)
    write_process(proc, 99, 1, (TICKS, 0, 0, 0), started=80)

    found = samples(expose(tmp_path, entry("postgres", 11, "77", "postgres")))

    assert list(found.values()) == [5.0, 3 * 30 * PAGE]


def test_a_number_that_is_used_again_is_not_the_container(tmp_path: Path) -> None:
    write_process(tmp_path / "proc", 11, 1, (0, 0, 0, 0), started=78)

    assert samples(expose(tmp_path, entry("redis", 11, "77", "redis"))) == {}


def test_what_does_not_run_and_what_is_gone_is_left_out(tmp_path: Path) -> None:
    assert (
        samples(
            expose(tmp_path, entry("a", None, "", "a"), entry("b", 5, "1", "b")),
        )
        == {}
    )


def test_without_a_state_there_are_no_containers(tmp_path: Path) -> None:
    assert containers.read_containers(tmp_path / "absent.json") == ()
    (tmp_path / "damaged.json").write_text('{"components": [')
    assert containers.read_containers(tmp_path / "damaged.json") == ()
