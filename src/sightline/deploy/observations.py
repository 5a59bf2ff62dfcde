"""What was found on a surface, and what could not be seen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sightline.deploy import resources

__all__ = ["Observation", "blind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One look at a surface.

    Attributes:
        found: what is there, of what was asked for.
        idle: of `found`, what is stored but not in effect: a file written before its
            server was told to read it.
        ours: of `found`, what carries our own mark although nobody asked for it.
        others: what is there beside them and is somebody else's; it is left alone.
        unseen: what was asked for and could not be looked at, with the reason.
    """

    surface: resources.Surface
    found: Mapping[resources.Identity, resources.Resource]
    idle: frozenset[resources.Identity] = frozenset()
    ours: frozenset[resources.Identity] = frozenset()
    others: tuple[resources.Identity, ...] = ()
    unseen: Mapping[resources.Identity, str] = field(default_factory=dict)


def blind(
    surface: resources.Surface,
    interest: Collection[resources.Resource],
    reason: str,
) -> Observation:
    """Gives the observation of a surface of which nothing could be seen."""
    return Observation(
        surface=surface,
        found={},
        unseen={resource.identity: reason for resource in interest},
    )
