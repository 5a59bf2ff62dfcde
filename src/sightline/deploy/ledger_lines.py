"""The lines of a ledger, as they are written and read."""

import datetime as dt
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from sightline.deploy import resources

__all__ = ["Begun", "Ended", "Landed", "Line", "Planned", "decode"]


class Planned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of a plan; fingerprints of the documents before and after."""

    action: Literal["create", "update", "delete"]
    resource: resources.Identity
    before: str | None = None
    after: str | None = None


class Begun(msgspec.Struct, frozen=True, kw_only=True, tag="begun", tag_field="event"):
    """An apply begins.

    Attributes:
        state: names everything that it leads to.
        adopted: names what was there and nobody had applied; empty where nothing was.
            Lines of old do not say it.
    """

    id: str
    at: dt.datetime
    who: str
    environment: str
    plan: str
    state: str
    changes: tuple[Planned, ...]
    adopted: str | None = None


class Landed(
    msgspec.Struct, frozen=True, kw_only=True, tag="landed", tag_field="event"
):
    """A change is done; `after` is `None` for what was deleted."""

    id: str
    at: dt.datetime
    resource: resources.Identity
    after: str | None


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended", tag_field="event"):
    """An apply ended; with everything done when there is no `failure`."""

    id: str
    at: dt.datetime
    failure: str


Line = Begun | Landed | Ended

_DECODER: Final = msgspec.json.Decoder(Line)


def decode(content: bytes) -> Iterator[Line]:
    """Yields the lines of a ledger, without those that a kill cut off."""
    for text in content.splitlines():
        try:
            yield _DECODER.decode(text)
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue
