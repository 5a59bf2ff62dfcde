"""Stripe: what was paid this month, minus what was given back, by currency.

The month is read once, page by page, and from then on only what is new. A page is
counted in one step together with the cursor behind it: a retry after any failure asks
for the same page again, and nothing is counted twice. A restart reads the month anew.
"""

import datetime as dt
import time
import zoneinfo
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import prometheus_client
from prometheus_client import core

from sightline import errors
from sightline.collectors import readings
from sightline.model import calendars, collecting, transactions

__all__ = ["Account", "StripeCollector"]

_REVENUE: Final = frozenset(
    {
        "charge",
        "payment",
        "payment_failure_refund",
        "payment_refund",
        "payment_reversal",
        "refund",
        "refund_failure",
    }
)
"""Kinds that are a customer's money, in or back; not fees, payouts and disputes.
https://docs.stripe.com/reports/balance-transaction-types"""

_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Account(Protocol):
    """The account that is read."""

    async def fetch_page(
        self, since: int, cursor: Mapping[str, str]
    ) -> transactions.Page:
        """Gives a page, newest first; raises `SourceFailed`."""

    async def close(self) -> None:
        """Lets go of it."""


class StripeCollector:
    """Keeps the books of the running month.

    Args:
        clock: Unix seconds; only says when the month begins until Stripe has answered.
    """

    def __init__(
        self,
        declared: collecting.StripeSource,
        account: Account,
        clock: Callable[[], float],
    ) -> None:
        self._declared = declared
        self._account = account
        self._clock = clock
        self._zone = zoneinfo.ZoneInfo(declared.zone)
        self._skew_seconds: float | None = None
        self._book = _Book(since=0)
        self._durations = prometheus_client.Histogram(
            "sightline_stripe_request_duration_seconds",
            "Time until Stripe had answered, by result.",
            ["source", "result"],
            buckets=_BUCKETS,
            registry=None,
        )
        for result in ("ok", *(reason.value for reason in errors.FailureReason)):
            self._durations.labels(declared.name, result)

    async def collect(self) -> readings.Reading:
        """Gives the revenue as it is now."""
        if self._skew_seconds is None:
            await self._fetch(int(self._clock()), {})
        while True:  # a month that takes longer than the timeout goes on where it was
            book = self._current_book()
            page = await self._fetch(book.since, book.cursor)
            if book.add(page):
                return self._reading(book)

    def tell(self) -> Sequence[core.Metric]:
        """Gives how Stripe's API did, also while there is no revenue to show."""
        return tuple(self._durations.collect())

    async def close(self) -> None:
        """Closes the connections to Stripe."""
        await self._account.close()

    def _current_book(self) -> "_Book":
        """Gives the book of the month that it is by Stripe's clock."""
        seconds = self._clock() + (self._skew_seconds or 0.0)
        now = dt.datetime.fromtimestamp(seconds, dt.UTC)
        since = int(calendars.month_start(now, self._zone).timestamp())
        if since != self._book.since:
            self._book = _Book(since=since, known=self._book.totals)
        return self._book

    async def _fetch(self, since: int, cursor: Mapping[str, str]) -> transactions.Page:
        started, result = time.perf_counter(), "timeout"  # a reading given up is none
        try:
            page = await self._account.fetch_page(since, cursor)
            result = "ok"
        except errors.SourceFailed as error:
            result = error.reason.value
            raise
        finally:
            elapsed = time.perf_counter() - started
            self._durations.labels(self._declared.name, result).observe(elapsed)
        self._skew_seconds = page.served_at - self._clock()
        return page

    def _reading(self, book: "_Book") -> readings.Reading:
        declared = self._declared
        revenue = readings.gauge(
            declared.metric,
            declared.help,
            ("currency",),
            [((currency.upper(),), sum_) for currency, sum_ in book.totals.items()],
        )
        skew = readings.gauge(
            "sightline_stripe_clock_skew_seconds",
            "Stripe's clock minus this machine's, to the second.",
            ("source",),
            [((declared.name,), self._skew_seconds or 0.0)],
        )
        return readings.Reading(families=(revenue, skew), rows=book.count)


class _Book:
    """The movements of one month: backwards to its beginning, then what is new.

    Attributes:
        totals: minor units by currency; a currency of the month before begins at 0.
        count: movements that are in the totals, or were passed over.
    """

    def __init__(self, since: int, known: Mapping[str, int] | None = None) -> None:
        self.since = since
        self.totals: Counter[str] = Counter(dict.fromkeys(known or (), 0))
        self.count = 0
        self._newest = ""
        self._oldest = ""
        self._is_whole = False

    @property
    def cursor(self) -> Mapping[str, str]:
        """Where the next page begins."""
        if not self._newest:
            return {}
        if not self._is_whole:
            return {"starting_after": self._oldest}
        return {"ending_before": self._newest}

    def add(self, page: transactions.Page) -> bool:
        """Counts the page behind the cursor, and moves it; whether all is counted."""
        asked = self.cursor
        for movement in page.transactions:
            if movement.kind in _REVENUE:
                self.totals[movement.currency] += movement.amount
        self.count += len(page.transactions)
        if page.transactions:
            if "ending_before" in asked or not asked:
                self._newest = page.transactions[0].id
            if "ending_before" not in asked:
                self._oldest = page.transactions[-1].id
        if "ending_before" in asked:
            return not page.has_more
        self._is_whole = bool(self._newest) and not page.has_more
        return not page.has_more
