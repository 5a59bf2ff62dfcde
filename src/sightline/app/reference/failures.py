"""The page of the errors, from the tree of exceptions."""

import inspect
from collections.abc import Iterator
from typing import Final

from sightline import errors
from sightline.app.reference import tables

__all__ = ["render"]

_INTRODUCTION: Final = """\
# Errors

A mistake in the spec is a *finding*: all of them are shown, each with its
`file:line:column`, and the command ends with exit code 2. What could not be looked
at is *not checked*, and never passed. Everything else that keeps a command from its
work is one of these classes of `sightline.errors`; an indented one is a kind of the
one above it, and is caught with it.
"""
_CONCLUSION: Final = """\
Any other exception is a bug: exit code 70, and the message names a file with the
report. See also the [exit codes](commands.md#exit-codes).
"""


def render() -> str:
    """Gives the page of all exceptions that sightline raises on purpose."""
    rows = [
        (
            "&emsp;" * depth + f"`{kind.__name__}`",
            str(kind.exit_code),
            inspect.cleandoc(kind.__doc__ or "").splitlines()[0],
        )
        for kind, depth in _walk(errors.SightlineError, 0)
    ]
    table = tables.render_table(("Class", "Exit code", "Meaning"), rows)
    return f"{_INTRODUCTION}\n{table}\n{_CONCLUSION}"


def _walk(
    kind: type[errors.SightlineError], depth: int
) -> Iterator[tuple[type[errors.SightlineError], int]]:
    yield kind, depth
    for narrower in sorted(kind.__subclasses__(), key=lambda one: one.__name__):
        # A subclass elsewhere would depend on what happens to be imported.
        if narrower.__module__ == errors.__name__:
            yield from _walk(narrower, depth + 1)
