"""Runs a command line and gives its exit code."""

import argparse
import difflib
import errno
import gc
import importlib
import keyword
import os
import sys
import tempfile
import traceback
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final, NoReturn

import sightline
from sightline import errors
from sightline.cli import terminals

__all__ = ["main", "open_parser", "run"]

_COMMANDS: Final[Mapping[str, str]] = {
    "init": "begin a spec for another company",
    "import": "begin a spec from a live Prometheus, rule files and dashboards",
    "up": "start the local stack: fetch, build, start, wait, verify",
    "down": "stop a background stack",
    "status": "show the components of the running stack",
    "logs": "show a component's log",
    "build": "write the artifacts",
    "check": "report mistakes in the spec and its artifacts",
    "prove": "show on the real engine what every alert does",
    "verify": "probe the live systems and print the evidence",
    "plan": "show what an apply would change in the live systems",
    "apply": "bring the live systems to what the spec builds, stage by stage",
    "slo": "show objectives, error budgets, burn rates and forecasts",
    "backtest": "show what rules would have done over history",
    "review": "hold the weekly, monthly or quarterly review",
    "collect": "expose metrics of databases, Redis, Stripe, surveys and certificates",
    "drill": "break it, time the page, mend it, and print what happened",
    "demo": "break the reference platform on purpose, and mend it",
}
_REFUSALS: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}
)
"""How a system refuses to read or write: no right to, or no room for it."""

_BUG: Final = 70
_OBJECTS_BETWEEN_LOOKS: Final = 50_000
_INTERRUPTED: Final = 130


class _Parser(argparse.ArgumentParser):
    """An argument parser that suggests the command that was probably meant."""

    def error(self, message: str) -> NoReturn:
        """Prints the message and where help is, and ends with exit code 2."""
        self.exit(2, f"{self.prog}: error: {message}\nTry: {self.prog} --help\n")


def main() -> int:
    """Runs the command in `sys.argv` and gives its exit code."""
    # What a command reads and builds it keeps: looking through it for cycles after
    # every 700 new objects costs a plan of a hundred dashboards an eighth.
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)
    terminal = terminals.Terminal(
        out=sys.stdout,
        err=sys.stderr,
        environ=os.environ,
        root=_find_root(os.environ, Path.cwd()),
    )
    return run(sys.argv[1:], terminal)


def run(argv: Sequence[str], terminal: terminals.Terminal) -> int:
    """Runs one command and gives its exit code; never raises.

    Args:
        argv: the words after the program's name.
        terminal: streams, environment and project root.

    Returns:
        0 ok, 1 findings or a failed verification, 2 bad input, 3 the environment
        failed, 70 a bug, 130 interrupted.
    """
    try:
        code = _dispatch(argv, terminal)
        terminal.out.flush()
    except SystemExit as end:  # argparse ends so, after --help and after mistakes
        return end.code if isinstance(end.code, int) else 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has gone: not an error, but nothing more may be
        # written, and the interpreter's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except errors.SightlineError as error:
        _print_error(error, terminal)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: a bug, kept for a report
        return _end_unexpectedly(error, terminal)
    return code


def open_parser(chosen: Collection[str] = tuple(_COMMANDS)) -> argparse.ArgumentParser:
    """Gives the parser of the command line.

    Args:
        chosen: the commands whose options it knows. Each of them is imported, so a run
            chooses one, and `--help` and `status` stay quick.
    """
    parser = _Parser(prog="sightline", description=sightline.__doc__)
    parser.add_argument(
        "--version", action="version", version=f"sightline {sightline.__version__}"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in _COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name in chosen:
            _import_command(name).configure(command)
    return parser


def _dispatch(argv: Sequence[str], terminal: terminals.Terminal) -> int:
    chosen = next((word for word in argv if not word.startswith("-")), None)
    parser = open_parser(() if chosen is None else (chosen,))
    if chosen is not None and chosen not in _COMMANDS:
        parser.error(_unknown_command(chosen))
    arguments = parser.parse_args(argv)
    if chosen is None:
        parser.print_help(terminal.err)
        return 2
    code: int = _import_command(chosen).run(arguments, terminal)
    return code


def _import_command(name: str) -> ModuleType:
    # `import` is a word of Python's own, and no name of a module.
    module = f"{name}_" if keyword.iskeyword(name) else name
    return importlib.import_module(f"sightline.cli.{module}")


def _unknown_command(name: str) -> str:
    close = difflib.get_close_matches(name, _COMMANDS, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    return f"unknown command {name!r}{meant}"


def _find_root(environ: Mapping[str, str], start: Path) -> Path:
    """Gives the folder that holds `monitoring/`: named, or here, or above here."""
    if named := environ.get("SIGHTLINE_ROOT"):
        return Path(named)
    for folder in (start, *start.parents):
        if (folder / "monitoring").is_dir():
            return folder
    return start


def _print_error(error: errors.SightlineError, terminal: terminals.Terminal) -> None:
    if isinstance(error, errors.SpecInvalid):
        print(error, file=terminal.err)
        count = len(error.findings)
        noun = "mistake" if count == 1 else "mistakes"
        print(f"sightline: the spec has {count} {noun}", file=terminal.err)
        return
    print(f"sightline: {error}", file=terminal.err)


def _end_unexpectedly(error: Exception, terminal: terminals.Terminal) -> int:
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        _print_refusal(error, terminal)
        return errors.EnvironmentFailed.exit_code
    _report_bug(error, terminal)
    return _BUG


def _print_refusal(error: OSError, terminal: terminals.Terminal) -> None:
    where = f" for {error.filename}" if error.filename else ""
    print(
        f"sightline: the system refused{where}: {error.strerror}\n"
        "    give this user the right or the room, or choose another folder",
        file=terminal.err,
    )


def _report_bug(error: Exception, terminal: terminals.Terminal) -> None:
    with tempfile.NamedTemporaryFile(
        "w", prefix="sightline-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        traceback.print_exception(error, file=report)
    print(
        f"sightline: this is a bug, and not your mistake: {type(error).__name__}\n"
        f"    the report for its mending is in {report.name}",
        file=terminal.err,
    )
