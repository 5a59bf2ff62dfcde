"""billing-svc: payments, refunds and invoices, charged through the provider."""

import contextlib
import json
import time
from http import HTTPStatus
from typing import Any, Final

import prometheus_client
from starlette import requests, responses

from sightline.demo import calls, database, problems, runtime
from sightline.model import services

__all__ = ["BillingService", "Declined", "Provider", "compose"]

_PROVIDER_SECONDS: Final = 8.0
_ERROR_TYPES: Final = (
    "api_error",
    "rate_limit",
    "timeout",
    "connection",
    "card_error",
)
_RESULTS: Final = ("succeeded", "failed", "declined")
_BUCKETS: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 2, 5, 10)

_READ_INVOICE: Final = database.Query(
    "read_invoice",
    "SELECT contract_id, currency, sum(amount_minor - refunded_minor) AS total_minor"
    " FROM payments WHERE contract_id = $1 AND status = 'succeeded'"
    " GROUP BY contract_id, currency LIMIT 1",
)
_READ_PAYMENT: Final = database.Query(
    "read_payment", "SELECT * FROM payments WHERE id = $1"
)
_ADD_PAYMENT: Final = database.Query(
    "add_payment",
    "INSERT INTO payments (contract_id, amount_minor, currency, status, charge)"
    " SELECT id, $2, $3, $4, $5 FROM contracts WHERE id = $1 RETURNING id",
)
_ADD_REFUND: Final = database.Query(
    "add_refund",
    "UPDATE payments SET refunded_minor = amount_minor, refunded_at = now()"
    " WHERE id = $1 AND status = 'succeeded' RETURNING id, charge, amount_minor",
)
_QUERIES: Final = (_READ_INVOICE, _READ_PAYMENT, _ADD_PAYMENT, _ADD_REFUND)


class Declined(problems.Problem):
    """The provider answered, and the card is refused."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.PAYMENT_REQUIRED, "the card was declined")


class Provider:
    """The payment provider's API, with every call measured."""

    def __init__(
        self, caller: calls.Caller, registry: prometheus_client.CollectorRegistry
    ) -> None:
        self._caller = caller
        self._requests = prometheus_client.Counter(
            "stripe_api_requests_total",
            "Calls to the payment provider, counted as they begin.",
            registry=registry,
        )
        self._errors = prometheus_client.Counter(
            "stripe_api_errors_total",
            "Calls that failed, by type; `card_error` is a declined card.",
            ["type"],
            registry=registry,
        )
        self._durations = prometheus_client.Histogram(
            "stripe_api_request_duration_seconds",
            "Time until the payment provider had answered, or was given up.",
            buckets=_BUCKETS,
            registry=registry,
        )
        for kind in _ERROR_TYPES:
            self._errors.labels(kind)

    async def post(self, path: str, document: dict[str, object]) -> str:
        """Gives the id of what the provider made.

        Raises:
            Declined: the card is refused.
            Problem: 502 or 504, when the provider failed, was away or too slow.
        """
        call = calls.Call(
            program="payment-provider",
            method="POST",
            path=path,
            body=json.dumps(document).encode(),
            timeout_seconds=_PROVIDER_SECONDS,
        )
        answer = await self._ask(call)
        if answer.status == HTTPStatus.OK:
            return str(answer.read_json()["id"])
        if answer.status == HTTPStatus.PAYMENT_REQUIRED:
            self._errors.labels("card_error").inc()
            raise Declined
        is_limit = answer.status == HTTPStatus.TOO_MANY_REQUESTS
        self._errors.labels("rate_limit" if is_limit else "api_error").inc()
        reason = "the payment provider failed"
        raise problems.Problem(HTTPStatus.BAD_GATEWAY, reason)

    async def _ask(self, call: calls.Call) -> calls.Answer:
        self._requests.inc()
        started = time.perf_counter()
        try:
            return await self._caller.call(call)
        except problems.Unavailable as error:
            kind = "timeout" if error.timed_out else "connection"
            self._errors.labels(kind).inc()
            status = HTTPStatus.BAD_GATEWAY
            if error.timed_out:
                status = HTTPStatus.GATEWAY_TIMEOUT
            raise problems.Problem(status, error.reason) from error
        finally:
            self._durations.observe(time.perf_counter() - started)


