"""Who may see and change what in Grafana, and where that is more than anybody uses.

What could not be read is `NotChecked` and judged nowhere: unknown is not fine.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.clients.grafana import access
from sightline.model import findings

__all__ = [
    "AccountTokens",
    "FolderAccess",
    "Observation",
    "Problem",
    "TeamMembers",
    "judge",
    "remember",
]

_UNUSED: Final = dt.timedelta(days=90)
_OLD: Final = dt.timedelta(days=365)
_CHANGING: Final = frozenset({"Admin", "Editor"})
_RANKS: Final = {"None": 0, "Viewer": 1, "Editor": 2, "Admin": 3}
_ROLES_RANK: Final = {
    access.PermissionLevel.VIEW: 1,
    access.PermissionLevel.EDIT: 2,
    access.PermissionLevel.ADMIN: 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMembers:
    """A team and who is in it."""

    team: access.Team
    members: tuple[access.Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTokens:
    """A service account and its tokens."""

    account: access.ServiceAccount
    tokens: tuple[access.Token, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderAccess:
    """A folder and who may do what with it."""

    uid: str
    title: str
    permissions: tuple[access.Permission, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was read of a Grafana; what could not be read says why."""

    users: tuple[access.User, ...] | findings.NotChecked
    teams: tuple[TeamMembers, ...] | findings.NotChecked
    accounts: tuple[AccountTokens, ...] | findings.NotChecked
    folders: tuple[FolderAccess, ...] | findings.NotChecked
    public: tuple[access.PublicDashboard, ...] | findings.NotChecked

    @property
    def unknown(self) -> tuple[findings.NotChecked, ...]:
        """What could not be read."""
        parts = (self.users, self.teams, self.accounts, self.folders, self.public)
        return tuple(one for one in parts if isinstance(one, findings.NotChecked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Access that somebody should look at; the texts are a finding's."""

    subject: str
    problem: str
    evidence: str
    next_step: str


def judge(seen: Observation, now: dt.datetime) -> Iterator[Problem]:
    """Gives the access that is more than it should be, people first."""
    users = () if isinstance(seen.users, findings.NotChecked) else seen.users
    for user in users:
        yield from _judge_user(user, _teams_of(user, seen), now)
    if not isinstance(seen.folders, findings.NotChecked):
        roles = {user.login: user.role for user in users}
        for folder in seen.folders:
            yield from _judge_folder(folder, roles)
    if not isinstance(seen.accounts, findings.NotChecked):
        for account in seen.accounts:
            yield from _judge_account(account, now)
    if not isinstance(seen.public, findings.NotChecked):
        for one in seen.public:
            if one.is_enabled:
                yield Problem(
                    subject=f"dashboard {one.title}",
                    problem="is public",
                    evidence="whoever has its address sees it, without a login",
                    next_step="end its sharing, or note who decided on it",
                )


def _teams_of(user: access.User, seen: Observation) -> tuple[str, ...] | None:
    """Gives the teams of a user; `None` when they are not known."""
    if isinstance(seen.teams, findings.NotChecked):
        return None
    return tuple(
        one.team.name
        for one in seen.teams
        if any(member.login == user.login for member in one.members)
    )


def _judge_user(
    user: access.User, teams: tuple[str, ...] | None, now: dt.datetime
) -> Iterator[Problem]:
    if user.is_disabled or user.role not in _CHANGING:
        return
    seen = _last_seen(user, now)
    since = user.created if not user.was_ever_seen else user.last_seen_at
    if since is not None and now - since > _UNUSED:
        yield Problem(
            subject=f"user {user.login}",
            problem="has more rights than anybody uses",
            evidence=f"{user.role}, {seen}",
            next_step="make the account a viewer, or disable it",
        )
    elif user.role == "Admin" and teams == ():
        yield Problem(
            subject=f"user {user.login}",
            problem="is an administrator who belongs to no team",
            evidence=f"Admin of the organisation, {seen}, in no team",
            next_step="name the team that answers for it, or make it an editor",
        )


def _last_seen(user: access.User, now: dt.datetime) -> str:
    if not user.was_ever_seen or user.last_seen_at is None:
        return "never seen"
    return f"last seen {(now - user.last_seen_at).days} d ago"


def _judge_folder(folder: FolderAccess, roles: Mapping[str, str]) -> Iterator[Problem]:
    for one in folder.permissions:
        if one.is_inherited:
            continue
        level = one.level.name.lower()
        if one.role == "Viewer" and one.level > access.PermissionLevel.VIEW:
            yield Problem(
                subject=f"folder {folder.title}",
                problem="may be changed by every viewer",
                evidence=f"the role Viewer may {level} it",
                next_step="give that to a team",
            )
        role = roles.get(one.user_login)
        if role is not None and _ROLES_RANK[one.level] > max(_RANKS.get(role, 0), 1):
            yield Problem(
                subject=f"user {one.user_login}",
                problem="has more rights than the role says",
                evidence=f"{role}, and may {level} the folder {folder.title} alone",
                next_step="give that to a team, and take it from the person",
            )


def _judge_account(one: AccountTokens, now: dt.datetime) -> Iterator[Problem]:
    if one.account.is_disabled:
        return
    alive = [own for own in one.tokens if not own.has_expired and not own.is_revoked]
    for token in alive:
        reasons = list(_token_reasons(token, now))
        if reasons:
            yield Problem(
                subject=f"token {token.name} of {one.account.name}",
                problem="should be made anew or taken away",
                evidence=f"{one.account.role}; {', '.join(reasons)}",
                next_step="make one that expires, and delete this one",
            )


def _token_reasons(token: access.Token, now: dt.datetime) -> Iterator[str]:
    if token.created is not None and now - token.created > _OLD:
        yield f"{(now - token.created).days} d old"
    if token.expiration is None and token.created is not None:
        age = now - token.created
        if age > _UNUSED:
            yield "never expires"
    if token.last_used_at is not None and now - token.last_used_at > _UNUSED:
        yield f"not used for {(now - token.last_used_at).days} d"


def remember(seen: Observation) -> Mapping[str, str]:
    """Gives what the next audit compares with: what somebody may do, by who.

    Parts that could not be read are not in it; see `Observation.unknown`.
    """
    found: dict[str, str] = {}
    if not isinstance(seen.users, findings.NotChecked):
        found |= {
            f"user {one.login}": "disabled" if one.is_disabled else one.role
            for one in seen.users
        }
    if not isinstance(seen.teams, findings.NotChecked):
        found |= {
            f"team {one.team.name}": ", ".join(sorted(m.login for m in one.members))
            for one in seen.teams
        }
    if not isinstance(seen.accounts, findings.NotChecked):
        for one in seen.accounts:
            found[f"service account {one.account.name}"] = one.account.role
            found |= {
                f"token {token.name} of {one.account.name}": "alive"
                for token in one.tokens
                if not token.has_expired and not token.is_revoked
            }
    if not isinstance(seen.folders, findings.NotChecked):
        for folder in seen.folders:
            found[f"folder {folder.title}"] = ", ".join(map(_grant, folder.permissions))
    if not isinstance(seen.public, findings.NotChecked):
        found |= {
            f"public dashboard {one.title}": "on" if one.is_enabled else "off"
            for one in seen.public
        }
    return found


def _grant(one: access.Permission) -> str:
    who = one.role or one.team or one.user_login or "a service account"
    return f"{who} may {one.level.name.lower()}"
