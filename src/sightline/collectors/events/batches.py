"""Batches of lines that are sent by HTTP: authenticated, bounded, counted once."""

import hmac
import zlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, Protocol

from starlette import requests, responses

from sightline import errors
from sightline.model import connections

__all__ = ["BatchEndpoint", "Taker"]

_SCHEME: Final = "bearer"
_KEY_HEADER: Final = "idempotency-key"
"""https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/"""
_LONGEST_KEY: Final = 200
_GZIP: Final = 16 + zlib.MAX_WBITS


class Taker(Protocol):
    """What counts batches."""

    def take_batch(self, key: str, body: bytes) -> int | None:
        """Counts lines for good; `None` when the key was taken before.

        Raises:
            SourceFailed: they could not be kept; the same key is to be sent again.
        """


class _RefusedError(Exception):
    """A batch that is not taken, and why."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class BatchEndpoint:
    """Answers `POST` with how many lines were read; only then do they count.

    A sender that got no answer sends the batch again with the same `Idempotency-Key`.

    The file of the token is read anew for each batch, so that it can be changed.
    """

    def __init__(self, place: connections.HttpBatches, taker: Taker) -> None:
        self._limit_bytes = place.limit_bytes
        self._token_file = place.token_file
        self._taker = taker

    async def answer(self, request: requests.Request) -> responses.Response:
        """Takes one batch."""
        try:
            self._authenticate(request)
            key = _read_key(request)
            body = await self._read_body(request)
            taken = self._taker.take_batch(key, body)
        except _RefusedError as refused:
            return _reply({"error": str(refused)}, refused.status)
        except errors.SourceFailed as failed:
            return _reply({"error": str(failed)}, HTTPStatus.SERVICE_UNAVAILABLE)
        if taken is None:
            return _reply({"read": 0, "repeated": True}, HTTPStatus.OK)
        return _reply({"read": taken, "repeated": False}, HTTPStatus.OK)

    def _authenticate(self, request: requests.Request) -> None:
        try:
            token = self._token_file.read_text("utf-8").strip()
        except OSError as error:
            raise _RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE, "the token of this source is missing"
            ) from error
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        is_known = hmac.compare_digest(given.strip().encode(), token.encode())
        if scheme.lower() != _SCHEME or not token or not is_known:
            raise _RefusedError(
                HTTPStatus.UNAUTHORIZED, "expected the bearer token of this source"
            )

    async def _read_body(self, request: requests.Request) -> bytes:
        unpack = _unpacker(request.headers.get("content-encoding", "identity"))
        parts, size = [], 0
        async for received in request.stream():
            part = unpack(received, self._limit_bytes - size + 1)
            size += len(part)
            if size > self._limit_bytes:
                raise _RefusedError(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    f"expected at most {self._limit_bytes} bytes unpacked; send less",
                )
            parts.append(part)
        return b"".join(parts)


def _read_key(request: requests.Request) -> str:
    key = request.headers.get(_KEY_HEADER, "").strip()
    if len(key) > _LONGEST_KEY:
        raise _RefusedError(
            HTTPStatus.BAD_REQUEST, f"expected a key of at most {_LONGEST_KEY} letters"
        )
    return key


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """Gives what unpacks a part, into so many bytes at most."""
    if encoding == "identity":
        return lambda part, limit: part[:limit]
    if encoding != "gzip":
        raise _RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "expected gzip or no content encoding"
        )
    unpacking = zlib.decompressobj(_GZIP)

    def unpack(part: bytes, limit: int) -> bytes:
        try:
            return unpacking.decompress(part, limit)
        except zlib.error as error:
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "expected gzip") from error

    return unpack


def _reply(document: dict[str, object], status: HTTPStatus) -> responses.Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None  # noqa: PLR2004 - as HTTP numbers it
    return responses.JSONResponse(document, status, headers)
