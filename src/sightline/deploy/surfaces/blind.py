"""A surface that cannot be reached, for a reason that is known beforehand."""

from collections.abc import Collection, Sequence

from sightline import errors
from sightline.deploy import changes, observations, resources
from sightline.deploy.surfaces import protocols

__all__ = ["Blind"]


class Blind:
    """Sees nothing and changes nothing; a reader and a writer."""

    def __init__(self, surface: resources.Surface, reason: str) -> None:
        self._surface = surface
        self._reason = reason

    async def observe(
        self, interest: Collection[resources.Resource]
    ) -> observations.Observation:
        """Gives that nothing could be seen, and why."""
        return observations.blind(self._surface, interest, self._reason)

    async def apply(
        self, pending: Sequence[changes.Pending], landed: protocols.Landed
    ) -> None:
        """Refuses."""
        del pending, landed
        raise errors.ServerUnavailable(self._reason)
