"""Puts scenarios to the real engine, in as few runs as there are cores."""

import asyncio
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sightline import errors
from sightline.clients import tools
from sightline.model import findings
from sightline.proofs import answers, documents, scenarios

__all__ = ["Engine", "EngineFailed", "Judge", "Suit"]


class Engine(Protocol):
    """Something that runs unit tests of rules: promtool, vmalert-tool."""

    async def test_rules(self, *test_files: Path) -> tools.Outcome:
        """Runs test files; the verdict's messages say what differed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Suit:
    """Rules, and the scenarios that they are put through."""

    rules: Sequence[documents.ProbedRule]
    scenarios: Sequence[scenarios.Scenario]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Runs scenarios.

    Attributes:
        folder: where the files are written.
        workers: how many runs go on at once.
        batch: how many test files are given to one run.
    """

    engine: Engine
    folder: Path
    workers: int = 2
    batch: int = 24

    async def ask(
        self, suits: Sequence[Suit]
    ) -> tuple[answers.Answers, Mapping[scenarios.Scenario, int]]:
        """Gives the engine's answers, and under which number each scenario's are.

        Raises:
            EngineMissing: when the engine could not be run.
        """
        numbers: dict[scenarios.Scenario, int] = {}
        files = [
            path
            for index, suit in enumerate(suits)
            for path in self._write(index, suit, numbers)
        ]
        outputs = await self._run(files)
        return answers.read_answers(outputs), numbers

    def _write(
        self, index: int, suit: Suit, numbers: dict[scenarios.Scenario, int]
    ) -> Iterable[Path]:
        rule_file = self.folder / f"{index}.rules.json"
        rule_file.write_text(documents.render_rules(suit.rules))
        ordered = sorted(suit.scenarios, key=lambda one: one.step)
        grouped = itertools.groupby(ordered, key=lambda one: one.step)
        for part, (step, found) in enumerate(grouped):
            asked = []
            for scenario in found:
                numbers[scenario] = len(numbers) + 1
                asked.append(documents.Question(numbers[scenario], scenario))
            path = self.folder / f"{index}-{part}.json"
            path.write_text(documents.render_questions(rule_file.name, step, asked))
            yield path

    async def _run(self, files: Sequence[Path]) -> Sequence[str]:
        gate = asyncio.Semaphore(self.workers)

        async def run(paths: Sequence[Path]) -> str:
            async with gate:
                outcome = await self.engine.test_rules(*paths)
            if isinstance(outcome, findings.NotChecked):
                raise EngineFailed(outcome.reason)
            return outcome.messages + outcome.output

        parts = [files[n : n + self.batch] for n in range(0, len(files), self.batch)]
        return await asyncio.gather(*map(run, parts))


class EngineFailed(errors.EnvironmentFailed):
    """The engine is missing, or did not end."""
