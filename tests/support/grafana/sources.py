"""Data sources and their queries, in the Grafana of the tests."""

import httpx

from support.grafana import holdings
from support.grafana.answers import Json, fail, give, read, unjudged

__all__ = ["check", "create", "delete", "fetch", "fetch_all", "run_queries", "update"]


def _describe(holds: holdings.Holdings, uid: str) -> Json:
    source = holds.sources[uid]
    return {
        **source.document,
        "id": source.id,
        "version": source.version,
        "readOnly": source.read_only,
        "secureJsonFields": dict.fromkeys(source.secure, True),
    }


def fetch_all(holds: holdings.Holdings, _: httpx.Request) -> httpx.Response:
    hidden = {"version", "secureJsonFields"}
    return give(
        [
            {k: v for k, v in _describe(holds, uid).items() if k not in hidden}
            for uid in holds.sources
        ]
    )


def fetch(holds: holdings.Holdings, _: httpx.Request, uid: str) -> httpx.Response:
    if uid not in holds.sources:
        return fail(404, "Data source not found")
    return give(_describe(holds, uid))


def create(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    body = read(request)
    names = {one.document["name"] for one in holds.sources.values()}
    if body["uid"] in holds.sources or body["name"] in names:
        return fail(409, "data source with the same name already exists")
    return _keep(holds, body, version=1)


def update(
    holds: holdings.Holdings, request: httpx.Request, uid: str
) -> httpx.Response:
    source = holds.sources.get(uid)
    if source is None:
        # The document does not list 404 here; servers give it.
        return unjudged(fail(404, "Data source not found"))
    if source.read_only:
        return fail(403, "Cannot update read-only data source")
    body = read(request)
    if "version" in body and body["version"] != source.version:
        return fail(409, "Datasource has already been updated by someone else")
    return _keep(holds, body, version=source.version + 1)


def _keep(holds: holdings.Holdings, body: Json, version: int) -> httpx.Response:
    uid, secure = body["uid"], body.pop("secureJsonData", {})
    body.pop("version", None)
    old = holds.sources.get(uid)
    holds.sources[uid] = holdings.Source(
        document=body,
        id=old.id if old else holds.next(),
        version=version,
        secure={**(old.secure if old else {}), **secure},
    )
    described = _describe(holds, uid)
    return give(
        {
            "datasource": described,
            "id": described["id"],
            "message": "Datasource kept",
            "name": body["name"],
        }
    )


def delete(holds: holdings.Holdings, _: httpx.Request, uid: str) -> httpx.Response:
    source = holds.sources.get(uid)
    if source is None:
        return fail(404, "Data source not found")
    if source.read_only:
        return fail(403, "Cannot delete read-only data source")
    del holds.sources[uid]
    return give({"message": "Data source deleted"})


def check(holds: holdings.Holdings, _: httpx.Request, uid: str) -> httpx.Response:
    if uid not in holds.sources:
        # As above.
        return unjudged(fail(404, "Data source not found"))
    if holds.is_source_well:
        return give({"status": "OK", "message": "Successfully queried"})
    return give({"status": "ERROR", "message": "connection refused"}, 400)


def run_queries(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    results: dict[str, Json] = {}
    for query in read(request)["queries"]:
        given = holds.query(query)
        results[query["refId"]] = (
            {"error": given, "status": 500}
            if isinstance(given, str)
            else {"frames": given, "status": 200}
        )
    if not any("error" in one for one in results.values()):
        return give({"results": results})
    if holds.is_multi_status:
        return give({"results": results}, 207)
    # The document knows only errors under 400; servers give the results.
    return unjudged(give({"results": results}, 400))
