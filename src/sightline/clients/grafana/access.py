"""Who may see and change what: everything that an audit of access reads.

https://grafana.com/docs/grafana/latest/developers/http_api/
"""

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Annotated, Final

import pydantic
from pydantic.alias_generators import to_camel

from sightline.clients.grafana import connection, pages

__all__ = [
    "AccessReader",
    "Member",
    "Permission",
    "PermissionLevel",
    "PublicDashboard",
    "ServiceAccount",
    "SubjectKind",
    "Team",
    "Token",
    "User",
]

_CAMEL: Final = pydantic.ConfigDict(alias_generator=to_camel)


def _never_as_none(time: dt.datetime | None) -> dt.datetime | None:
    """Gives `None` for the year 1, which is how Go writes that there was no time."""
    return None if time is None or time.year == 1 else time


_Time = Annotated[dt.datetime | None, pydantic.AfterValidator(_never_as_none)]


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who belongs to the organisation.

    Attributes:
        role: `Admin`, `Editor`, `Viewer` or `None`: the basic role.
        last_seen_at: `None` for somebody who never came.
        is_externally_synced: another system decides on the role.
        auth_labels: how the user logs in, such as `OAuth` or `LDAP`; empty is by
            Grafana's own password.
    """

    __pydantic_config__ = _CAMEL

    user_id: int
    login: str
    role: str
    uid: str = ""
    name: str = ""
    email: str = ""
    created: _Time = None
    last_seen_at: _Time = None
    is_disabled: bool = False
    is_externally_synced: bool = False
    auth_labels: tuple[str, ...] | None = None

    @property
    def was_ever_seen(self) -> bool:
        """Whether the user ever came.

        Grafana begins with a time ten years before the user was made.
        """
        if self.last_seen_at is None:
            return False
        return self.created is None or self.last_seen_at >= self.created


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team of users."""

    __pydantic_config__ = _CAMEL

    id: int
    uid: str
    name: str
    email: str = ""
    member_count: int = 0


class PermissionLevel(enum.IntEnum):
    """What somebody may do with a folder or a dashboard; each holds the ones before."""

    VIEW = 1
    EDIT = 2
    ADMIN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user in a team.

    Attributes:
        permission: 4 for those who may change the team, else 0.
    """

    __pydantic_config__ = _CAMEL

    user_id: int
    login: str
    name: str = ""
    email: str = ""
    permission: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """An account of a program.

    Attributes:
        tokens: how many it has.
        is_external: it was made by a plugin.
    """

    __pydantic_config__ = _CAMEL

    id: int
    name: str
    login: str
    role: str
    uid: str = ""
    tokens: int = 0
    is_disabled: bool = False
    is_external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token of a service account, without its key, which is shown only once.

    Attributes:
        expiration: `None` for one that never expires.
        last_used_at: `None` for one that was never used.
    """

    __pydantic_config__ = _CAMEL

    id: int
    name: str
    created: _Time = None
    expiration: _Time = None
    last_used_at: _Time = None
    has_expired: bool = False
    is_revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDashboard:
    """A dashboard that is shown to whoever has its address.

    The address holds a token of access; it is not kept.
    """

    __pydantic_config__ = _CAMEL

    uid: str
    dashboard_uid: str
    title: str
    is_enabled: bool


class SubjectKind(enum.Enum):
    """What a permission is for, as the path of its list says it."""

    FOLDER = "folders"
    DASHBOARD = "dashboards/uid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What one role, team, user or service account may do with something.

    Attributes:
        role, team, user_login: whose it is: the first that is not empty.
        is_inherited: it comes from a folder above.
    """

    level: Annotated[PermissionLevel, pydantic.Field(alias="permission")]
    role: str = ""
    team: str = ""
    user_login: Annotated[str, pydantic.Field(alias="userLogin")] = ""
    is_inherited: Annotated[bool, pydantic.Field(alias="inherited")] = False


_USERS: Final = pydantic.TypeAdapter(tuple[User, ...])
_TEAMS: Final = pydantic.TypeAdapter(pages.Counted[Team])
_MEMBERS: Final = pydantic.TypeAdapter(tuple[Member, ...])
_ACCOUNTS: Final = pydantic.TypeAdapter(pages.Counted[ServiceAccount])
_TOKENS: Final = pydantic.TypeAdapter(tuple[Token, ...])
_PUBLIC: Final = pydantic.TypeAdapter(pages.Counted[PublicDashboard])
_PERMISSIONS: Final = pydantic.TypeAdapter(tuple[Permission, ...])


class AccessReader:
    """Reads who has access; every method raises `errors.ServerUnavailable`.

    A stranger, or an account without the permission, gets `errors.AccessRefused`.
    """

    def __init__(self, grafana: connection.Connection) -> None:
        self._grafana = grafana

    async def fetch_users(self) -> tuple[User, ...]:
        """Gives every user of the organisation; needs `org.users:read`."""
        call = connection.Call(path="/api/org/users", asked="its users")
        return await self._grafana.fetch(call, _USERS)

    async def fetch_teams(self) -> tuple[Team, ...]:
        """Gives every team; needs `teams:read`."""
        call = connection.Call(path="/api/teams/search", asked="its teams")
        return await pages.fetch_counted(self._grafana, call, _TEAMS)

    async def fetch_members(self, team: Team) -> tuple[Member, ...]:
        """Gives the users in a team; needs `teams.permissions:read`."""
        call = connection.Call(
            path=f"/api/teams/{team.id}/members",
            asked=f"the members of the team {team.name!r}",
        )
        return await self._grafana.fetch(call, _MEMBERS)

    async def fetch_service_accounts(self) -> tuple[ServiceAccount, ...]:
        """Gives every service account; needs `serviceaccounts:read`."""
        call = connection.Call(
            path="/api/serviceaccounts/search", asked="its service accounts"
        )
        return await pages.fetch_counted(self._grafana, call, _ACCOUNTS)

    async def fetch_tokens(self, account: ServiceAccount) -> tuple[Token, ...]:
        """Gives the tokens of a service account, expired ones too."""
        call = connection.Call(
            path=f"/api/serviceaccounts/{account.id}/tokens",
            asked=f"the tokens of the service account {account.name!r}",
        )
        return await self._grafana.fetch(call, _TOKENS)

    async def fetch_public_dashboards(self) -> tuple[PublicDashboard, ...]:
        """Gives every dashboard that is shown to strangers, or was made ready to be."""
        call = connection.Call(
            path="/api/dashboards/public-dashboards", asked="its public dashboards"
        )
        return await pages.fetch_counted(self._grafana, call, _PUBLIC)

    async def fetch_permissions(
        self, kind: SubjectKind, uid: str
    ) -> tuple[Permission, ...]:
        """Gives who may do what with a folder or a dashboard."""
        call = connection.Call(
            path=f"/api/{kind.value}/{connection.quote(uid)}/permissions",
            asked=f"the permissions of {kind.name.lower()} {uid!r}",
        )
        return await self._grafana.fetch(call, _PERMISSIONS)