class BillingService:
    """Charges first, then writes down what came of it, then tells the user."""

    def __init__(
        self,
        tables: database.Database,
        caller: calls.Caller,
        registry: prometheus_client.CollectorRegistry,
    ) -> None:
        self._tables = tables
        self._caller = caller
        self._provider = Provider(caller, registry)
        self._payments = prometheus_client.Counter(
            "payments_total", "Payments by result.", ["result"], registry=registry
        )
        for result in _RESULTS:
            self._payments.labels(result)

    def endpoints(self) -> tuple[runtime.Endpoint, ...]:
        """Gives what the service answers."""
        read, write = services.OperationClass.READ, services.OperationClass.WRITE
        return (
            runtime.Endpoint("GET", "/invoices/{invoice_id}", read, self.read_invoice),
            runtime.Endpoint("GET", "/payments/{payment_id}", read, self.read_payment),
            runtime.Endpoint("POST", "/payments", write, self.pay),
            runtime.Endpoint("POST", "/refunds", write, self.refund),
        )

    async def read_invoice(self, request: requests.Request) -> responses.Response:
        """Gives what a contract has cost so far."""
        number = runtime.read_number("invoice_id", request.path_params["invoice_id"])
        return _reply_row(await self._tables.fetch_one(_READ_INVOICE, number))

    async def read_payment(self, request: requests.Request) -> responses.Response:
        """Gives one payment."""
        number = runtime.read_number("payment_id", request.path_params["payment_id"])
        return _reply_row(await self._tables.fetch_one(_READ_PAYMENT, number))

    async def pay(self, request: requests.Request) -> responses.Response:
        """Charges a card for a contract."""
        asked = dict(await runtime.read_json(request))
        try:
            payment = await self._charge(asked)
        except Declined:
            self._payments.labels("declined").inc()
            raise
        except problems.Problem as problem:
            if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self._payments.labels("failed").inc()
            raise
        self._payments.labels("succeeded").inc()
        await self._notify(asked.get("user_id"))
        return runtime.reply({"payment_id": payment}, HTTPStatus.CREATED)

    async def refund(self, request: requests.Request) -> responses.Response:
        """Gives a payment back in full."""
        asked = await runtime.read_json(request)
        number = runtime.read_number("payment_id", asked.get("payment_id"))
        refunded = await self._tables.fetch_one(_ADD_REFUND, number)
        if refunded is None:
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such payment")
        await self._provider.post("/v1/refunds", {"charge": refunded["charge"]})
        return runtime.reply(dict(refunded), HTTPStatus.CREATED)

    async def _charge(self, asked: dict[str, object]) -> object:
        contract = runtime.read_number("contract_id", asked.get("contract_id"))
        amount = runtime.read_number("amount_minor", asked.get("amount_minor"))
        charge = await self._provider.post(
            "/v1/charges",
            {"amount": amount, "currency": "usd", "source": asked.get("source")},
        )
        added = await self._tables.fetch_one(
            _ADD_PAYMENT, contract, amount, "USD", "succeeded", charge
        )
        if added is None:
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such contract")
        return added["id"]

    async def _notify(self, user: object) -> None:
        receipt = {"user_id": user, "text": "Your payment arrived."}
        call = calls.Call(
            program="notification-svc",
            method="POST",
            path="/notifications",
            body=json.dumps(receipt).encode(),
            timeout_seconds=2.0,
        )
        # The money has moved: a lost receipt must not turn that into an error.
        with contextlib.suppress(problems.Unavailable):
            await self._caller.call(call)


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives billing-svc with its connections."""
    told, registry = surroundings.settings, surroundings.registry
    tables = database.Database(told.database_url, _QUERIES, registry)
    caller = calls.Caller(told.peers)
    return runtime.Program(
        endpoints=BillingService(tables, caller, registry).endpoints(),
        connections=(tables, caller),
        stumble=tables.wait_too_long,
        stumble_ratio=0.000_03,
    )


def _reply_row(row: database.Row | None) -> responses.Response:
    found: dict[str, Any] | None = dict(row) if row is not None else None
    if found is None:
        raise problems.Problem(HTTPStatus.NOT_FOUND, "not found")
    return runtime.reply(found)
