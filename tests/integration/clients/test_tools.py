import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sightline.clients import tools
from sightline.model import findings

pytestmark = pytest.mark.integration


async def test_tool_that_does_not_start_is_not_checked() -> None:
    program = tools.Program(name="promtool", path=Path("/nowhere/promtool"))
    assert await program.run(()) == findings.NotChecked(
        subject="promtool",
        reason="/nowhere/promtool did not start: No such file or directory",
    )


async def test_verdict_keeps_result_and_complaints_apart() -> None:
    program = tools.Program(name="python", path=Path(sys.executable))
    script = "import sys; print('out'); print('why', file=sys.stderr); sys.exit(3)"
    assert await program.run(("-c", script)) == tools.Verdict(
        is_accepted=False, output="out\n", messages="why\n"
    )


async def test_promtool_judges_rules(
    binaries: Mapping[str, Path], tmp_path: Path
) -> None:
    promtool = tools.Promtool(tools.Program(name="promtool", path=binaries["promtool"]))
    rules = tmp_path / "rules.yml"
    rules.write_text("groups: [{name: a, rules: [{record: b, expr: vector(1)}]}]")
    good = await promtool.check_rules(rules)
    rules.write_text("groups: [{name: a, rules: [{record: b, expr: 'vector('}]}]")
    bad = await promtool.check_rules(rules)
    assert isinstance(good, tools.Verdict)
    assert isinstance(bad, tools.Verdict)
    assert (good.is_accepted, bad.is_accepted) == (True, False)
    assert "parse error" in bad.messages
