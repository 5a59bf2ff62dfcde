"""Rows of the database, kept for a while in Redis."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import prometheus_client

from sightline.demo import problems, resp

__all__ = ["Cache"]

_KEPT_SECONDS: Final = 900


class Cache:
    """Answers from Redis, else from the source; without Redis it is merely slower."""

    def __init__(
        self, redis: resp.Redis, registry: prometheus_client.CollectorRegistry
    ) -> None:
        self._redis = redis
        requests = prometheus_client.Counter(
            "cache_requests_total",
            "Lookups in the cache.",
            ["result"],
            registry=registry,
        )
        self._hits = requests.labels("hit")
        self._misses = requests.labels("miss")

    async def get(
        self, key: str, load: Callable[[], Awaitable[Mapping[str, Any] | None]]
    ) -> Mapping[str, Any] | None:
        """Gives what `key` stands for; what does not exist is not remembered."""
        try:
            found = await self._redis.command("GET", key)
        except problems.Unavailable:
            found = None
        if isinstance(found, bytes):
            self._hits.inc()
            document: Mapping[str, Any] = json.loads(found)
            return document
        self._misses.inc()
        loaded = await load()
        if loaded is not None:
            await self._keep(key, loaded)
        return loaded

    async def forget(self, key: str) -> None:
        """Drops a key whose row has changed."""
        try:
            await self._redis.command("DEL", key)
        except problems.Unavailable:
            return  # it ends by itself

    async def _keep(self, key: str, document: Mapping[str, Any]) -> None:
        content = json.dumps(dict(document), default=str)
        try:
            await self._redis.command("SET", key, content, "EX", _KEPT_SECONDS)
        except problems.Unavailable:
            return  # a full Redis refuses writes; the answer is at hand
