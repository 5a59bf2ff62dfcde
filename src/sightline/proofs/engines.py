"""Puts scenarios to the real engine, in as few runs as there are cores."""

import asyncio
import itertools
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sightline import errors
from sightline.clients import tools
from sightline.model import findings
from sightline.proofs import answers, documents, scenarios, sharing

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
            EngineFailed: when the engine could not be run.
        """
        numbers = _number(suits)
        files = [
            path
            for index, suit in enumerate(suits)
            for path in self._write(index, suit, numbers)
        ]
        outputs = await self._run(files, self.batch)
        return answers.read_answers(outputs), numbers

    async def ask_together(
        self, suits: Sequence[Suit]
    ) -> tuple[answers.Answers, Mapping[scenarios.Scenario, int]]:
        """Gives the same, of suits whose alerts are as their scenarios have them.

        Scenarios share tests where none can see another. The engine gives up a test in
        which it refuses a rule: what was in such a test is asked again, each suit by
        itself.

        Raises:
            EngineFailed: when the engine could not be run.
        """
        numbers = _number(suits)
        parts = [
            sharing.Part(index, scenario)
            for index, suit in enumerate(suits)
            for scenario in suit.scenarios
        ]
        groups = list(sharing.share(parts))
        files = [
            self._write_group(name, suits, group, numbers)
            for name, group in enumerate(groups)
        ]
        tags = {
            numbers[group[0].scenario]: {
                _tag(part.suit): numbers[part.scenario] for part in group
            }
            for group in groups
        }
        said = answers.read_answers(await self._run(files, self.batch), tags)
        if said.refused:
            spoiled = _spoiled(suits, groups, said.refused.keys())
            await self._ask_again(suits, spoiled, numbers, said)
        return said, numbers

    async def _ask_again(
        self,
        suits: Sequence[Suit],
        spoiled: Sequence[int],
        numbers: Mapping[scenarios.Scenario, int],
        said: answers.Answers,
    ) -> None:
        """Puts in what suits say that are asked alone, or why they say nothing."""
        for index in spoiled:
            files = self._write(index, suits[index], numbers)
            (output,) = await self._run(list(files), len(suits) + 1)
            alone = answers.read_answers([output])
            why = next(iter(alone.refused.values()), "")
            for scenario in suits[index].scenarios:
                number = numbers[scenario]
                if why:
                    said.aborted[number] = why
                said.seen[number] = alone.seen.get(number, {})
                said.notices[number] = alone.notices.get(number, ())

    def _write(
        self, index: int, suit: Suit, numbers: Mapping[scenarios.Scenario, int]
    ) -> Iterable[Path]:
        rule_file = self.folder / f"{index}.rules.json"
        rule_file.write_text(documents.render_rules(suit.rules))
        ordered = sorted(suit.scenarios, key=lambda one: one.step)
        grouped = itertools.groupby(ordered, key=lambda one: one.step)
        for part, (step, found) in enumerate(grouped):
            asked = [documents.Question(numbers[one], {"": one}) for one in found]
            path = self.folder / f"{index}-{part}.json"
            path.write_text(documents.render_questions(rule_file.name, step, asked))
            yield path

    def _write_group(
        self,
        name: int,
        suits: Sequence[Suit],
        group: Sequence[sharing.Part],
        numbers: Mapping[scenarios.Scenario, int],
    ) -> Path:
        first = group[0].scenario
        rules = [
            documents.tagged(rule, _tag(part.suit))
            for part in group
            for rule in suits[part.suit].rules
        ]
        rule_file = self.folder / f"shared-{name}.rules.json"
        rule_file.write_text(documents.render_rules(rules))
        told = {_tag(part.suit): part.scenario for part in group}
        path = self.folder / f"shared-{name}.json"
        asked = [documents.Question(numbers[first], told)]
        path.write_text(documents.render_questions(rule_file.name, first.step, asked))
        return path

    async def _run(self, files: Sequence[Path], batch: int) -> Sequence[str]:
        gate = asyncio.Semaphore(self.workers)

        async def run(paths: Sequence[Path]) -> str:
            async with gate:
                outcome = await self.engine.test_rules(*paths)
            if isinstance(outcome, findings.NotChecked):
                raise EngineFailed(outcome.reason)
            return outcome.messages + outcome.output

        parts = [files[n : n + batch] for n in range(0, len(files), batch)]
        return await asyncio.gather(*map(run, parts))


def _number(suits: Sequence[Suit]) -> Mapping[scenarios.Scenario, int]:
    told = (scenario for suit in suits for scenario in suit.scenarios)
    return {scenario: number for number, scenario in enumerate(told, 1)}


def _tag(suit: int) -> str:
    return f"#{suit}"


def _spoiled(
    suits: Sequence[Suit],
    groups: Sequence[Sequence[sharing.Part]],
    refused: AbstractSet[str],
) -> Sequence[int]:
    """Gives the suits that were in a test with a rule that was refused."""
    guilty = {
        index
        for index, suit in enumerate(suits)
        if any(
            rule.name in refused or rule.name + _tag(index) in refused
            for rule in suit.rules
        )
    }
    return sorted(
        {
            part.suit
            for group in groups
            if any(one.suit in guilty for one in group)
            for part in group
        }
    )


class EngineFailed(errors.EnvironmentFailed):
    """The engine is missing, or did not end."""
