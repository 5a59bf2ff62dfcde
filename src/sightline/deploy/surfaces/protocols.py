"""The seam between plans and live systems: reading and writing are different types.

What explains a plan is given no writer, so it cannot write.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from sightline.deploy import changes, observations, resources

__all__ = ["Announcer", "Judge", "Landed", "Reader", "Surfaces", "Writer"]

Landed: TypeAlias = Callable[[resources.Identity], None]
"""Is told of each change as soon as it is done; it is in the ledger on return."""


class Reader(Protocol):
    """Reads one surface."""

    async def observe(
        self, interest: Collection[resources.Resource]
    ) -> observations.Observation:
        """Gives what is live of the resources asked for, and what else lies there.

        A resource that is found is given as if it had been built: without what the
        surface adds by itself. What cannot be seen is `unseen`, with the reason;
        nothing is raised for it.

        Args:
            interest: resources of this surface, wanted or applied before; where a
                surface fills in defaults, they say which fields are ours.
        """
        ...


class Writer(Protocol):
    """Changes one surface."""

    async def apply(self, pending: Sequence[changes.Pending], landed: Landed) -> None:
        """Makes changes live, as one stage, and shows that they are in effect.

        `before` of each change is what was found a moment ago, its revision included.
        Doing again what was done already is harmless.

        Raises:
            errors.LiveChanged: a resource is no longer what `before` says.
            errors.SightlineError: the surface refused; `landed` was told what is done.
        """
        ...


class Judge(Protocol):
    """Knows beforehand what a surface would refuse."""

    async def judge(self, pending: Sequence[changes.Pending]) -> None:
        """Returns when nothing of all that is planned would be refused.

        It is asked before the first stage, so that what a later stage would refuse
        does not leave an apply half done: new routes, say, with old rules.

        Raises:
            errors.SightlineError: something would be refused, or cannot be judged.
        """
        ...


class Announcer(Protocol):
    """Marks a deployment where people look."""

    async def announce(self, text: str) -> None:
        """Leaves the mark; raises `errors.SightlineError` where that fails."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surfaces:
    """The live systems of one environment.

    Attributes:
        judges: of the surfaces that can tell beforehand.
    """

    readers: Mapping[resources.Surface, Reader]
    writers: Mapping[resources.Surface, Writer]
    announcers: tuple[Announcer, ...] = ()
    judges: Mapping[resources.Surface, Judge] = field(default_factory=dict)
