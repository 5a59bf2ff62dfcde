"""auth-svc: who somebody is, and for how long that holds."""

import contextlib
import hashlib
import secrets
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette import requests, responses

from sightline.demo import (
    activity,
    database,
    event_log,
    lockouts,
    places,
    problems,
    resp,
    runtime,
    seen,
)
from sightline.model import services

__all__ = ["AuthService", "compose"]

_SESSION_SECONDS: Final = 1800
_LAST_SEEN: Final = "sessions:last-seen"
"""A sorted set: `user:session` by the Unix time it was last seen."""
_ENDED_SECONDS: Final = 3600
_GRACE_SECONDS: Final = 60
"""Requests may be on their way while a session ends; a minute later none is."""
_ENDED_SESSION_USED: Final = "ended_session_used"

_FIND_BY_EMAIL: Final = database.Query(
    "find_user_by_email",
    "SELECT id, password_sha256, country FROM users WHERE email = $1",
)
_READ_USER: Final = database.Query(
    "read_user", "SELECT id, email, country, created_at FROM users WHERE id = $1"
)
_ADD_USER: Final = database.Query(
    "add_user",
    "INSERT INTO users (email, password_sha256, country) VALUES ($1, $2, $3)"
    " ON CONFLICT (email) DO NOTHING RETURNING id",
)
_QUERIES: Final = (_FIND_BY_EMAIL, _READ_USER, _ADD_USER, activity.QUERY)


