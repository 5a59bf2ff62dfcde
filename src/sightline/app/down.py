"""Stops a stack that runs in the background."""

import time
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.stack import control, launching, layout

__all__ = ["stop"]

_STOP_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.05


def stop(root: Path) -> bool:
    """Stops the stack of a project; says whether there was one.

    Raises:
        ComponentFailed: it did not end in a minute.
    """
    place = layout.Layout.of_project(root)
    try:
        control.Client(place.control_socket).request("shutdown")
    except errors.ServerUnavailable:
        return False
    end = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < end:
        # The lock is the supervisor's to its very end: free means that all is gone.
        try:
            with launching.hold_lock(place):
                return True
        except errors.StackRunning:
            time.sleep(_POLL_SECONDS)
    raise errors.ComponentFailed(
        f"the stack did not end within {_STOP_SECONDS:.0f} seconds;"
        f" see {place.log_of('supervisor')}"
    )
