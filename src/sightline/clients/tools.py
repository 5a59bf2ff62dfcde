"""The official command line tools, as judges of configuration and rules."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.model import findings

__all__ = ["Amtool", "Outcome", "Program", "Promtool", "Verdict", "VmalertTool"]

_TIMEOUT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A tool that may be missing.

    Attributes:
        path: `None` when it was not found.
        environment: all of the tool's environment; `None` inherits the caller's.
        timeout_seconds: how long a run may take.
    """

    name: str
    path: Path | None
    environment: Mapping[str, str] | None = None
    timeout_seconds: float = _TIMEOUT_SECONDS

    async def run(self, arguments: Sequence[str]) -> "Outcome":
        """Runs the tool and gives its verdict, or why there is none."""
        if self.path is None:
            return self._not_checked(f"{self.name} not found; install it and run again")
        try:
            process = await asyncio.create_subprocess_exec(
                self.path,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=self.environment,
            )
        except OSError as error:
            return self._not_checked(f"{self.path} did not start: {error.strerror}")
        try:
            async with asyncio.timeout(self.timeout_seconds):
                output, messages = await process.communicate()
        except (TimeoutError, asyncio.CancelledError) as end:
            process.kill()
            await process.wait()
            if isinstance(end, asyncio.CancelledError):
                raise
            return self._not_checked(
                f"{self.name} did not end within {self.timeout_seconds:g} s"
            )
        return Verdict(
            is_accepted=process.returncode == 0,
            output=output.decode(errors="replace"),
            messages=messages.decode(errors="replace"),
        )

    def _not_checked(self, reason: str) -> findings.NotChecked:
        return findings.NotChecked(subject=self.name, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a tool said: its result on `output`, and its complaints in `messages`."""

    is_accepted: bool
    output: str
    messages: str


Outcome = Verdict | findings.NotChecked


@dataclass(frozen=True, slots=True)
class Promtool:
    """Prometheus's own judge."""

    program: Program

    async def check_config(self, config: Path) -> Outcome:
        """Judges a server configuration and the rule files that it names."""
        return await self.program.run(("check", "config", str(config)))

    async def check_rules(self, *rule_files: Path) -> Outcome:
        """Judges rule files."""
        return await self.program.run(("check", "rules", *map(str, rule_files)))

    async def test_rules(self, *test_files: Path) -> Outcome:
        """Runs unit tests of rules."""
        return await self.program.run(("test", "rules", *map(str, test_files)))

    async def create_blocks(self, samples: Path, folder: Path) -> Outcome:
        """Writes a file of OpenMetrics samples into the data folder of a server."""
        # Blocks of 62 days: a few large ones are written, and read, faster.
        blocks = ("--max-block-duration=1488h", "--quiet", str(samples), str(folder))
        return await self.program.run(
            ("tsdb", "create-blocks-from", "openmetrics", *blocks)
        )


@dataclass(frozen=True, slots=True)
class VmalertTool:
    """VictoriaMetrics's judge of rules."""

    program: Program

    async def test_rules(self, *test_files: Path) -> Outcome:
        """Runs unit tests of rules; alerts get no label for their group."""
        files = (f"--files={path}" for path in test_files)
        return await self.program.run(("unittest", "--disableAlertgroupLabel", *files))


@dataclass(frozen=True, slots=True)
class Amtool:
    """Alertmanager's own judge."""

    program: Program

    async def check_config(self, config: Path) -> Outcome:
        """Judges a configuration and the templates that it names."""
        return await self.program.run(("check-config", str(config)))

    async def test_routes(self, config: Path, labels: Mapping[str, str]) -> Outcome:
        """Gives the receivers of an alert, joined by commas, as the output."""
        # Quoted as JSON quotes: without, amtool falls back to its older grammar, and
        # says so on its standard output.
        pairs = (f"{name}={json.dumps(text)}" for name, text in labels.items())
        return await self.program.run(
            ("config", "routes", "test", f"--config.file={config}", *pairs)
        )

    async def render(self, templates: Sequence[str], group: Path, text: str) -> Outcome:
        """Gives what a template makes of a group of alerts, as the output.

        Args:
            templates: patterns of the files with named templates.
            group: a file with the group, as Alertmanager gives it to templates.
            text: the template.
        """
        globs = (f"--template.glob={pattern}" for pattern in templates)
        return await self.program.run(
            (
                "template",
                "render",
                *globs,
                f"--template.text={text}",
                f"--template.data={group}",
            )
        )
