"""Lists that Grafana gives in pages, read to their end."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Generic, TypeVar

import pydantic

from sightline.clients.grafana import connection

__all__ = ["Counted", "fetch_counted", "fetch_listed"]

_Item = TypeVar("_Item")

_COUNTED_SIZE: Final = 100
_LISTED_SIZE: Final = 1000


class Counted(pydantic.BaseModel, Generic[_Item]):
    """A page that tells how many items there are on all pages."""

    items: tuple[_Item, ...] = pydantic.Field(
        validation_alias=pydantic.AliasChoices(
            "teams", "serviceAccounts", "publicDashboards"
        )
    )
    total_count: int = pydantic.Field(alias="totalCount")


async def fetch_counted(
    grafana: connection.Connection,
    call: connection.Call,
    adapter: pydantic.TypeAdapter[Counted[_Item]],
) -> tuple[_Item, ...]:
    """Gives the items of all pages.

    An empty page ends the list whatever the count says: items may go meanwhile.
    """
    found: list[_Item] = []
    for number in itertools.count(1):
        page = await grafana.fetch(
            _turn(call, {"perpage": str(_COUNTED_SIZE), "page": str(number)}), adapter
        )
        found += page.items
        if not page.items or len(found) >= page.total_count:
            break
    return tuple(found)


async def fetch_listed(
    grafana: connection.Connection,
    call: connection.Call,
    adapter: pydantic.TypeAdapter[tuple[_Item, ...]],
) -> tuple[_Item, ...]:
    """Gives the items of all pages of a list that does not tell its length."""
    found: list[_Item] = []
    for number in itertools.count(1):
        page = await grafana.fetch(
            _turn(call, {"limit": str(_LISTED_SIZE), "page": str(number)}), adapter
        )
        found += page
        if len(page) < _LISTED_SIZE:
            break
    return tuple(found)


def _turn(call: connection.Call, to: Mapping[str, str]) -> connection.Call:
    return replace(call, parameters={**(call.parameters or {}), **to})
