"""Movements of an account's balance, as the payment provider has them."""

from dataclasses import dataclass

__all__ = ["Page", "Transaction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One movement.

    Attributes:
        amount: gross, in the currency's minor units; negative for what is given back.
        currency: as the provider writes it, in lower case.
        kind: such as `charge`, `refund` or `payout`.
    """

    id: str
    amount: int
    currency: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some movements in a row, the newest first.

    Attributes:
        has_more: there are others beyond, in the direction that was asked.
        served_at: the provider's own clock, Unix seconds.
    """

    transactions: tuple[Transaction, ...]
    has_more: bool
    served_at: float
