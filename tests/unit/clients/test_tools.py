from pathlib import Path

from sightline.clients import tools
from sightline.model import findings


async def test_missing_tool_is_not_checked() -> None:
    promtool = tools.Promtool(tools.Program(name="promtool", path=None))
    assert await promtool.check_rules(Path("rules.yml")) == findings.NotChecked(
        subject="promtool", reason="promtool not found; install it and run again"
    )
