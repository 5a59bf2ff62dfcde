"""Scenarios for `promtool test rules`: series in, alerts out."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["Judge", "Labels", "Notice", "Outcome", "firing", "silent", "valued"]

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
        scenario = self.folder / "scenario.yml"
        scenario.write_text(yaml.safe_dump(self._document(series, outcomes, interval)))
        run = subprocess.run(
            [self.promtool, "test", "rules", scenario],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr

    def _document(
        self,
        series: Mapping[str, str],
        outcomes: Sequence[Outcome | Notice],
        interval: str,
    ) -> object:
        return {
            "rule_files": [str(path) for path in self.rules],
            "evaluation_interval": interval,
            "fuzzy_compare": True,
            "tests": [
                {
                    "interval": interval,
                    "input_series": [
                        {"series": name, "values": values}
                        for name, values in series.items()
                    ],
                    "promql_expr_test": [
                        _query_document(outcome)
                        for outcome in outcomes
                        if isinstance(outcome, Outcome)
                    ],
                    "alert_rule_test": [
                        _notice_document(outcome)
                        for outcome in outcomes
                        if isinstance(outcome, Notice)
                    ],
                }
            ],
        }


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
