"""The chore "dashboard access audit" of Grafana."""

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from typing import TypeVar

from sightline import errors
from sightline.app.review import context
from sightline.clients import grafana
from sightline.clients.grafana import access as reading
from sightline.model import findings
from sightline.review import access, reports

__all__ = ["observe", "section"]

_T = TypeVar("_T")


async def section(given: context.Context) -> reports.Section:
    """Gives who may see and change what, where that is too much, and what changed."""
    match given.grafana:
        case findings.NotChecked() as reason:
            return _section(None, (), (reason,), given)
        case connection:
            given.say("reading who has access to Grafana")
            seen = await observe(connection)
            problems = tuple(access.judge(seen, given.now))
            return _section(seen, problems, seen.unknown, given)


def _section(
    seen: access.Observation | None,
    problems: Sequence[access.Problem],
    unknown: Sequence[findings.NotChecked],
    given: context.Context,
) -> reports.Section:
    now = access.remember(seen) if seen else {}
    before = given.remembered.get("access", {})
    return reports.Section(
        name="access",
        title="Dashboard access",
        summary=f"{len(problems)} accesses are more than they should be; {_count(seen)}"
        if seen
        else "not checked",
        source="Grafana's own lists of users, teams, accounts, folders and shares",
        found=[_finding(one) for one in problems],
        tables=()
        if seen is None
        else (_people(seen), _programs(seen), _folders(seen), _changes(before, now)),
        unknown=(*unknown, *_uncompared(seen, before)),
        figures={"accesses to look at": float(len(problems))} if seen else {},
        # What is unknown today was not taken away: it is kept for the next audit.
        remembered={**before, **now} if unknown else now,
    )


def _count(seen: access.Observation) -> str:
    if isinstance(seen.users, findings.NotChecked):
        return "the users are unknown"
    admins = sum(one.role == "Admin" for one in seen.users)
    return f"{len(seen.users)} users, {admins} of them administrators"


async def observe(connection: grafana.Connection) -> access.Observation:
    """Gives all that can be read; what cannot says why."""
    reader = reading.AccessReader(connection)
    users, teams, accounts, folders, public = await asyncio.gather(
        _try("users", reader.fetch_users()),
        _try("teams", _fetch_teams(reader)),
        _try("service accounts and their tokens", _fetch_accounts(reader)),
        _try("permissions of folders", _fetch_folders(connection, reader)),
        _try("public dashboards", reader.fetch_public_dashboards()),
    )
    return access.Observation(
        users=users, teams=teams, accounts=accounts, folders=folders, public=public
    )


async def _try(subject: str, asked: Awaitable[_T]) -> _T | findings.NotChecked:
    try:
        return await asked
    except errors.ServerUnavailable as reason:
        return findings.NotChecked(subject=subject, reason=str(reason))


async def _fetch_teams(
    reader: reading.AccessReader,
) -> tuple[access.TeamMembers, ...]:
    return tuple(
        [
            access.TeamMembers(team=team, members=await reader.fetch_members(team))
            for team in await reader.fetch_teams()
        ]
    )


async def _fetch_accounts(
    reader: reading.AccessReader,
) -> tuple[access.AccountTokens, ...]:
    return tuple(
        [
            access.AccountTokens(account=one, tokens=await reader.fetch_tokens(one))
            for one in await reader.fetch_service_accounts()
        ]
    )


async def _fetch_folders(
    connection: grafana.Connection, reader: reading.AccessReader
) -> tuple[access.FolderAccess, ...]:
    server, kind = grafana.Grafana(connection), reading.SubjectKind.FOLDER
    return tuple(
        [
            access.FolderAccess(
                uid=folder.uid,
                title=folder.title,
                permissions=await reader.fetch_permissions(kind, folder.uid),
            )
            for folder in await server.fetch_folders()
        ]
    )


def _finding(one: access.Problem) -> reports.Finding:
    return reports.Finding(
        identity=f"access/{one.subject}/{one.problem}",
        subject=one.subject,
        problem=one.problem,
        evidence=one.evidence,
        owner="",
        next_step=one.next_step,
    )


def _people(seen: access.Observation) -> reports.Table:
    users = () if isinstance(seen.users, findings.NotChecked) else seen.users
    return reports.Table(
        title="People",
        columns=("user", "role", "last seen", "logs in by", "state"),
        rows=[
            (
                one.login,
                one.role,
                f"{one.last_seen_at:%Y-%m-%d}"
                if one.was_ever_seen and one.last_seen_at
                else "never",
                ", ".join(one.auth_labels or ()) or "password",
                "disabled" if one.is_disabled else "active",
            )
            for one in sorted(users, key=lambda one: (one.role, one.login))
        ],
    )


def _programs(seen: access.Observation) -> reports.Table:
    accounts = () if isinstance(seen.accounts, findings.NotChecked) else seen.accounts
    return reports.Table(
        title="Service accounts and their tokens",
        columns=("account", "role", "token", "made", "expires", "last used"),
        rows=[
            (
                one.account.name,
                one.account.role,
                token.name,
                f"{token.created:%Y-%m-%d}" if token.created else "unknown",
                f"{token.expiration:%Y-%m-%d}" if token.expiration else "never",
                f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "unknown",
            )
            for one in accounts
            for token in one.tokens
        ],
    )


def _folders(seen: access.Observation) -> reports.Table:
    rows = [
        (name.removeprefix("folder "), text)
        for name, text in access.remember(seen).items()
        if name.startswith("folder ")
    ]
    return reports.Table(
        title="Folders", columns=("folder", "who may do what"), rows=rows
    )


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> reports.Table:
    """Gives what changed since the last audit; nothing where there was none."""
    return reports.Table(
        title="Changes since the last audit",
        columns=("what", "before", "now"),
        rows=[
            (name, before.get(name, "was not there"), now.get(name, "is gone"))
            for name in sorted(before.keys() | now.keys())
            if before and before.get(name) != now.get(name)
        ],
    )


def _uncompared(
    seen: access.Observation | None, before: Mapping[str, str]
) -> Iterator[findings.NotChecked]:
    if seen is not None and not before:
        yield findings.NotChecked(
            subject="changes of access", reason="there is no earlier audit"
        )
