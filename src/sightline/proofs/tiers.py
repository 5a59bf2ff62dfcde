"""Burn-rate alerts, recognised by their expressions.

A tier compares the error ratio of a long and of a short window with a factor times the
error budget; some add that the failures of the long window are significant:
`sqrt(k) + sqrt(k + 1) - sqrt(4 n B + 1) > z`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sightline.promql import ast, walking
from sightline.proofs import boundaries, rulebook

__all__ = ["Tier", "find_tiers"]

_BASE_SECONDS = 300.0
"""The window of a ratio that is recorded without a longer one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One burn-rate alert of an objective.

    Attributes:
        budget: the share of events that may fail.
        factor: the burn rate from which it fires.
        long_seconds: the window that decides when it fires.
        short_seconds: the window that decides when it clears.
        significance: the deviate that failures must exceed; `None` without a guard.
        is_page: somebody is woken by it.
    """

    slo: str
    alert: str
    budget: float
    factor: float
    long_seconds: float
    short_seconds: float
    significance: float | None
    is_page: bool


def find_tiers(book: rulebook.Rulebook) -> Iterator[Tier]:
    """Gives the tiers among some alerts, in their order."""
    for alert in book.alerts:
        if alert.tree is not None:
            tier = _read_tier(alert, alert.tree, book)
            if tier is not None:
                yield tier


def _read_tier(
    alert: rulebook.Alert, tree: ast.Expression, book: rulebook.Rulebook
) -> Tier | None:
    burns = [
        found
        for node in boundaries.comparisons(tree)
        if (found := _read_burn(node, book)) is not None
    ]
    if len(burns) < 2 or len({(budget, factor) for _, budget, factor in burns}) != 1:  # noqa: PLR2004 - a long and a short window
        return None
    windows = sorted(window for window, _, _ in burns)
    _, budget, factor = burns[0]
    return Tier(
        slo=alert.labels.get("slo", alert.name),
        alert=alert.name,
        budget=budget,
        factor=factor,
        long_seconds=windows[-1],
        short_seconds=windows[0],
        significance=_significance(tree),
        is_page=alert.labels.get("priority", "P0") in {"P0", "P1"},
    )


def _read_burn(
    node: ast.Binary, book: rulebook.Rulebook
) -> tuple[float, float, float] | None:
    """Gives window, budget and factor of a comparison `ratio / budget > factor`."""
    left, right = walking.bare(node.left), walking.bare(node.right)
    match left, right:
        case (
            ast.Binary(
                operator=ast.BinaryOperator.DIVIDE,
                left=ast.VectorSelector() as ratio,
                right=ast.Number(number=budget),
            ),
            ast.Number(number=factor),
        ) if 0 < budget < 1:
            return _window(book.direct(ratio)), budget, factor
        case _:
            return None


def _window(records: Sequence[rulebook.Record]) -> float:
    ranges = [
        node.range_seconds
        for record in records
        for node in walking.walk(record.tree)
        if isinstance(node, ast.MatrixSelector)
    ]
    return max(ranges, default=_BASE_SECONDS)


def _significance(tree: ast.Expression) -> float | None:
    for node in boundaries.comparisons(tree):
        roots = [
            one
            for one in walking.walk(node.left)
            if isinstance(one, ast.Call) and one.function == "sqrt"
        ]
        limit = walking.bare(node.right)
        if roots and isinstance(limit, ast.Number):
            return limit.number
    return None
