"""Looks at many things at once, and turns a silent server into evidence."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Final

from sightline import errors
from sightline.verify import checks

__all__ = ["count", "gather", "list_some"]

_MOST_NAMED: Final = 5


async def gather(
    *looks: Awaitable[Iterable[checks.Evidence]],
) -> tuple[checks.Evidence, ...]:
    """Gives the evidence of all `looks`, in their order, each reason only once."""
    found = await asyncio.gather(*(_settle(look) for look in looks))
    return tuple(dict.fromkeys(one for evidence in found for one in evidence))


def count(number: int, noun: str) -> str:
    """Gives `1 rule` or `2 rules`; the noun is given in the singular."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def list_some(names: Iterable[str]) -> str:
    """Gives names for a message, the first few of them when they are many."""
    listed = list(names)
    rest = len(listed) - _MOST_NAMED
    shown = ", ".join(listed[:_MOST_NAMED])
    return f"{shown} and {rest} more" if rest > 0 else shown


async def _settle(
    look: Awaitable[Iterable[checks.Evidence]],
) -> tuple[checks.Evidence, ...]:
    try:
        return tuple(await look)
    except errors.ServerUnavailable as error:
        return (checks.failed(str(error)),)
