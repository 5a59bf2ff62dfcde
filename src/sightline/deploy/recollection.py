"""What the lines of a ledger add up to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol, assert_never

from sightline.deploy import ledger_lines, memories, resources

__all__ = ["Shelf", "kept_states", "recall"]

_STATES_KEPT: Final = 10
"""How many applies back a document can be found; more would only fill the disk."""


class Shelf(Protocol):
    """Where states are kept by name."""

    def load(self, name: str) -> memories.State:
        """Gives a state; what is not kept any more is left out."""
        ...


@dataclass(frozen=True)
class _Finished:
    """A state that an apply led to, and names of what it took over on the way."""

    state: str
    adopted: tuple[str, ...]


@dataclass
class _Past:
    """The past as it is known after some lines."""

    begun: ledger_lines.Begun | None = None
    failure: str = ""
    landed: dict[resources.Identity, str | None] = field(default_factory=dict)
    since: list[ledger_lines.Begun] = field(default_factory=list)
    finished: list[_Finished] = field(default_factory=list)

    def add(self, line: ledger_lines.Line) -> None:
        match line:
            case ledger_lines.Begun():
                self.begun, self.failure = line, ""
                self.since.append(line)
            case ledger_lines.Landed():
                self.landed[line.resource] = line.after
            case ledger_lines.Ended(failure=""):
                if self.begun is not None:
                    self.finished.append(_Finished(self.begun.state, self.adopted))
                self.begun, self.landed, self.since = None, {}, []
            case ledger_lines.Ended(failure=failure):
                self.failure = failure
            case _:
                assert_never(line)

    @property
    def adopted(self) -> tuple[str, ...]:
        """Names of what was taken over since an apply finished, oldest first."""
        return tuple(one.adopted for one in self.since if one.adopted is not None)


def recall(lines: Iterable[ledger_lines.Line], shelf: Shelf) -> memories.Memory:
    """Gives what is known of the past.

    Args:
        lines: of the ledger, oldest first.
        shelf: has the states and documents that they name.
    """
    past = _replay(lines)
    # Only these are ever gone back to; the rest need not be read.
    finished = tuple(shelf.load(one.state) for one in past.finished[-2:])
    applied = dict(finished[-1]) if finished else {}
    intended: dict[resources.Identity, frozenset[str]] = {}
    for begun in past.since:
        for one in begun.changes:
            known = intended.get(one.resource, frozenset())
            intended[one.resource] = known | ({one.after} if one.after else set())
        _land(past.landed, shelf.load(begun.state), applied)
    return memories.Memory(
        applied=applied,
        intended=intended,
        finished=finished,
        adopted=_load_adopted(past, shelf),
        interruption=_interruption(past),
    )


def kept_states(lines: Iterable[ledger_lines.Line]) -> tuple[str, ...]:
    """Gives the names of the states that somebody may want again."""
    past = _replay(lines)
    kept = past.finished[-_STATES_KEPT:]
    begun = (one.state for one in past.since)
    adopted = (name for one in kept for name in one.adopted)
    names = {*(one.state for one in kept), *begun, *adopted, *past.adopted}
    return tuple(names - {""})


def _load_adopted(past: _Past, shelf: Shelf) -> memories.State | None:
    """Gives what the last apply took over, as it was before anybody began."""
    names = past.adopted
    if past.begun is None:
        names = past.finished[-1].adopted if past.finished else ()
    if not names:
        return None
    found: dict[resources.Identity, resources.Resource] = {}
    for name in reversed([one for one in names if one]):
        found |= shelf.load(name)
    return found


def _replay(lines: Iterable[ledger_lines.Line]) -> _Past:
    past = _Past()
    for line in lines:
        past.add(line)
    return past


def _land(
    landed: dict[resources.Identity, str | None],
    state: memories.State,
    applied: dict[resources.Identity, resources.Resource],
) -> None:
    for identity, after in landed.items():
        if after is None:
            applied.pop(identity, None)
        elif identity in state and state[identity].fingerprint == after:
            applied[identity] = state[identity]


def _interruption(past: _Past) -> memories.Interruption | None:
    if past.begun is None:
        return None
    planned = {one.resource for one in past.begun.changes}
    return memories.Interruption(
        who=past.begun.who,
        at=past.begun.at,
        landed=len(planned & past.landed.keys()),
        total=len(planned),
        failure=past.failure,
    )
