"""Breaks the reference platform on purpose, and mends it."""

import contextlib
import difflib
import fnmatch
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from sightline import errors
from sightline.demo import degradations, faults
from sightline.model import units
from sightline.stack import control, files, layout, states

__all__ = ["Listed", "begin", "clear", "find_fault", "list_faults", "mend_later"]

_HELD: Final = {"stopped": "start", "withdrawn": "restore"}
"""What ends each state that only somebody's request can end."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A fault, and the record of it while it is in force."""

    fault: faults.Fault
    record: degradations.Degradation | None


def find_fault(name: str) -> faults.Fault:
    """Gives a fault by its name.

    Raises:
        InputError: there is none of that name.
    """
    if name not in faults.FAULTS:
        close = difflib.get_close_matches(name, faults.FAULTS, n=1)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        raise errors.InputError(
            f"unknown fault {name!r}{meant}\n    see all of them: sightline demo faults"
        )
    return faults.FAULTS[name]


def list_faults(root: Path, clock: Callable[[], float] = time.time) -> list[Listed]:
    """Gives every fault there is, and since when it is in force."""
    place = layout.Layout.of_project(root)
    active = faults.read_active(place.faults, clock())
    return [Listed(fault, active.get(name)) for name, fault in faults.FAULTS.items()]


def begin(
    root: Path,
    fault: faults.Fault,
    duration: units.Duration | None,
    clock: Callable[[], float] = time.time,
) -> degradations.Degradation:
    """Puts a fault in force, and gives the record of it.

    Programs end their degradation themselves when its time is over. Components stay
    away until they are asked back: see `mend_later`.

    Raises:
        ServerUnavailable: no stack runs.
        InputError: the stack runs without what the fault is about.
    """
    place = layout.Layout.of_project(root)
    client = control.Client(place.control_socket)
    orders = list(_orders(fault, client.observe()))
    started = clock()
    until = None if duration is None else started + duration.seconds
    record = faults.record(fault, started, until)
    path = _path_of(place, fault)
    # First the record: whoever sees the effect can look up its cause.
    files.write_atomically(path, degradations.encode(record))
    try:
        for do, component in orders:
            client.request(do, component)
    except errors.SightlineError:
        path.unlink(missing_ok=True)
        raise
    return record


def mend_later(
    root: Path,
    fault: faults.Fault,
    record: degradations.Degradation,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Waits until the fault's time is over and then brings its components back.

    Does nothing where the platform ends the fault itself. Interrupted, it mends at
    once.
    """
    if record.until is None or record.kind is not degradations.Kind.COMPONENTS:
        return
    try:
        sleep(max(0.0, record.until - clock()))
    finally:
        clear(root, fault)


def clear(root: Path, fault: faults.Fault | None = None) -> list[str]:
    """Ends one fault, or all of them, and gives the names of those that ended.

    What was held down for it comes back; with all faults, everything that anybody
    holds down. Without a stack there is nothing to bring back, and only the records
    are removed.
    """
    place = layout.Layout.of_project(root)
    chosen = faults.FAULTS.values() if fault is None else (fault,)
    ended = [one for one in chosen if _path_of(place, one).exists()]
    for one in ended:
        _path_of(place, one).unlink(missing_ok=True)
    client = control.Client(place.control_socket)
    with contextlib.suppress(errors.ServerUnavailable):
        state = client.observe()
        names = None if fault is None else {name for _, name in _orders(fault, state)}
        for component in state.components:
            if component.state in _HELD and (names is None or component.name in names):
                client.request(_HELD[component.state], component.name)
    return [one.name for one in ended]


def _path_of(place: layout.Layout, fault: faults.Fault) -> Path:
    return place.faults / f"{fault.name}.json"


def _orders(fault: faults.Fault, state: states.StackState) -> Iterator[tuple[str, str]]:
    """Gives what the supervisor is asked to do, and to which component.

    Raises:
        InputError: nothing that runs fits an effect.
    """
    names = [component.name for component in state.components]
    for effect in fault.effects:
        match effect:
            case faults.Degrade(service=service):
                _match(names, f"{service}*")  # it obeys the record, if it is there
            case faults.Stop(component):
                yield from (("stop", name) for name in _match(names, component))
            case faults.Withdraw(pattern):
                yield from (("withdraw", name) for name in _match(names, pattern))
            case _:
                assert_never(effect)


def _match(names: list[str], pattern: str) -> list[str]:
    found = fnmatch.filter(names, pattern)
    if not found:
        raise errors.InputError(
            f"the running stack has no component {pattern!r}; start it with the"
            " reference platform: sightline down, then sightline up"
        )
    return found
