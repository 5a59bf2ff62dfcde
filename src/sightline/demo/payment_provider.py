"""payment-provider: the far side of billing, with charges like Stripe's.

https://docs.stripe.com/api/charges and https://docs.stripe.com/api/errors
"""

from http import HTTPStatus

from starlette import requests, responses

from sightline.demo import cards, ledger, runtime
from sightline.model import services

__all__ = ["PaymentProvider", "compose"]


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

    async def sum_up(self, request: requests.Request) -> responses.Response:
        """Gives what came in since a Unix time, refunds taken off."""
        since = runtime.read_number("since", request.query_params.get("since"))
        return runtime.reply({"net_minor": self._ledger.sum_since(since)})


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
            runtime.Endpoint("GET", "/v1/balance", read, provider.sum_up),
        ),
        connections=(book,),
    )
