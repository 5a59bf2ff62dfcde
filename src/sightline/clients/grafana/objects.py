"""What a Grafana holds, as its clients give it and take it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, NewType

import pydantic
from pydantic.alias_generators import to_camel

from sightline.model import secrets

__all__ = [
    "ROOT",
    "DataSource",
    "DataSourceHealth",
    "Folder",
    "FoundDashboard",
    "Health",
    "Json",
    "NewDataSource",
    "Revision",
    "StoredDashboard",
]

Json = Mapping[str, object]

Revision = NewType("Revision", str)
"""The state of an object as the server counts it: the same, or another."""

ROOT: Final = ""
"""The uid of the folder that holds all others."""

_CAMEL: Final = pydantic.ConfigDict(alias_generator=to_camel)


@dataclass(frozen=True, slots=True)
class Health:
    """What Grafana says of itself.

    Attributes:
        database: `ok`, or what is wrong with it.
        version: empty where strangers are not told.
    """

    database: str
    version: str = ""

    @property
    def major(self) -> int | None:
        """The first number of the version."""
        first, _, _ = self.version.partition(".")
        return int(first) if first.isdecimal() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder.

    Attributes:
        parent_uid: `ROOT` for one that is in no other.
        is_managed: files or another tool own it.
    """

    uid: str
    title: str
    parent_uid: str
    revision: Revision
    is_managed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDashboard:
    """A dashboard as a search finds it."""

    __pydantic_config__ = _CAMEL

    uid: str
    title: str = ""
    folder_uid: str = ROOT
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDashboard:
    """A dashboard with what Grafana keeps about it.

    Attributes:
        document: with what Grafana adds to it.
        is_managed: files or another tool own it, so that no call changes it.
        updated: when it was saved last; `None` where that is not said.
        updated_by: by whom.
    """

    uid: str
    document: Json
    folder_uid: str
    revision: Revision
    is_managed: bool = False
    updated: dt.datetime | None = None
    updated_by: str = ""


def _list_set(given: object) -> frozenset[str]:
    """Gives the names that are true in `secureJsonFields`."""
    if not isinstance(given, Mapping):
        raise ValueError("expected an object")  # noqa: TRY004 -- as pydantic wants it
    return frozenset(str(name) for name, is_set in given.items() if is_set)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A data source; its secrets are never given, only which are set.

    Attributes:
        kind: `prometheus`, `alertmanager`, `grafana-postgresql-datasource`, …
        is_managed: files own it, so that no call changes it.
        secure_fields: the names of the secrets that are set.
    """

    uid: str
    name: str
    kind: Annotated[str, pydantic.Field(alias="type")]
    url: str = ""
    access: str = "proxy"
    user: str = ""
    database: str = ""
    is_default: Annotated[bool, pydantic.Field(alias="isDefault")] = False
    settings: Annotated[Json, pydantic.Field(alias="jsonData")] = field(
        default_factory=dict
    )
    is_managed: Annotated[bool, pydantic.Field(alias="readOnly")] = False
    secure_fields: Annotated[
        frozenset[str],
        pydantic.Field(alias="secureJsonFields"),
        pydantic.BeforeValidator(_list_set),
    ] = frozenset()
    revision: Annotated[
        Revision, pydantic.Field(alias="version"), pydantic.BeforeValidator(str)
    ] = Revision("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDataSource:
    """A data source as it is to be; the secrets are sent and never read back."""

    uid: str
    name: str
    kind: str
    url: str = ""
    access: str = "proxy"
    user: str = ""
    database: str = ""
    is_default: bool = False
    settings: Mapping[str, object] = field(default_factory=dict)
    secure: Mapping[str, secrets.Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSourceHealth:
    """Whether Grafana reaches a data source, in the words of its plugin."""

    is_ok: bool
    message: str
