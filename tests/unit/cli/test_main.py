"""The command line ends with the promised exit codes and never with a traceback."""

import errno
import io
from pathlib import Path

import pytest

import sightline
from sightline import errors
from sightline.cli import main, terminals
from sightline.cli import status as status_command
from sightline.model import findings, spans


def _terminal() -> terminals.Terminal:
    return terminals.Terminal(
        out=io.StringIO(), err=io.StringIO(), environ={}, root=Path("nowhere")
    )


def _error_text(terminal: terminals.Terminal) -> str:
    assert isinstance(terminal.err, io.StringIO)
    return terminal.err.getvalue()


def test_unknown_command_suggests_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main.run(["verfy"], _terminal()) == 2
    assert capsys.readouterr().err == (
        "sightline: error: unknown command 'verfy'; did you mean 'verify'?\n"
        "Try: sightline --help\n"
    )


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--version"], _terminal()) == 0
    assert capsys.readouterr().out == f"sightline {sightline.__version__}\n"


def test_no_command_prints_help_and_is_bad_input() -> None:
    terminal = _terminal()
    assert main.run([], terminal) == 2
    assert _error_text(terminal).startswith("usage: sightline ")


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (errors.InputError("no such file"), 2, "sightline: no such file\n"),
        (errors.ComponentMissing("no redis"), 3, "sightline: no redis\n"),
    ],
)
def test_errors_become_messages_and_exit_codes(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, text: str
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(status_command, "run", fail)
    terminal = _terminal()
    assert main.run(["status"], terminal) == code
    assert _error_text(terminal) == text


def test_every_mistake_in_the_spec_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = findings.Finding(
        check="spec/duration",
        severity=findings.FindingSeverity.ERROR,
        span=spans.Span(file="monitoring/a.yaml", line=3, column=7),
        message="expected a duration such as '5m', found '5'",
        hint="write a number followed by ms, s, m, h, d, w or y",
    )

    def fail(*_: object) -> int:
        raise errors.SpecInvalid((finding, finding))

    monkeypatch.setattr(status_command, "run", fail)
    terminal = _terminal()
    assert main.run(["status"], terminal) == 2
    line = (
        "monitoring/a.yaml:3:7: error: expected a duration such as '5m', found '5'"
        " [spec/duration]\n"
        "    write a number followed by ms, s, m, h, d, w or y\n"
    )
    assert _error_text(terminal) == line * 2 + "sightline: the spec has 2 mistakes\n"


def test_a_bug_is_said_and_kept_never_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> int:
        raise KeyError("secret")

    monkeypatch.setattr(status_command, "run", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    terminal = _terminal()
    assert main.run(["status"], terminal) == 70
    assert _error_text(terminal).startswith(
        "sightline: this is a bug, and not your mistake: KeyError\n"
    )
    assert "secret" not in _error_text(terminal)
    (report,) = tmp_path.iterdir()
    assert "KeyError: 'secret'" in report.read_text()


@pytest.mark.parametrize(
    ("refusal", "where"),
    [
        (OSError(errno.EACCES, "Permission denied", "/srv/cache"), " for /srv/cache"),
        (OSError(errno.ENOSPC, "No space left on device"), ""),
    ],
)
def test_what_the_system_refuses_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, refusal: OSError, where: str
) -> None:
    def fail(*_: object) -> int:
        raise refusal

    monkeypatch.setattr(status_command, "run", fail)
    terminal = _terminal()
    assert main.run(["status"], terminal) == 3
    assert _error_text(terminal) == (
        f"sightline: the system refused{where}: {refusal.strerror}\n"
        "    give this user the right or the room, or choose another folder\n"
    )


def test_interruption_has_the_shells_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(status_command, "run", fail)
    assert main.run(["status"], _terminal()) == 130
