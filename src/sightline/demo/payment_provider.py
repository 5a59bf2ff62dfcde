"""payment-provider: the far side of billing, with charges like Stripe's.

https://docs.stripe.com/api/charges and https://docs.stripe.com/api/errors
"""

import itertools
from http import HTTPStatus

from starlette import requests, responses

from sightline.demo import cards, runtime
from sightline.model import services

__all__ = ["PaymentProvider", "compose"]


class PaymentProvider:
    """Takes every charge but that of the declined card."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    async def charge(self, request: requests.Request) -> responses.Response:
        """Charges a card, or says in Stripe's form that it is declined."""
        asked = await runtime.read_json(request)
        if asked.get("source") == cards.DECLINED:
            error = {"type": "card_error", "code": "card_declined"}
            return runtime.reply({"error": error}, HTTPStatus.PAYMENT_REQUIRED)
        charge = {"id": f"ch_{next(self._numbers):08}", "object": "charge"}
        return runtime.reply({**charge, "amount": asked.get("amount"), "paid": True})

    async def refund(self, request: requests.Request) -> responses.Response:
        """Gives a charge back."""
        asked = await runtime.read_json(request)
        refund = {"id": f"re_{next(self._numbers):08}", "object": "refund"}
        return runtime.reply({**refund, "charge": asked.get("charge")})


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives the payment provider."""
    del surroundings  # it needs nobody
    provider = PaymentProvider()
    write = services.OperationClass.WRITE
    return runtime.Program(
        endpoints=(
            runtime.Endpoint("POST", "/v1/charges", write, provider.charge),
            runtime.Endpoint("POST", "/v1/refunds", write, provider.refund),
        )
    )
