from pathlib import Path

import pytest

from sightline.app import live
from sightline.stack import layout, states

PORTS = {"prometheus": 1, "prometheus-2": 2, "alertmanager": 3, "redis": 4}


def _component(name: str, state: str) -> states.ComponentState:
    return states.ComponentState(
        name=name,
        state=state,
        pid=None,
        started=None,
        port=PORTS[name],
        version="",
        source="",
        rss_bytes=0,
        restarts=0,
        argv=("program", "--smtp-port=25"),
    )


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ("ready", "ready", 1),
        ("stopped", "ready", 2),
        ("restarting", "failed", 1),
    ],
)
def test_of_a_pair_one_that_is_ready_is_asked(
    tmp_path: Path, first: str, second: str, asked: int
) -> None:
    place = layout.Layout.of_project(tmp_path)
    place.create()
    listed = (
        _component("prometheus", first),
        _component("prometheus-2", second),
        _component("alertmanager", "ready"),
        _component("redis", "ready"),
    )
    states.write_state(
        place.state,
        states.StackState(is_started=True, guard_pid=None, components=listed),
    )
    expected = {**PORTS, "smtp": 25, "prometheus": asked}
    assert live.running_ports(tmp_path) == expected


def test_where_nothing_was_ever_started_nothing_is_known(tmp_path: Path) -> None:
    assert live.running_ports(tmp_path) == {}
