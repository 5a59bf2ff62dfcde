import io
from pathlib import Path

import pytest

from sightline.app import verify
from sightline.cli import main, terminals
from sightline.verify import checks

PASSED = checks.passed("all", is_figure=True)
FAILED = checks.failed("gone")
NOT_CHECKED = checks.not_checked("no server")


def _run(
    monkeypatch: pytest.MonkeyPatch, evidence: checks.Evidence, *words: str
) -> tuple[int, str, list[verify.Request]]:
    asked: list[verify.Request] = []

    def answer(request: verify.Request, _: object) -> checks.Report:
        asked.append(request)
        check = checks.Check(subject=checks.Subject.ALERTS, evidence=(evidence,))
        return checks.Report(checks=(check,))

    monkeypatch.setattr(verify, "run", answer)
    out = io.StringIO()
    terminal = terminals.Terminal(
        out=out, err=io.StringIO(), environ={}, root=Path("project")
    )
    return main.run(["verify", *words], terminal), out.getvalue(), asked


@pytest.mark.parametrize(
    ("evidence", "words", "code"),
    [
        (PASSED, (), 0),
        (FAILED, (), 1),
        (NOT_CHECKED, (), 1),
        (NOT_CHECKED, ("--allow-not-checked",), 0),
        (FAILED, ("--allow-not-checked",), 1),
    ],
)
def test_exit_code_says_whether_everything_passed(
    monkeypatch: pytest.MonkeyPatch,
    evidence: checks.Evidence,
    words: tuple[str, ...],
    code: int,
) -> None:
    assert _run(monkeypatch, evidence, *words)[0] == code


def test_options_reach_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, asked = _run(
        monkeypatch, PASSED, "--env", "staging", "--wait", "30", "--format", "json"
    )
    assert asked == [
        verify.Request(
            root=Path("project"), environment="staging", patience_seconds=30.0
        )
    ]
    assert out.startswith('{\n  "ok": true,\n  "checks": [')
