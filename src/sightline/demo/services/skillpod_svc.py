"""skillpod-svc: the workspaces of contracts, with their files."""

import functools
import hashlib
import json
from http import HTTPStatus
from typing import Final

from starlette import requests, responses

from sightline.demo import cache, database, problems, queues, resp, runtime
from sightline.model import services

__all__ = ["SkillpodService", "compose"]

_READ_POD: Final = database.Query(
    "read_skillpod",
    "SELECT id, job_id, freelancer_id, status, skillpod_opened_at"
    " FROM contracts WHERE id = $1",
)
_OPEN_POD: Final = database.Query(
    "open_skillpod",
    "UPDATE contracts SET skillpod_opened_at = coalesce(skillpod_opened_at, now())"
    " WHERE id = $1 RETURNING id, skillpod_opened_at",
)
_LARGEST_FILE_BYTES: Final = 1 << 20
_FILE_SECONDS: Final = 3600


class SkillpodService:
    """Pods are contracts; of a file its digest is kept, and a scan is ordered."""

    def __init__(
        self, tables: database.Database, cached: cache.Cache, redis: resp.Redis
    ) -> None:
        self._tables = tables
        self._cache = cached
        self._redis = redis

    def endpoints(self) -> tuple[runtime.Endpoint, ...]:
        """Gives what the service answers."""
        read, write = services.OperationClass.READ, services.OperationClass.WRITE
        upload = services.OperationClass.UPLOAD
        files = "/skillpods/{pod_id}/files"
        return (
            runtime.Endpoint("GET", "/skillpods/{pod_id}", read, self.read_pod),
            runtime.Endpoint("GET", files + "/{file_id}", read, self.read_file),
            runtime.Endpoint("POST", "/skillpods", write, self.open_pod),
            runtime.Endpoint("POST", files, upload, self.add_file),
        )

    async def read_pod(self, request: requests.Request) -> responses.Response:
        """Gives a pod, from the cache where it is there."""
        number = runtime.read_number("pod_id", request.path_params["pod_id"])
        load = functools.partial(self._tables.fetch_one, _READ_POD, number)
        found = await self._cache.get(f"cache:skillpod:{number}", load)
        if found is None:
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such skillpod")
        return runtime.reply(found)

    async def open_pod(self, request: requests.Request) -> responses.Response:
        """Opens the pod of a contract, or finds it open."""
        asked = await runtime.read_json(request)
        number = runtime.read_number("contract_id", asked.get("contract_id"))
        opened = await self._tables.fetch_one(_OPEN_POD, number)
        if opened is None:
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such contract")
        await self._cache.forget(f"cache:skillpod:{number}")
        return runtime.reply(dict(opened), HTTPStatus.CREATED)

    async def add_file(self, request: requests.Request) -> responses.Response:
        """Takes a file as it streams in, up to 1 MiB."""
        pod = runtime.read_number("pod_id", request.path_params["pod_id"])
        digest, size = hashlib.sha256(), 0
        async for chunk in request.stream():
            digest.update(chunk)
            size += len(chunk)
            if size > _LARGEST_FILE_BYTES:
                too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                raise problems.Problem(too_large, "a file has at most 1 MiB")
        file = {"file_id": digest.hexdigest()[:16], "size_bytes": size}
        key = _key_of(pod, str(file["file_id"]))
        await self._redis.command("SET", key, json.dumps(file), "EX", _FILE_SECONDS)
        await queues.enqueue(self._redis, queues.FILE_SCANS, {"key": key})
        return runtime.reply(file, HTTPStatus.CREATED)

    async def read_file(self, request: requests.Request) -> responses.Response:
        """Gives what is known about a file that was taken within the hour."""
        pod = runtime.read_number("pod_id", request.path_params["pod_id"])
        key = _key_of(pod, request.path_params["file_id"])
        found = await self._redis.command("GET", key)
        if not isinstance(found, bytes):
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such file")
        return runtime.reply(json.loads(found))


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives skillpod-svc with its connections."""
    told, registry = surroundings.settings, surroundings.registry
    tables = database.Database(told.database_url, (_READ_POD, _OPEN_POD), registry)
    redis = resp.Redis(told.redis_address)
    pods = SkillpodService(tables, cache.Cache(redis, registry), redis)
    return runtime.Program(
        endpoints=pods.endpoints(),
        connections=(tables, redis),
        stumble=tables.wait_too_long,
        stumble_ratio=0.000_6,
    )


def _key_of(pod: int, file: str) -> str:
    return f"file:{pod}:{file}"
