"""`demo`: breaks the reference platform on purpose, and mends it."""

import argparse
from datetime import UTC, datetime

from sightline.app import demo
from sightline.cli import assignments, terminals

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds what there is to do."""
    todo = parser.add_subparsers(dest="todo", metavar="DO", required=True)
    begin = todo.add_parser("fault", help="put a fault in force")
    begin.add_argument("name", metavar="NAME", help="see: sightline demo faults")
    begin.add_argument(
        "--for",
        dest="duration",
        type=assignments.parse_duration,
        metavar="DURATION",
        help="such as 5m; until `demo clear` when not given",
    )
    todo.add_parser("faults", help="list the faults, and which are in force")
    end = todo.add_parser("clear", help="end faults and bring back what they took")
    end.add_argument("name", metavar="NAME", nargs="?", help="default: all")


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Does what was asked; 3 when no stack runs."""
    match arguments.todo:
        case "fault":
            _begin(arguments, terminal)
        case "faults":
            for listed in demo.list_faults(terminal.root):
                print(_render(listed), file=terminal.out)
        case _:
            one = demo.find_fault(arguments.name) if arguments.name else None
            ended = demo.clear(terminal.root, one)
            print(f"ended: {', '.join(ended) or 'nothing'}", file=terminal.out)
    return 0


def _begin(arguments: argparse.Namespace, terminal: terminals.Terminal) -> None:
    fault = demo.find_fault(arguments.name)
    record = demo.begin(terminal.root, fault, arguments.duration)
    end = f"for {arguments.duration}" if arguments.duration else "until demo clear"
    print(f"{fault.name}: {fault.description}, {end}", file=terminal.out)
    print(f"expect {fault.alert} of {fault.service}", file=terminal.out, flush=True)
    demo.mend_later(terminal.root, fault, record)


def _render(listed: demo.Listed) -> str:
    fault, record = listed.fault, listed.record
    row = f"{fault.name:<27} {fault.alert:<22} {fault.description}"
    if record is None:
        return row
    since = datetime.fromtimestamp(record.started, UTC)
    return f"{row}\n    IN FORCE since {since:%Y-%m-%d %H:%M:%S} UTC"
