"""The steps of an apply, in an order in which no alert is ever without its route."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from sightline.deploy import changes, resources

__all__ = ["Announce", "Finish", "Remove", "Stage", "Write", "derive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Creates and updates resources of one surface."""

    surface: resources.Surface
    phase: resources.Phase
    changes: tuple[changes.Writing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Deletes resources of one surface."""

    surface: resources.Surface
    phase: resources.Phase
    changes: tuple[changes.Delete, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Marks the deployment where people look, such as on Grafana's dashboards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Closes the apply in the ledger; where it is missing, the apply did not end."""


Stage: TypeAlias = Write | Remove | Announce | Finish

_Item = TypeVar("_Item", changes.Writing, changes.Delete)


def derive(
    planned: Iterable[changes.Change], *, is_recorded: bool
) -> tuple[Stage, ...]:
    """Gives the stages of a plan; none when there is nothing to do.

    What is live as wanted and not in the ledger yet is only written down.

    What is written comes first, by phase: routes before the rules that need them,
    rules before the dashboards that read them. What is removed comes last and the
    other way round.
    """
    everything = tuple(planned)
    written = [
        one for one in everything if isinstance(one, changes.Create | changes.Update)
    ]
    removed = [one for one in everything if isinstance(one, changes.Delete)]
    if not written and not removed:
        return () if is_recorded else (Finish(),)
    return (
        *(
            Write(surface=surface, phase=phase, changes=tuple(group))
            for phase, surface, group in _group(written)
        ),
        *(
            Remove(surface=surface, phase=phase, changes=tuple(group))
            for phase, surface, group in reversed(list(_group(removed)))
        ),
        Announce(),
        Finish(),
    )


def _group(
    items: Iterable[_Item],
) -> Iterator[tuple[resources.Phase, resources.Surface, tuple[_Item, ...]]]:
    def place(item: _Item) -> tuple[resources.Phase, int]:
        return _phase(item), _ORDER[item.identity.surface]

    ordered = sorted(items, key=lambda item: (*place(item), item.identity))
    for (phase, order), group in itertools.groupby(ordered, key=place):
        yield phase, _SURFACES[order], tuple(group)


def _phase(item: changes.Writing | changes.Delete) -> resources.Phase:
    return item.before.phase if isinstance(item, changes.Delete) else item.after.phase


_SURFACES = tuple(resources.Surface)
_ORDER = {surface.value: order for order, surface in enumerate(_SURFACES)}
