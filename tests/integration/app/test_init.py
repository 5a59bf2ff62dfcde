"""What another company begins with is checked, builds, and is judged well."""

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from sightline.cli import main, terminals

pytestmark = pytest.mark.integration


def _run(root: Path, *words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    terminal = terminals.Terminal(out=out, err=err, environ={}, root=root)
    return main.run(words, terminal), out.getvalue(), err.getvalue()


def test_the_spec_that_is_written_has_no_finding_and_builds(
    tmp_path: Path, binaries: Mapping[str, Path]
) -> None:
    del binaries  # promtool and amtool are there, so that they judge
    code, written, _ = _run(tmp_path, "init", str(tmp_path))
    assert code == 0
    assert str(tmp_path / "monitoring/organisation.yaml") in written.splitlines()
    code, found, _ = _run(tmp_path, "check", "--fail-on=info")
    assert (code, found) == (0, "0 findings\n")
    code, _, _ = _run(tmp_path, "build")
    assert code == 0
    assert (tmp_path / "build/grafana/dashboards/overview.json").is_file()


def test_a_spec_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "monitoring").mkdir()
    code, _, err = _run(tmp_path, "init", str(tmp_path))
    assert code == 2
    assert f"expected a folder without a spec, found {tmp_path}/monitoring" in err
