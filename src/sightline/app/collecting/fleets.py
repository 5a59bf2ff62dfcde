"""The sources that run, kept like the plan: only what changed is started anew."""

from collections.abc import Mapping

from sightline.app.collecting import opening, plans
from sightline.collectors import running

__all__ = ["Fleet"]


class Fleet:
    """A roster that follows the plan."""

    def __init__(self, roster: running.Roster) -> None:
        self.roster = roster
        self._planned: dict[str, plans.Planned] = {}

    async def follow(self, planned: Mapping[str, plans.Planned]) -> None:
        """Ends what is gone or other than before, and starts what is new."""
        for name, known in tuple(self._planned.items()):
            if planned.get(name) != known:
                del self._planned[name]
                await self.roster.remove(name)
        for name, wanted in planned.items():
            if name not in self._planned:
                self.roster.add(opening.open_member(wanted))
                self._planned[name] = wanted

    def find(self, name: str) -> plans.Planned | None:
        """Gives the plan by which a source runs."""
        return self._planned.get(name)

    async def close(self) -> None:
        """Ends everything."""
        self._planned.clear()
        await self.roster.close()
