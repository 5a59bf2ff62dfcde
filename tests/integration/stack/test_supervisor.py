"""The supervisor with real processes: small web servers, started for the test."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sightline import errors
from sightline.model import components
from sightline.stack import control, launching, layout, plans, ports, states
from sightline.stack import processes as stack_processes

pytestmark = pytest.mark.integration

PATIENCE_SECONDS = 20.0


class Stack:
    """A supervisor that the test started, and what it may ask of it."""

    def __init__(self, root: Path) -> None:
        self.layout = layout.Layout.of_project(root)
        self.client = control.Client(self.layout.control_socket)
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self, *planned: components.Component, leash: int | None = None) -> None:
        with launching.hold_lock(self.layout) as lock:
            plans.write_plan(self.layout.plan, planned)
            self.process = launching.launch(self.layout, lock, leash)

    def component(self, name: str) -> states.ComponentState:
        return next(one for one in self.client.observe().components if one.name == name)

    def wait_for_state(self, name: str, state: str) -> states.ComponentState:
        wait_for(lambda: self.component(name).state == state)
        return self.component(name)

    def await_started(self) -> None:
        def is_started() -> bool:
            with contextlib.suppress(errors.ServerUnavailable):
                return self.client.observe().is_started
            return False

        wait_for(is_started)


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_gone(pid: int | None) -> bool:
    assert pid is not None
    return stack_processes.observe_start(pid) is None


def has_living_group(leader: int) -> bool:
    """Whether any process of a group lives; the dead that nobody reaped do not."""
    listed = subprocess.run(
        ["/bin/ps", "-axo", "pgid=,stat="], capture_output=True, check=True, text=True
    )
    rows = (line.split() for line in listed.stdout.splitlines())
    return any(int(group) == leader and "Z" not in state for group, state in rows)


def pid_of(component: states.ComponentState) -> int:
    assert component.pid is not None
    return component.pid


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    running = Stack(tmp_path)
    running.layout.create()
    yield running
    if running.process is not None:
        running.process.terminate()
        running.process.wait(PATIENCE_SECONDS)


def script(name: str, code: str) -> components.Component:
    return components.Component(
        name=name,
        argv=(sys.executable, "-I", "-S", "-c", code),
        working_directory=Path("/"),
        readiness=None,
        wave=0,
        port=None,
        version="",
        source="test",
    )


SLEEP = "import time; time.sleep(600)"


def web_server(name: str) -> components.Component:
    port = ports.Ports(asked={}, say=print, is_free=lambda port: port > 1).choose("", 1)
    return replace(
        script(name, ""),
        argv=(sys.executable, "-m", "http.server", str(port), "-b", "127.0.0.1"),
        readiness=components.HttpReady(f"http://127.0.0.1:{port}/"),
        port=port,
    )


def test_waves_start_in_order_and_end_in_reverse(stack: Stack, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    code = (
        "import signal, sys, time\n"
        "def note(what):\n"
        "    open({journal!r}, 'a').write(what + ' {name}\\n')\n"
        "def end(*_):\n"
        "    note('end'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "time.sleep({delay}); note('start'); open({ready!r}, 'w'); time.sleep(600)\n"
    )

    def noting(name: str, wave: int, delay: float) -> components.Component:
        ready = tmp_path / f"{name}.ready"
        text = code.format(
            journal=str(journal), name=name, delay=delay, ready=str(ready)
        )
        return replace(
            script(name, text), wave=wave, readiness=components.FileReady(ready)
        )

    stack.launch(noting("second", 1, 0.0), noting("first", 0, 0.3))
    stack.await_started()
    stack.client.request("shutdown")
    assert stack.process is not None
    assert stack.process.wait(PATIENCE_SECONDS) == 0
    assert journal.read_text().splitlines() == [
        "start first",
        "start second",
        "end second",
        "end first",
    ]


def test_killed_component_comes_back_ready(stack: Stack) -> None:
    stack.launch(web_server("web"))
    stack.await_started()
    before = stack.component("web")
    os.kill(pid_of(before), signal.SIGKILL)
    wait_for(lambda: stack.component("web").restarts == 1)
    after = stack.wait_for_state("web", "ready")
    assert after.pid != before.pid


def test_component_that_ends_again_and_again_is_failed(stack: Stack) -> None:
    stack.launch(
        replace(
            script("broken", "print('no luck', flush=True)"), readiness=never_ready()
        )
    )
    stack.await_started()
    stack.wait_for_state("broken", "failed")
    lines = stack.layout.log_of("broken").read_text().splitlines()
    assert set(lines) == {"no luck"}
    assert len(lines) >= 5


def never_ready() -> components.Readiness:
    return components.FileReady(Path("/nowhere"))


def test_program_that_is_not_there_is_failed_with_the_reason(stack: Stack) -> None:
    stack.launch(
        replace(script("ghost", ""), argv=("/nowhere/ghost",), readiness=never_ready())
    )
    stack.await_started()
    stack.wait_for_state("ghost", "failed")
    assert "/nowhere/ghost: not found" in stack.layout.log_of("ghost").read_text()


def test_stopped_component_stays_down_until_it_is_started(stack: Stack) -> None:
    stack.launch(web_server("web"))
    stack.await_started()
    pid = stack.component("web").pid
    stack.client.request("stop", "web")
    assert stack.component("web").state == "stopped"
    assert is_gone(pid)
    stack.client.request("start", "web")
    assert stack.wait_for_state("web", "ready").restarts == 0


def test_component_that_ignores_its_signal_is_killed(stack: Stack) -> None:
    code = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
    stack.launch(replace(script("deaf", code), stop_timeout=0.3))
    stack.await_started()
    pid = stack.component("deaf").pid
    stack.client.request("stop", "deaf")
    assert is_gone(pid)


def test_withdrawn_component_loses_its_targets_until_restored(stack: Stack) -> None:
    scraped = components.ScrapeTarget(job="web", address="127.0.0.1:1")
    stack.launch(replace(script("web", SLEEP), targets=(scraped,)))
    stack.await_started()
    written = stack.layout.targets / "web.json"
    assert "127.0.0.1:1" in written.read_text()
    stack.client.request("withdraw", "web")
    assert stack.component("web").state == "withdrawn"
    assert written.read_text() == "[]\n"
    stack.client.request("restore", "web")
    assert "127.0.0.1:1" in written.read_text()
    stack.wait_for_state("web", "ready")


def test_unknown_component_is_refused_by_name(stack: Stack) -> None:
    stack.launch(script("only", SLEEP))
    stack.await_started()
    with pytest.raises(errors.InputError) as refusal:
        stack.client.request("stop", "other")
    assert str(refusal.value) == "unknown component 'other'; expected one of: only"


def test_second_stack_on_the_same_files_is_refused_with_the_process(
    stack: Stack,
) -> None:
    stack.launch(script("only", SLEEP))
    assert stack.process is not None
    with (
        pytest.raises(errors.StackRunning) as refusal,
        launching.hold_lock(stack.layout),
    ):
        pass
    assert str(refusal.value) == (
        f"a stack already runs on {stack.layout.home} (process {stack.process.pid});"
        " see it with `./sightline status`, stop it with `./sightline down`"
    )
    assert refusal.value.exit_code == 3


def test_nothing_outlives_a_killed_supervisor(stack: Stack) -> None:
    grandchild = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {SLEEP!r}])\n"
        "time.sleep(600)"
    )
    stack.launch(script("family", grandchild), web_server("web"))
    stack.await_started()
    found = [one.pid for one in stack.client.observe().components]
    family = pid_of(stack.component("family"))
    assert stack.process is not None
    stack.process.kill()
    stack.process.wait()
    wait_for(lambda: all(is_gone(pid) for pid in found))
    wait_for(lambda: not has_living_group(family))


def test_killed_guard_is_replaced_and_still_guards(stack: Stack) -> None:
    stack.launch(script("only", SLEEP))
    stack.await_started()
    first = stack.client.observe().guard_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: stack.client.observe().guard_pid not in {None, first})
    pid = stack.component("only").pid
    assert stack.process is not None
    stack.process.kill()
    stack.process.wait()
    wait_for(lambda: is_gone(pid))


def test_leashed_supervisor_ends_with_who_started_it(stack: Stack) -> None:
    reading, writing = os.pipe()
    stack.launch(script("only", SLEEP), leash=reading)
    os.close(reading)
    stack.await_started()
    pid = stack.component("only").pid
    os.close(writing)
    assert stack.process is not None
    assert stack.process.wait(PATIENCE_SECONDS) == 0
    assert is_gone(pid)


async def test_leftovers_are_ended_but_never_a_stranger(tmp_path: Path) -> None:
    place = layout.Layout.of_project(tmp_path)
    ours, stranger = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", SLEEP, start_new_session=True
        )
        for _ in range(2)
    ]

    def component(name: str, pid: int, started: str | None) -> states.ComponentState:
        return states.ComponentState(
            name=name,
            state="ready",
            pid=pid,
            started=started,
            port=None,
            version="",
            source="",
            rss_bytes=0,
            restarts=0,
            argv=(),
        )

    started = stack_processes.observe_start(ours.pid)
    left = (
        component("ours", ours.pid, started),
        # The number of a component of old, which somebody else has by now.
        component("reused", stranger.pid, "12"),
    )
    states.write_state(
        place.state, states.StackState(is_started=True, guard_pid=None, components=left)
    )
    try:
        assert await launching.end_leftovers(place) == ("ours",)
        assert await ours.wait() == -signal.SIGTERM
        assert not is_gone(stranger.pid)
    finally:
        stranger.kill()
        await stranger.wait()


def test_long_project_path_still_has_a_socket(tmp_path: Path) -> None:
    root = tmp_path / ("long" * 20) / ("path" * 20)
    root.mkdir(parents=True)
    running = Stack(root)
    running.launch(script("only", SLEEP))
    running.await_started()
    running.client.request("shutdown")
    assert running.process is not None
    assert running.process.wait(PATIENCE_SECONDS) == 0
