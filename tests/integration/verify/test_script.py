"""The guide's own name for the verification."""

import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

SCRIPT = Path(__file__).parents[3] / "scripts" / "verify-monitoring.sh"


def test_script_of_the_guide_is_the_command(tmp_path: Path) -> None:
    run = subprocess.run(  # noqa: S603 - the script under test
        [SCRIPT, "--env", "nowhere"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    # The launcher may speak first, on a fresh checkout.
    last = run.stderr.splitlines()[-1]
    assert last.startswith("sightline: expected one of the environments ")
