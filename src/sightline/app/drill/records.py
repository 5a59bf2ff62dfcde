"""What drills showed: as JSON, as text, and kept for the console and the next time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.model import routing, units

__all__ = [
    "Drill",
    "describe",
    "has_failed",
    "keep",
    "load_last",
    "render_json",
    "render_text",
]

_FILE: Final = "drills.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One drill; times are in Unix seconds, `None` where it did not happen.

    Attributes:
        fired_at: the evaluation at which the alert fired.
        delivered: when each channel was told first.
        expected: the channels that the alert's priority promises.
        hold_seconds: the alert's own `for`.
        resolved_at: when the last of the channels was told of the end.
        unexpected: other alerts that fired and are no foreseen consequence.
    """

    scenario: str
    alert: str
    fault_at: float
    fired_at: float | None
    delivered: Mapping[routing.Channel, float]
    expected: Sequence[str]
    hold_seconds: float
    resolved_at: float | None
    unexpected: Sequence[str]

    @property
    def told_at(self) -> float | None:
        """When the last of the channels was told, in Unix seconds."""
        return max(self.delivered.values(), default=None)

    @property
    def is_passed(self) -> bool:
        """Whether it fired, and all who are promised that were told of both ends."""
        told = {channel.value for channel in self.delivered}
        is_ended = self.resolved_at is not None or not self.expected
        return self.fired_at is not None and told == set(self.expected) and is_ended


def has_failed(drills: Sequence[Drill]) -> bool:
    """Whether somebody was not told in one of the drills."""
    return not all(one.is_passed for one in drills)


def describe(drill: Drill) -> Mapping[str, object]:
    """Gives a drill as the contract of the command has it."""
    return {
        "scenario": drill.scenario,
        "alert": drill.alert,
        "fault_at": drill.fault_at,
        "fired_at": drill.fired_at,
        "delivered": {
            channel.value: drill.delivered.get(channel) for channel in routing.Channel
        },
        "resolved_at": drill.resolved_at,
        "unexpected": list(drill.unexpected),
        "expected": list(drill.expected),
        "for_seconds": drill.hold_seconds,
        "passed": drill.is_passed,
    }


def render_json(drills: Sequence[Drill]) -> str:
    """Gives `{"runs": […]}`."""
    return json.dumps({"runs": [describe(one) for one in drills]}, indent=2) + "\n"


def render_text(drills: Sequence[Drill]) -> str:
    """Gives a line for each drill, and a line for what nobody foresaw."""
    return "".join(f"{line}\n" for one in drills for line in _lines(one))


def keep(folder: Path, drill: Drill) -> None:
    """Adds a drill to the file of all of them."""
    with (folder / _FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(describe(drill)) + "\n")


def load_last(folder: Path) -> Mapping[str, Drill]:
    """Gives the last drill of each scenario that was kept.

    A line that is none is passed over: a drill that ends now is being written.
    """
    try:
        lines = (folder / _FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    found = (_read(line) for line in lines)
    return {one.scenario: one for one in found if one is not None}


def _read(line: str) -> Drill | None:
    try:
        kept = json.loads(line)
        return Drill(
            scenario=kept["scenario"],
            alert=kept["alert"],
            fault_at=kept["fault_at"],
            fired_at=kept["fired_at"],
            delivered={
                routing.Channel(name): time
                for name, time in kept["delivered"].items()
                if time is not None
            },
            expected=tuple(kept["expected"]),
            hold_seconds=kept["for_seconds"],
            resolved_at=kept["resolved_at"],
            unexpected=tuple(kept["unexpected"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _lines(drill: Drill) -> list[str]:
    mark = "✅" if drill.is_passed else "❌"
    lines = [
        (
            f"{mark} {drill.scenario:<27} {drill.alert:<22} "
            f"fired {_after(drill.fired_at, drill.fault_at):>7}   "
            f"told {_after(drill.told_at, drill.fault_at):>7} "
            f"(for {units.Duration.of_seconds(drill.hold_seconds)})   "
            f"resolved {_after(drill.resolved_at, drill.fault_at):>7}"
        )
    ]
    missing = set(drill.expected) - {one.value for one in drill.delivered}
    if missing:
        lines.append(f"    not told: {', '.join(sorted(missing))}")
    if drill.unexpected:
        lines.append(f"    also fired: {', '.join(drill.unexpected)}")
    return lines


def _after(time: float | None, begin: float) -> str:
    return "never" if time is None else f"{time - begin:.1f} s"
