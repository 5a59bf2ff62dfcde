"""Scenarios for `promtool test rules`: series in, alerts out."""

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

import yaml

__all__ = [
    "RIGHT",
    "Book",
    "Judge",
    "Labels",
    "Notice",
    "Outcome",
    "Scenario",
    "firing",
    "silent",
    "valued",
]

RIGHT = "SUCCESS"
"""What promtool says of a scenario whose outcomes are all as claimed."""

_VERDICT = re.compile(r"^(?=  (?:SUCCESS|FAILED:)$)", re.MULTILINE)

P = ParamSpec("P")
T = TypeVar("T")

Labels = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a query gives at a time; alerts are asked through the series `ALERTS`."""

    query: str
    at: str
    samples: Sequence[tuple[Labels, float]]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An alert as it would be sent: all its labels and all its texts, rendered."""

    alert: str
    at: str
    labels: Labels
    annotations: Labels


def firing(alert: str, *labels: Labels, at: str) -> Outcome:
    """Claims that the alert fires once for each of `labels`, and for nothing else."""
    keys = ", ".join(labels[0])
    return Outcome(
        query=f'count by ({keys}) (ALERTS{{alertname="{alert}",alertstate="firing"}})',
        at=at,
        samples=[(one, 1) for one in labels],
    )


def silent(alert: str, *, at: str) -> Outcome:
    """Claims that the alert does not fire at all."""
    return Outcome(
        query=f'ALERTS{{alertname="{alert}",alertstate="firing"}}', at=at, samples=[]
    )


def valued(query: str, *samples: tuple[Labels, float], at: str) -> Outcome:
    """Claims that a query gives exactly these samples."""
    return Outcome(query=query, at=at, samples=samples)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Series, and what must come of them.

    Attributes:
        series: samples one `interval` apart, in promtool's notation.
        outcomes: what must be true, each at its time.
        interval: the scrape interval.
        evaluated: the interval of the evaluations; `interval` when it is `None`.
        groups: the rule files to load, by stem; all of them when it is empty.
    """

    series: Mapping[str, str]
    outcomes: Sequence[Outcome | Notice]
    interval: str = "15s"
    evaluated: str | None = None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Lets promtool decide whether rules do what a test claims of them.

    Attributes:
        rules: the rule files.
        folder: where the scenario may be written.
    """

    promtool: Path
    rules: Sequence[Path]
    folder: Path

    def check(
        self,
        series: Mapping[str, str],
        *outcomes: Outcome | Notice,
        interval: str = "15s",
    ) -> None:
        """Fails the test, in promtool's own words, where an outcome differs.

        Args:
            series: samples one `interval` apart, in promtool's notation.
            outcomes: what must be true, each at its time.
            interval: the scrape interval, and that of the evaluations.
        """
        one = Scenario(series=series, outcomes=outcomes, interval=interval)
        (verdict,) = self.judge({"scenario": one}).values()
        assert verdict == RIGHT

    def judge(self, scenarios: Mapping[str, Scenario]) -> Mapping[str, str]:
        """Gives promtool's word on each scenario, from one run over all of them."""
        paths = {name: self.folder / f"{name}.yml" for name in scenarios}
        for name, path in paths.items():
            path.write_text(yaml.safe_dump(self._document(scenarios[name])))
        run = subprocess.run(
            [self.promtool, "test", "rules", *paths.values()],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        # One word on each file, in their order; failures are said on stderr.
        _, *said = _VERDICT.split(run.stdout)
        assert len(said) == len(paths), run.stdout
        return dict(zip(paths, (words.strip() for words in said), strict=True))

    def _document(self, scenario: Scenario) -> object:
        return {
            "rule_files": [
                str(path)
                for path in self.rules
                if not scenario.groups or path.stem in scenario.groups
            ],
            "evaluation_interval": scenario.evaluated or scenario.interval,
            "fuzzy_compare": True,
            "tests": [
                {
                    "interval": scenario.interval,
                    "input_series": [
                        {"series": name, "values": values}
                        for name, values in scenario.series.items()
                    ],
                    "promql_expr_test": [
                        _query_document(outcome)
                        for outcome in scenario.outcomes
                        if isinstance(outcome, Outcome)
                    ],
                    "alert_rule_test": [
                        _notice_document(outcome)
                        for outcome in scenario.outcomes
                        if isinstance(outcome, Notice)
                    ],
                }
            ],
        }


@dataclass(frozen=True)
class Book:
    """The scenarios of a module, by the names of the tests that claim them.

    They are judged in one run, which is much quicker than a run for each.
    """

    scenarios: dict[str, Scenario] = field(default_factory=dict)

    def claim(
        self,
        series: Mapping[str, str],
        *outcomes: Outcome | Notice,
        interval: str = "15s",
        evaluated: str | None = None,
        groups: frozenset[str] = frozenset(),
    ) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """Gives a decorator: the test's verdict is the one on this scenario."""

        def _register(test: Callable[P, T]) -> Callable[P, T]:
            self.scenarios[test.__name__] = Scenario(
                series=series,
                outcomes=outcomes,
                interval=interval,
                evaluated=evaluated,
                groups=groups,
            )
            return test

        return _register


def _query_document(outcome: Outcome) -> object:
    return {
        "expr": outcome.query,
        "eval_time": outcome.at,
        "exp_samples": [
            {"labels": _selector(labels), "value": number}
            for labels, number in outcome.samples
        ],
    }


def _notice_document(notice: Notice) -> object:
    return {
        "alertname": notice.alert,
        "eval_time": notice.at,
        "exp_alerts": [
            {
                "exp_labels": dict(notice.labels),
                "exp_annotations": dict(notice.annotations),
            }
        ],
    }


def _selector(labels: Labels) -> str:
    matchers = ",".join(
        f'{name}="{text}"' for name, text in labels.items() if name != "__name__"
    )
    return f"{labels.get('__name__', '')}{{{matchers}}}"
