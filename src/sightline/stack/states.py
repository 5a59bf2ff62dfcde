"""The state of a stack: what `status` shows and `run/state.json` holds."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sightline.stack import files

__all__ = [
    "ComponentState",
    "StackState",
    "decode_state",
    "encode_state",
    "read_state",
    "write_state",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentState:
    """One component as it is.

    Attributes:
        state: a value of `runners.State`.
        pid: `None` while there is no process.
        started: when the process was started, in the system's words: its identity.
        rss_bytes: resident memory, that of its descendants included.
        restarts: how often the supervisor had to start it again.
    """

    name: str
    state: str
    pid: int | None
    started: str | None
    port: int | None
    version: str
    source: str
    rss_bytes: int
    restarts: int
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackState:
    """All components; `is_started` once every wave has had its turn."""

    is_started: bool
    guard_pid: int | None
    components: tuple[ComponentState, ...]


def encode_state(state: StackState) -> Mapping[str, object]:
    """Gives the JSON form of a state."""
    return asdict(state)


def decode_state(document: object) -> StackState:
    """Reads what `encode_state` gave.

    Raises:
        ValueError: it is something else.
    """
    try:
        fields = dict(document)  # type: ignore[call-overload]  # judged by the except
        listed = fields.pop("components")
        return StackState(components=tuple(map(_decode_component, listed)), **fields)
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"not a stack's state: {error}") from error


def _decode_component(entry: Mapping[str, Any]) -> ComponentState:
    return ComponentState(**{**entry, "argv": tuple(entry["argv"])})


def write_state(path: Path, state: StackState) -> None:
    """Writes a state for readers and for the next start."""
    files.write_atomically(path, json.dumps(encode_state(state)) + "\n", mode=0o600)


def read_state(path: Path) -> StackState | None:
    """Reads a state; `None` when there is none, or a damaged one."""
    try:
        return decode_state(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return None
