"""Finds the environment that a command is meant for."""

import difflib

from sightline import errors
from sightline.model import environments, monitoring

__all__ = ["choose"]


def choose(
    declared: monitoring.Monitoring, name: str | None
) -> environments.Environment:
    """Gives the environment called `name`, or the spec's first without a name.

    Raises:
        InputError: when the spec declares no such environment.
    """
    known = declared.environments
    if name is None and known:
        return next(iter(known.values()))
    if name is not None and name in known:
        return known[name]
    if not known:
        raise errors.InputError("the spec declares no environment; add one to it")
    close = difflib.get_close_matches(name or "", known, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    raise errors.InputError(
        f"expected one of the environments {', '.join(known)}, found {name!r}{meant}"
    )
