"""The exit codes and the streams of `sightline slo`."""

import argparse
import datetime as dt
import io
import json
from pathlib import Path

import pytest

from sightline.app.slo import reading, standings
from sightline.cli import slo, terminals
from sightline.compilers.slo import lints
from sightline.model import names, slos
from support import builders, objectives


def measured(left: float, coverage: float = 1.0) -> standings.Measured:
    return standings.Measured(
        error_ratio=(1 - left) / 1000,
        budget_remaining=left,
        coverage=coverage,
        ratios={builders.duration("1h"): 0.0},
        month=standings.Month(events=None, error_ratio=None, coverage=None),
        recent=None,
        events_per_period=100.0,
        samples_per_evaluation=17_280,
        samples_per_second=500.0,
    )


def report(*found: standings.Measured) -> reading.Report:
    alias = slos.Alias(
        name=names.SloName("errors"),
        title="Few errors",
        of=names.SloName("x"),
        span=builders.SPAN,
    )
    levels = objectives.service_levels(objectives.objective(), aliases=(alias,))
    at = dt.datetime(2026, 11, 7, tzinfo=dt.UTC)
    return reading.Report(
        levels=levels,
        standings=tuple(
            standings.judge(objectives.objective(), one, levels, at) for one in found
        ),
        findings=tuple(
            lints.find_short_retention(
                [objectives.objective()],
                builders.environment(retention=builders.duration("15d")),
            )
        ),
    )


def run(
    monkeypatch: pytest.MonkeyPatch, shown: reading.Report, *words: str
) -> tuple[int, str, str, reading.Request]:
    asked: list[reading.Request] = []

    def answer(request: reading.Request) -> reading.Report:
        asked.append(request)
        return shown

    monkeypatch.setattr(reading, "run", answer)
    parser = argparse.ArgumentParser()
    slo.configure(parser)
    terminal = terminals.Terminal(
        out=io.StringIO(), err=io.StringIO(), environ={}, root=Path("/nowhere")
    )
    code = slo.run(parser.parse_args(words), terminal)
    assert isinstance(terminal.out, io.StringIO)
    assert isinstance(terminal.err, io.StringIO)
    return code, terminal.out.getvalue(), terminal.err.getvalue(), asked[0]


def test_row_104_an_exhausted_budget_gives_exit_code_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run(monkeypatch, report(measured(0.5)))[0] == 0
    assert run(monkeypatch, report(measured(0.5), measured(-0.1)))[0] == 1


def test_row_106_the_gate_does_not_pass_what_is_not_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    young = report(measured(1.0, coverage=0.033))
    assert run(monkeypatch, young)[0] == 0
    assert run(monkeypatch, young, "--gate")[0] == 1


def test_findings_go_to_the_error_stream_only(monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, err, _ = run(monkeypatch, report(measured(1.0)))
    assert "slo/short-retention" in err
    assert "slo/short-retention" not in out


@pytest.mark.parametrize(
    "text", ["1793923200", "2026-11-06T00:00:00Z", "2026-11-06T00:00:00"]
)
def test_a_time_is_unix_seconds_or_iso_8601(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    request = run(monkeypatch, report(measured(1.0)), "--at", text)[3]
    assert request.at == dt.datetime(2026, 11, 6, tzinfo=dt.UTC)


def test_row_86_equal_objectives_have_one_line_and_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, out, _, _ = run(monkeypatch, report(measured(1.0)))
    assert "errors is x: Few errors." in out
    document = run(monkeypatch, report(measured(1.0)), "--format", "json")[1]
    assert json.loads(document)["slos"][0]["aliases"] == ["errors"]


def test_a_thin_objective_says_how_many_events_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, out, _, _ = run(monkeypatch, report(measured(1.0)))
    assert "no: one failure is too many below 1,000 events" in out


def test_another_time_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, report(measured(1.0)), "--at", "yesterday")
    assert (
        "expected Unix seconds or a time such as 2027-01-31T12:00:00Z, "
        "found 'yesterday'"
    ) in capsys.readouterr().err
