import signal
from pathlib import Path

import pytest

from sightline.model import components
from sightline.stack import plans


@pytest.mark.parametrize(
    "readiness",
    [
        None,
        components.HttpReady("http://127.0.0.1:1/-/ready"),
        components.TcpReady("127.0.0.1", 1),
        components.FileReady(Path("/run/ready")),
        components.CommandReady(("true", "now")),
        components.ClusterReady("http://127.0.0.1:1/api/v2/status", 3),
    ],
)
def test_plan_is_read_as_it_was_written(
    tmp_path: Path, readiness: components.Readiness | None
) -> None:
    planned = components.Component(
        name="one",
        argv=("/bin/one", "--flag"),
        environment={"A": "b"},
        working_directory=Path("/somewhere"),
        readiness=readiness,
        stop_signal=signal.SIGINT,
        stop_timeout=2.5,
        wave=3,
        port=80,
        version="1.2",
        source="here",
        targets=(
            components.ScrapeTarget(job="j", address="a:1", labels={"team": "x"}),
        ),
    )
    plans.write_plan(tmp_path / "plan.json", [planned])
    assert plans.read_plan(tmp_path / "plan.json") == (planned,)


def test_plan_is_for_its_owner_alone(tmp_path: Path) -> None:
    plans.write_plan(tmp_path / "plan.json", [])
    assert (tmp_path / "plan.json").stat().st_mode & 0o777 == 0o600
