"""payment-provider: the far side of billing, with charges like Stripe's.

https://docs.stripe.com/api/charges and https://docs.stripe.com/api/errors
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette import requests, responses

from sightline.demo import cards, ledger, runtime
from sightline.model import services

__all__ = ["PaymentProvider", "compose"]

_LIST_PATH: Final = "/v1/balance_transactions"
_LARGEST_PAGE: Final = 100
_ID_PREFIX: Final = "txn_"
_LAST_ID: Final = "txn_999999999999"


class PaymentProvider:
    """Takes every charge but that of the declined card."""

    def __init__(self, book: ledger.Ledger) -> None:
        self._ledger = book

    async def charge(self, request: requests.Request) -> responses.Response:
        """Charges a card, or says in Stripe's form that it is declined."""
        asked = await runtime.read_json(request)
        if asked.get("source") == cards.DECLINED:
            error = {"type": "card_error", "code": "card_declined"}
            return runtime.reply({"error": error}, HTTPStatus.PAYMENT_REQUIRED)
        amount = runtime.read_number("amount", asked.get("amount"))
        currency = str(asked.get("currency", "usd")).upper()
        charge = {"id": self._ledger.charge(amount, currency), "object": "charge"}
        return runtime.reply({**charge, "amount": amount, "paid": True})

    async def refund(self, request: requests.Request) -> responses.Response:
        """Gives a charge back."""
        asked = await runtime.read_json(request)
        charge = str(asked.get("charge"))
        # What was given back before, or is not in the books, is no mistake: 0.
        amount = self._ledger.refund(charge)
        return runtime.reply(
            {
                "id": f"re_{charge.removeprefix('ch_')}",
                "object": "refund",
                "charge": charge,
                "amount": amount,
            }
        )

    async def list_transactions(self, request: requests.Request) -> responses.Response:
        """Gives a page of balance transactions, the newest first.

        https://docs.stripe.com/api/balance_transactions/list
        """
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return _refuse(HTTPStatus.UNAUTHORIZED, "You did not provide an API key.")
        asked = request.query_params
        most = min(
            runtime.read_number("limit", asked.get("limit", "10")), _LARGEST_PAGE
        )
        since = runtime.read_number("created", asked.get("created[gte]", "0"))
        try:
            if "ending_before" in asked:
                number = _read_id(asked["ending_before"])
                found = self._ledger.list_after(number, since, most + 1)
                page = found[-most:]
            else:
                number = _read_id(asked.get("starting_after", _LAST_ID))
                found = self._ledger.list_before(number, since, most + 1)
                page = found[:most]
        except ValueError as error:
            return _refuse(HTTPStatus.BAD_REQUEST, str(error))
        return runtime.reply(
            {
                "object": "list",
                "url": _LIST_PATH,
                "has_more": len(found) > most,
                "data": [_describe(entry) for entry in page],
            }
        )


def _read_id(text: str) -> int:
    """Reads `txn_00000017`.

    Raises:
        ValueError: it is no such id.
    """
    number = text.removeprefix(_ID_PREFIX)
    if number == text or not number.isdecimal():
        raise ValueError(f"No such balance transaction: {text!r}")
    return int(number)


def _describe(entry: ledger.Entry) -> Mapping[str, object]:
    is_refund = entry.amount_minor < 0
    created = int(entry.created)
    return {
        "id": f"{_ID_PREFIX}{entry.number:08}",
        "object": "balance_transaction",
        "amount": entry.amount_minor,
        "available_on": created,
        "created": created,
        "currency": entry.currency.lower(),
        "fee": 0,
        "net": entry.amount_minor,
        "reporting_category": "refund" if is_refund else "charge",
        "source": entry.charge,
        "status": "available",
        "type": "refund" if is_refund else "charge",
    }


def _refuse(status: HTTPStatus, message: str) -> responses.Response:
    error = {"type": "invalid_request_error", "message": message}
    return runtime.reply({"error": error}, status)


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives the payment provider."""
    told = surroundings.settings
    book = ledger.Ledger(told.storage / "payment-provider" / "ledger.sqlite")
    provider = PaymentProvider(book)
    read, write = services.OperationClass.READ, services.OperationClass.WRITE
    return runtime.Program(
        endpoints=(
            runtime.Endpoint("POST", "/v1/charges", write, provider.charge),
            runtime.Endpoint("POST", "/v1/refunds", write, provider.refund),
            runtime.Endpoint("GET", _LIST_PATH, read, provider.list_transactions),
        ),
        connections=(book,),
    )
