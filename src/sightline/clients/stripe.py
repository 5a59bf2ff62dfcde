"""Stripe's balance transactions, over its HTTP API with a pinned version.

https://docs.stripe.com/api/balance_transactions/list
"""

import email.utils
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import httpx
import pydantic

from sightline import errors
from sightline.clients import servers
from sightline.errors import FailureReason
from sightline.model import connections, transactions

__all__ = ["API_VERSION", "Stripe"]

API_VERSION: Final = "2024-06-20"
"""What the answers look like does not change with the account's own default:
https://docs.stripe.com/api/versioning"""

_PATH: Final = "/v1/balance_transactions"
_PAGE_SIZE: Final = 100
"""The largest that there is: https://docs.stripe.com/api/pagination"""
_TIMEOUT_SECONDS: Final = 30.0
_LONGEST_REASON: Final = 200
_REASONS: Final[Mapping[int, FailureReason]] = {
    HTTPStatus.UNAUTHORIZED: FailureReason.REFUSED,
    HTTPStatus.FORBIDDEN: FailureReason.REFUSED,
    HTTPStatus.TOO_MANY_REQUESTS: FailureReason.EXHAUSTED,
}
"""https://docs.stripe.com/api/errors"""


class _Transaction(pydantic.BaseModel):
    id: str
    amount: int
    currency: str
    type: str


class _List(pydantic.BaseModel):
    data: list[_Transaction]
    has_more: bool


class Stripe:
    """An account, read page by page.

    Args:
        transport: goes to the network when it is `None`.
    """

    def __init__(
        self,
        place: connections.Stripe,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._place = place
        self._client = httpx.AsyncClient(
            base_url=place.url, transport=transport, timeout=_TIMEOUT_SECONDS
        )

    async def fetch_page(
        self, since: int, cursor: Mapping[str, str]
    ) -> transactions.Page:
        """Gives a page of the movements since a Unix time.

        Asking again for the same page changes nothing, so a failure may be retried.

        Args:
            since: in seconds, included.
            cursor: `starting_after` or `ending_before` a transaction; empty for the
                newest page.

        Raises:
            SourceFailed: with the reason, and how long Stripe asks to be left alone.
        """
        asked = {"created[gte]": str(since), "limit": str(_PAGE_SIZE), **cursor}
        response = await self._get(asked)
        if not response.is_success:
            raise self._refused(response)
        try:
            found = _List.model_validate_json(response.content)
        except pydantic.ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the answer"
            raise self._failed(
                FailureReason.ANSWER, f"unexpected answer at {place}: {first['msg']}"
            ) from error
        return transactions.Page(
            transactions=tuple(
                transactions.Transaction(
                    id=one.id, amount=one.amount, currency=one.currency, kind=one.type
                )
                for one in found.data
            ),
            has_more=found.has_more,
            served_at=self._read_date(response),
        )

    async def close(self) -> None:
        """Closes the connections that are kept."""
        await self._client.aclose()

    async def _get(self, asked: Mapping[str, str]) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self._read_key()}",
            "Stripe-Version": API_VERSION,
        }
        try:
            return await self._client.get(_PATH, params=asked, headers=headers)
        except httpx.TimeoutException as error:
            raise self._failed(FailureReason.TIMEOUT, "no answer in time") from error
        except httpx.RemoteProtocolError as error:
            raise self._failed(FailureReason.ANSWER, str(error)) from error
        except httpx.HTTPError as error:
            words = str(error) or type(error).__name__
            raise self._failed(FailureReason.UNREACHABLE, words) from error

    def _read_key(self) -> str:
        try:
            return self._place.key_file.read_text("utf-8").strip()
        except OSError as error:
            raise errors.SourceFailed(
                FailureReason.REFUSED,
                f"expected Stripe's key in {self._place.key_file},"
                f" found: {error.strerror}",
            ) from error

    def _read_date(self, response: httpx.Response) -> float:
        try:
            date = email.utils.parsedate_to_datetime(response.headers["Date"])
        except (KeyError, ValueError) as error:
            raise self._failed(
                FailureReason.ANSWER, "expected a Date header, found none that is valid"
            ) from error
        return date.timestamp()

    def _refused(self, response: httpx.Response) -> errors.SourceFailed:
        status = response.status_code
        reason = FailureReason.QUERY
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            reason = FailureReason.FAULT
        words = f"status {status} {_error_text(response)}".strip()
        return self._failed(
            _REASONS.get(status, reason),
            words,
            retry_after_seconds=servers.read_retry_after(response),
        )

    def _failed(
        self, reason: FailureReason, words: str, *, retry_after_seconds: float = 0.0
    ) -> errors.SourceFailed:
        return errors.SourceFailed(
            reason,
            f"asked Stripe at {self._place.url} for balance transactions: {words}",
            retry_after_seconds=retry_after_seconds,
        )


def _error_text(response: httpx.Response) -> str:
    """Gives Stripe's own words; its answers hold no key, only the end of one."""
    try:
        document = response.json()
        words = str(document["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return ""
    return " ".join(words.split())[:_LONGEST_REASON]
