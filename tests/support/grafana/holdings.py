"""What the Grafana of the tests holds, and what hands do to it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from support.grafana.answers import Json

__all__ = ["Board", "FolderState", "Holdings", "Source"]

_FRAME: Json = {"schema": {}, "data": {"values": [[1, 2], [3, 4]]}}


@dataclass
class FolderState:
    """A folder; `managed_by` is set for one that files own."""

    title: str
    parent: str = ""
    version: int = 1
    managed_by: str = ""


@dataclass
class Board:
    """A dashboard as it was saved."""

    document: Json
    id: int
    folder: str = ""
    version: int = 1
    provisioned: bool = False
    updated_by: str = "sightline"
    message: str = ""


@dataclass
class Source:
    """A data source, with the secrets that it never gives."""

    document: Json
    id: int
    version: int = 1
    read_only: bool = False
    secure: dict[str, str] = field(default_factory=dict)


@dataclass
class Holdings:
    """Everything that a Grafana holds.

    Attributes:
        query: gives the answer to a panel's query: frames, or a text with the error.
        makes_of_boards: what this Grafana sets in every dashboard that is saved.
        is_multi_status: queries that fail in part are answered with 207.
        is_source_well: Grafana reaches its data sources.
    """

    folders: dict[str, FolderState] = field(default_factory=dict)
    boards: dict[str, Board] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    annotations: list[Json] = field(default_factory=list)
    makes_of_boards: Json = field(default_factory=dict)
    users: list[Json] = field(default_factory=list)
    teams: list[Json] = field(default_factory=list)
    members: dict[int, list[Json]] = field(default_factory=dict)
    accounts: list[Json] = field(default_factory=list)
    account_tokens: dict[int, list[Json]] = field(default_factory=dict)
    public_dashboards: list[Json] = field(default_factory=list)
    permissions: dict[str, list[Json]] = field(default_factory=dict)
    reloads: list[str] = field(default_factory=list)
    query: Callable[[Json], list[Json] | str] = lambda _: [_FRAME]
    is_multi_status: bool = True
    is_source_well: bool = True
    counter: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def next(self) -> int:
        """Gives a number that was not given before."""
        return next(self.counter)

    def put_board(self, uid: str, document: Json | None = None, **facts: Any) -> Board:
        """Puts a dashboard there, as somebody else would have."""
        whole = {"uid": uid, "title": uid.title(), "tags": [], **(document or {})}
        self.boards[uid] = Board(document=whole, id=self.next(), **facts)
        return self.boards[uid]

    def edit_board(self, uid: str, **keys: object) -> None:
        """Changes a dashboard by hand."""
        board = self.boards[uid]
        board.document = {**board.document, **keys}
        board.version += 1
        board.updated_by = "alice"

    def put_source(
        self, uid: str, document: Json | None = None, **facts: Any
    ) -> Source:
        """Puts a data source there."""
        whole = {"uid": uid, "name": uid, "type": "prometheus", **(document or {})}
        self.sources[uid] = Source(document=whole, id=self.next(), **facts)
        return self.sources[uid]

    def names_in(self, folder: str) -> set[str]:
        """Gives the titles of the dashboards in a folder."""
        return {
            board.document["title"]
            for board in self.boards.values()
            if board.folder == folder
        }

    def below(self, folder: str) -> list[str]:
        """Gives a folder with all that are in it, at any depth."""
        inner = [uid for uid, one in self.folders.items() if one.parent == folder]
        return [folder, *(uid for one in inner for uid in self.below(one))]
