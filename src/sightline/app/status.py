"""Shows the components of a stack."""

import json
from collections.abc import Sequence
from pathlib import Path

from sightline.stack import control, layout, states

__all__ = ["observe", "render_json", "render_table"]

_MEBIBYTE = 1 << 20
_HEADINGS = ("NAME", "STATE", "PID", "PORT", "RSS MiB", "VERSION", "SOURCE")


def observe(root: Path) -> states.StackState:
    """Gives the state of a project's stack.

    Raises:
        ServerUnavailable: none runs.
    """
    return control.Client(layout.Layout.of_project(root).control_socket).observe()


def render_json(state: states.StackState | None) -> str:
    """Writes a state as JSON; no components when no stack runs."""
    listed = state.components if state else ()
    document = {
        "components": [
            {
                "name": component.name,
                "state": component.state,
                "pid": component.pid,
                "port": component.port,
                "version": component.version,
                "source": component.source,
                "rss_bytes": component.rss_bytes,
                "restarts": component.restarts,
            }
            for component in listed
        ]
    }
    return json.dumps(document, indent=2)


def render_table(state: states.StackState) -> str:
    """Writes a state as a table, with the sum of the memory below."""
    rows: list[Sequence[str]] = [_HEADINGS]
    rows += [
        (
            component.name,
            component.state,
            str(component.pid or "-"),
            str(component.port or "-"),
            f"{component.rss_bytes / _MEBIBYTE:.1f}",
            component.version or "-",
            component.source,
        )
        for component in state.components
    ]
    total = sum(component.rss_bytes for component in state.components)
    rows.append(("total", "", "", "", f"{total / _MEBIBYTE:.1f}", "", ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
