"""The page of the commands, from the parsers that read them."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from sightline.app.reference import tables

__all__ = ["render"]

_INTRODUCTION: Final = """\
# Commands

From a checkout a command is `./sightline …`, from an installed package `sightline …`.
The result goes to stdout, everything else to stderr. `--help` works everywhere.
Every command works on the folder that holds `monitoring/`: see
[SIGHTLINE_ROOT](environment.md).
"""
_FAILED: Final = (
    "a finding reaches the level asked (`check`), something failed or was not"
    " checked (`verify`, `up --background`), a release is blocked (`slo`)"
)
_EXIT_CODES: Final = (
    ("0", "all is well"),
    ("1", _FAILED),
    ("2", "the input cannot be used: the command line, or the spec"),
    ("3", "the surroundings failed: a program, a port, a download, a server"),
    ("70", "a bug; the message names the file with the report"),
    ("130", "interrupted by Ctrl-C (`up` in the foreground stops in order, with 0)"),
)


def render(parser: argparse.ArgumentParser) -> str:
    """Gives the page of a whole command line."""
    parts = [_INTRODUCTION, "## Exit codes\n"]
    parts.append(tables.render_table(("Code", "Meaning"), _EXIT_CODES))
    for command in _subcommands(parser):
        parts += _render_command(command, "./sightline", depth=2)
    return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class _Command:
    """A command, or what one of them does (`demo fault`)."""

    name: str
    summary: str
    parser: argparse.ArgumentParser


def _render_command(command: _Command, before: str, depth: int) -> Iterator[str]:
    name = f"{before} {command.name}"
    yield f"{'#' * depth} {name.removeprefix('./sightline ')}\n"
    yield f"{command.summary[:1].upper()}{command.summary[1:]}.\n"
    inner = _subcommands(command.parser)
    arguments = [
        action
        for action in _actions(command.parser)
        if action.dest != "help" and not _is_choice_of_commands(action)
    ]
    if not inner:
        yield f"```\n{' '.join([name, *map(_usage, arguments)])}\n```\n"
    if arguments:
        rows = [(_spelling(action), action.help or "") for action in arguments]
        yield tables.render_table(("Argument", "Meaning"), rows)
    if command.parser.epilog:
        yield command.parser.epilog + "\n"
    for narrower in inner:
        yield from _render_command(narrower, name, depth + 1)


def _subcommands(parser: argparse.ArgumentParser) -> Sequence[_Command]:
    return [
        _Command(one.dest, one.help or "", action.choices[one.dest])
        for action in _actions(parser)
        if _is_choice_of_commands(action)
        for one in action._choices_actions  # noqa: SLF001 - see `_actions`
    ]


def _is_choice_of_commands(
    action: argparse.Action,
) -> TypeGuard["argparse._SubParsersAction[argparse.ArgumentParser]"]:
    return isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 - see `_actions`


def _actions(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    # argparse tells of its arguments in no other way than as text for a terminal.
    return parser._actions  # noqa: SLF001


def _usage(action: argparse.Action) -> str:
    text = (
        f"{action.option_strings[-1]} {_argument(action)}".rstrip()
        if action.option_strings
        else _argument(action)
    )
    if action.nargs == "*":
        return f"[{text} …]"
    return text if action.required else f"[{text}]"


def _spelling(action: argparse.Action) -> str:
    spelled = ", ".join(action.option_strings)
    argument = _argument(action)
    default = action.default
    text = f"`{' '.join(filter(None, (spelled, argument)))}`"
    is_said = "default" in (action.help or "")
    if action.option_strings and action.nargs != 0 and default and not is_said:
        return f"{text} (default: `{default}`)"
    return text


def _argument(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.metavar:
        return str(action.metavar)
    if action.choices:
        return "|".join(map(str, action.choices))
    return action.dest.upper()
