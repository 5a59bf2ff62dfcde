"""Annotations and the reloading of files, in the Grafana of the tests."""

import httpx

from support.grafana import holdings
from support.grafana.answers import fail, give, read

__all__ = ["annotate", "fetch_annotations", "reload_files"]


def annotate(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    body = read(request)
    if not body.get("text"):
        return fail(400, "text must not be empty")
    holds.annotations.append({"id": holds.next(), **body})
    return give({"id": holds.annotations[-1]["id"], "message": "added"})


def fetch_annotations(
    holds: holdings.Holdings, request: httpx.Request
) -> httpx.Response:
    asked = request.url.params
    tags = set(asked.get_list("tags"))
    since, until = int(asked["from"]), int(asked["to"])
    return give(
        [
            one
            for one in holds.annotations
            if tags <= set(one["tags"]) and since <= one["time"] <= until
        ]
    )


def reload_files(
    holds: holdings.Holdings, _: httpx.Request, what: str
) -> httpx.Response:
    holds.reloads.append(what)
    return give({"message": f"{what} config reloaded"})
