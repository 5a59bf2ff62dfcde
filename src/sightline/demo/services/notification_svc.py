"""notification-svc: what users are told, in the application and by e-mail."""

import json
import time
from http import HTTPStatus
from typing import Final

from starlette import requests, responses

from sightline.demo import queues, resp, runtime
from sightline.model import services

__all__ = ["NotificationService", "compose"]

_KEPT: Final = 20
"""The latest of a user; older ones are forgotten."""
_KEPT_SECONDS: Final = 7200


class NotificationService:
    """A short list per user in Redis; each entry is also sent by e-mail."""

    def __init__(self, redis: resp.Redis) -> None:
        self._redis = redis

    def endpoints(self) -> tuple[runtime.Endpoint, ...]:
        """Gives what the service answers."""
        read, write = services.OperationClass.READ, services.OperationClass.WRITE
        mark = "/notifications/{notification_id}/read"
        return (
            runtime.Endpoint("GET", "/notifications", read, self.list_latest),
            runtime.Endpoint("POST", "/notifications", write, self.add),
            runtime.Endpoint("POST", mark, write, self.mark_read),
        )

    async def list_latest(self, request: requests.Request) -> responses.Response:
        """Gives a user's latest notifications, newest first."""
        user = runtime.read_number("user_id", request.query_params.get("user_id"))
        found = await self._redis.command("LRANGE", _key_of(user), 0, -1)
        entries = found if isinstance(found, list) else []
        texts = [json.loads(entry) for entry in entries if isinstance(entry, bytes)]
        return runtime.reply({"notifications": texts})

    async def add(self, request: requests.Request) -> responses.Response:
        """Keeps a notification, and has it sent."""
        asked = await runtime.read_json(request)
        user = runtime.read_number("user_id", asked.get("user_id"))
        now = time.time()
        entry = {"text": str(asked.get("text", "")), "at": int(now)}
        email = queues.encode_job({"user_id": user}, now)
        await self._redis.commands(
            [
                ("LPUSH", _key_of(user), json.dumps(entry)),
                ("LTRIM", _key_of(user), 0, _KEPT - 1),
                ("EXPIRE", _key_of(user), _KEPT_SECONDS),
                ("RPUSH", queues.key_of(queues.EMAILS), email),
            ]
        )
        return runtime.reply(entry, HTTPStatus.CREATED)

    async def mark_read(self, request: requests.Request) -> responses.Response:
        """Remembers for a while that a notification was read."""
        number = runtime.read_number("id", request.path_params["notification_id"])
        key = f"notification-read:{number}"
        await self._redis.command("SET", key, 1, "EX", _KEPT_SECONDS)
        return runtime.reply({"read": number})

    async def wait_too_long(self) -> None:
        """Waits for a job that never comes, with too little patience."""
        await self._redis.command("BLPOP", "queue:never", 5, timeout_seconds=0.05)


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives notification-svc with its connection."""
    redis = resp.Redis(surroundings.settings.redis_address)
    notifications = NotificationService(redis)
    return runtime.Program(
        endpoints=notifications.endpoints(),
        connections=(redis,),
        stumble=notifications.wait_too_long,
        stumble_ratio=0.000_5,
    )


def _key_of(user: int) -> str:
    return f"notifications:{user}"
