"""When something was truly wrong: what alerts are judged by, without labels by hand."""

from typing import Final

from sightline import errors
from sightline.clients import prometheus
from sightline.promql import parsing, printing, refusals
from sightline.review.backtest import (
    chains,
    fetching,
    replaying,
    restricting,
    scoring,
    timelines,
)

__all__ = ["fetch"]

_STEP_SECONDS: Final = 60.0
_DEFAULT: Final = (
    "max by (service) (slo:sli_error:ratio1h"
    " / on (slo, service) slo:error_budget:ratio) > 14.4"
)
"""The error budget of 30 days spent at a rate that is gone in two.

https://sre.google/workbook/alerting-on-slos/, table 5-8: 14.4 over one hour.
"""


async def fetch(
    server: prometheus.Prometheus,
    expr: str | None,
    recordings: chains.Recordings,
    period: replaying.Period,
    step_seconds: float = _STEP_SECONDS,
) -> scoring.Truth:
    """Gives when something was truly wrong in a period, by service.

    Args:
        server: has the history.
        expr: has results whenever something is wrong; `None` means where an objective
            of the spec burns fast.
        recordings: the recording rules whose series the server has no history of.
        period: what is looked at.
        step_seconds: between two looks.

    Raises:
        InputError: the expression is not understood.
        ServerUnavailable: the server did not answer, or refuses the expression.
    """
    grid = timelines.Grid.between(period.start, period.end, step_seconds)
    computed = _computed(expr or _DEFAULT, recordings)
    return {
        one.labels.get("service", ""): scoring.Windows.held(one.numbers, grid)
        for one in await fetching.fetch(server, computed, grid)
    }


def _computed(expr: str, recordings: chains.Recordings) -> str:
    try:
        expression = parsing.parse(expr)
    except refusals.RefusedExpression as refusal:
        raise errors.InputError(f"the truth: {refusal}") from refusal
    try:
        return printing.render(chains.inline(expression, recordings))
    except restricting.NotReplayable:
        # As it was recorded, then: there is no other way to have it.
        return printing.render(expression)
