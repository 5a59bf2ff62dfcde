"""What a plan does with each resource."""

from dataclasses import dataclass
from typing import TypeAlias

from sightline.deploy import resources

__all__ = [
    "Change",
    "Create",
    "Delete",
    "Drift",
    "Pending",
    "Unchanged",
    "Update",
    "Writing",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What somebody changed by hand since the last apply.

    Attributes:
        lines: the difference from what was applied to what was found, in words.
    """

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """A resource that is wanted and not there.

    Attributes:
        drift: set when it was applied before, and is gone.
    """

    after: resources.Resource
    lines: tuple[str, ...] = ()
    drift: Drift | None = None

    @property
    def identity(self) -> resources.Identity:
        """Which resource."""
        return self.after.identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A resource that is there and differs from what is wanted.

    Attributes:
        lines: the difference from `before` to `after`, in words.
        drift: set when `before` is not what was applied last.
        is_adopted: it was there before the first apply: nobody knows whose it is.
        is_idle: it is stored as wanted, or will be, and not in effect yet.
    """

    before: resources.Resource
    after: resources.Resource
    lines: tuple[str, ...]
    drift: Drift | None = None
    is_adopted: bool = False
    is_idle: bool = False

    @property
    def identity(self) -> resources.Identity:
        """Which resource."""
        return self.after.identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """A resource that was applied by us and is not wanted any more.

    Attributes:
        drift: set when it is not what was applied last.
    """

    before: resources.Resource
    drift: Drift | None = None

    @property
    def identity(self) -> resources.Identity:
        """Which resource."""
        return self.before.identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A resource that is what is wanted."""

    resource: resources.Resource

    @property
    def identity(self) -> resources.Identity:
        """Which resource."""
        return self.resource.identity


Writing: TypeAlias = Create | Update
Pending: TypeAlias = Create | Update | Delete
Change: TypeAlias = Create | Update | Delete | Unchanged
