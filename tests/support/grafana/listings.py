"""The lists that an audit of access reads, in the Grafana of the tests."""

from collections.abc import Sequence

import httpx

from support.grafana import holdings
from support.grafana.answers import Json, fail, give

__all__ = [
    "accounts",
    "members",
    "of_dashboard",
    "of_folder",
    "public_dashboards",
    "teams",
    "tokens",
    "users",
]


def users(holds: holdings.Holdings, _: httpx.Request) -> httpx.Response:
    return give(holds.users)


def teams(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    return _page(request, "teams", holds.teams)


def members(holds: holdings.Holdings, _: httpx.Request, number: str) -> httpx.Response:
    if int(number) not in {team["id"] for team in holds.teams}:
        return fail(404, "Team not found")
    return give(holds.members.get(int(number), []))


def accounts(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    return _page(request, "serviceAccounts", holds.accounts)


def tokens(holds: holdings.Holdings, _: httpx.Request, number: str) -> httpx.Response:
    return give(holds.account_tokens.get(int(number), []))


def public_dashboards(
    holds: holdings.Holdings, request: httpx.Request
) -> httpx.Response:
    return _page(request, "publicDashboards", holds.public_dashboards)


def of_folder(holds: holdings.Holdings, _: httpx.Request, uid: str) -> httpx.Response:
    if uid not in holds.folders:
        return fail(404, "folder not found")
    return give(holds.permissions.get(uid, []))


def of_dashboard(
    holds: holdings.Holdings, _: httpx.Request, uid: str
) -> httpx.Response:
    if uid not in holds.boards:
        return fail(404, "Dashboard not found")
    return give(holds.permissions.get(uid, []))


def _page(
    request: httpx.Request, name: str, everything: Sequence[Json]
) -> httpx.Response:
    size = int(request.url.params.get("perpage", 1000))
    number = int(request.url.params.get("page", 1))
    return give(
        {
            name: everything[(number - 1) * size : number * size],
            "totalCount": len(everything),
            "page": number,
            "perPage": size,
        }
    )
