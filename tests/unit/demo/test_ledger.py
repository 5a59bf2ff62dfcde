from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sightline.demo import ledger

NOW = 1_795_478_400.0  # 24 November 2026, 00:00 UTC


@pytest.fixture
async def book() -> AsyncIterator[ledger.Ledger]:
    opened = ledger.Ledger(Path(":memory:"), clock=lambda: NOW)
    await opened.open()
    yield opened
    await opened.close()


async def test_it_begins_with_a_history_in_three_currencies(
    book: ledger.Ledger,
) -> None:
    assert book.sum_since(NOW + 1) == {}
    assert {"EUR", "GBP", "USD"} == set(book.sum_since(NOW - 86_400))


async def test_revenue_is_paid_minus_refunded_by_currency(book: ledger.Ledger) -> None:
    before = book.sum_since(0)

    book.charge(500, "USD")
    charge = book.charge(300, "EUR")

    assert book.refund(charge) == 300
    assert book.sum_since(0) == {**before, "USD": before["USD"] + 500}


async def test_a_charge_is_given_back_once(book: ledger.Ledger) -> None:
    charge = book.charge(300, "EUR")

    assert [book.refund(charge), book.refund(charge)] == [300, 0]


async def test_the_rest_of_a_partly_refunded_charge_is_given_back(
    book: ledger.Ledger,
) -> None:
    assert book.refund("ch_seed_50") == 50 * 104_729 % 200_000  # 2000 went before


async def test_a_charge_that_is_not_in_the_books_gives_nothing_back(
    book: ledger.Ledger,
) -> None:
    assert book.refund("ch_unheard_of") == 0


async def test_charges_are_numbered_one_after_the_other(book: ledger.Ledger) -> None:
    first, second = book.charge(1, "USD"), book.charge(1, "USD")

    assert int(second.removeprefix("ch_")) == int(first.removeprefix("ch_")) + 1