class AuthService:
    """Logins against PostgreSQL, sessions in Redis."""

    def __init__(
        self,
        users: database.Database,
        sessions: resp.Redis,
        log: event_log.EventLog,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self.activity = activity.Activity(users)
        self._lockouts = lockouts.Lockouts(sessions)
        self._log = log

    def endpoints(self) -> tuple[runtime.Endpoint, ...]:
        """Gives what the service answers."""
        read, write = services.OperationClass.READ, services.OperationClass.WRITE
        return (
            runtime.Endpoint("GET", "/sessions/{session_id}", read, self.read_session),
            runtime.Endpoint("GET", "/users/{user_id}", read, self.read_user),
            runtime.Endpoint("POST", "/login", write, self.log_in),
            runtime.Endpoint("POST", "/logout", write, self.log_out),
            runtime.Endpoint("POST", "/users", write, self.add_user),
        )

    async def log_in(self, request: requests.Request) -> responses.Response:
        """Opens a session for the right e-mail address and password."""
        asked = await runtime.read_json(request)
        address = places.read_address(request.headers.get("x-forwarded-for", ""))
        try:
            user = await self._authenticate(asked, address)
            session = await self._open_session(user["id"])
        except problems.Unavailable:
            self._fail("server_error", address)
            raise
        self._log.write(
            "login", outcome="succeeded", user=str(user["id"]), client=address
        )
        return runtime.reply({"session_id": session, "user_id": user["id"]})

    async def log_out(self, request: requests.Request) -> responses.Response:
        """Ends a session; one that has ended already is no mistake."""
        session = str((await runtime.read_json(request)).get("session_id", ""))
        user = await self._sessions.command("GET", _key_of(session))
        if isinstance(user, bytes):
            member = f"{user.decode()}:{session}"
            await self._sessions.commands(
                [
                    ("DEL", _key_of(session)),
                    ("ZREM", _LAST_SEEN, member),
                    ("SET", _end_of(session), int(time.time()), "EX", _ENDED_SECONDS),
                ]
            )
        return runtime.reply({"ended": user is not None})

    async def read_session(self, request: requests.Request) -> responses.Response:
        """Tells whose session it is, and notes that it was seen."""
        session = request.path_params["session_id"]
        user = await self._sessions.command("GET", _key_of(session))
        if not isinstance(user, bytes):
            await self._judge_ended(session)
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such session")
        await self._note_seen(user.decode(), session)
        return runtime.reply({"session_id": session, "user_id": int(user)})

    async def read_user(self, request: requests.Request) -> responses.Response:
        """Gives a user without the password."""
        number = runtime.read_number("user_id", request.path_params["user_id"])
        user = await self._users.fetch_one(_READ_USER, number)
        if user is None:
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such user")
        return runtime.reply(dict(user))

    async def add_user(self, request: requests.Request) -> responses.Response:
        """Adds a user with an e-mail address that nobody has."""
        asked = await runtime.read_json(request)
        country = str(asked.get("country", "US"))
        if country not in places.COUNTRIES:
            raise problems.Problem(HTTPStatus.BAD_REQUEST, "unknown country")
        added = await self._users.fetch_one(
            _ADD_USER, str(asked.get("email")), _digest(asked.get("password")), country
        )
        if added is None:
            raise problems.Problem(HTTPStatus.CONFLICT, "the address is taken")
        return runtime.reply({"user_id": added["id"]}, HTTPStatus.CREATED)

    async def _authenticate(
        self, asked: Mapping[str, object], address: str
    ) -> database.Row:
        if address and await self._lockouts.is_locked(address):
            self._fail("locked", address)
            raise problems.Problem(HTTPStatus.TOO_MANY_REQUESTS, "try again later")
        user = await self._users.fetch_one(_FIND_BY_EMAIL, str(asked.get("email")))
        if user is None:
            await self._refuse("unknown_user", address)
        elif user["password_sha256"] != _digest(asked.get("password")):
            await self._refuse("wrong_password", address)
        else:
            return user
        raise problems.Problem(HTTPStatus.UNAUTHORIZED, "not recognised")

    async def _refuse(self, reason: str, address: str) -> None:
        self._fail(reason, address)
        if address:
            # The answer is no, whether or not Redis can remember it.
            with contextlib.suppress(problems.Unavailable):
                if await self._lockouts.note_failure(address):
                    self._log.write("address_locked", client=address)

    def _fail(self, reason: str, address: str) -> None:
        self._log.write("login", outcome="failed", reason=reason, client=address)

    async def _judge_ended(self, session: str) -> None:
        ended = await self._sessions.command("GET", _end_of(session))
        if isinstance(ended, bytes) and int(ended) < time.time() - _GRACE_SECONDS:
            self._log.write("session", outcome="violation", policy=_ENDED_SESSION_USED)

    async def _open_session(self, user: int) -> str:
        session = secrets.token_urlsafe(12)
        await self._sessions.command(
            "SET", _key_of(session), user, "EX", _SESSION_SECONDS
        )
        await self._note_seen(str(user), session)
        return session

    async def _note_seen(self, user: str, session: str) -> None:
        now = int(time.time())
        self.activity.note(int(user))
        await self._sessions.commands(
            [
                ("ZADD", _LAST_SEEN, now, f"{user}:{session}"),
                ("ZREMRANGEBYSCORE", _LAST_SEEN, 0, now - _SESSION_SECONDS),
                ("EXPIRE", _key_of(session), _SESSION_SECONDS),
                *seen.note(user, now),
            ]
        )


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives auth-svc with its connections."""
    told, registry = surroundings.settings, surroundings.registry
    users = database.Database(told.database_url, _QUERIES, registry)
    sessions = resp.Redis(told.redis_address)
    service = AuthService(users, sessions, surroundings.security_log())
    return runtime.Program(
        endpoints=service.endpoints(),
        connections=(users, sessions),
        tasks=(service.activity.keep_written,),
        stumble=users.wait_too_long,
        stumble_ratio=0.000_03,
    )


def _key_of(session: str) -> str:
    return f"session:{session}"


def _end_of(session: str) -> str:
    return f"session-ended:{session}"


def _digest(password: object) -> str:
    # Fast on purpose: nobody's password is in the reference platform.
    return hashlib.sha256(str(password).encode()).hexdigest()
