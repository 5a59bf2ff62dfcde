"""An objective's events as two rates: the bad ones and all valid ones."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, assert_never

from sightline.compilers.slo import series
from sightline.model import rules, slos

__all__ = ["compile_events", "render_bound"]

_WINDOW: Final = "5m"
_WINDOW_SECONDS: Final = 300

# The rate window must have left the maintenance, so it pauses a minute longer.
_MAINTENANCE_TAIL: Final = "6m"


def compile_events(
    objective: slos.Objective, *, has_maintenance: bool
) -> Iterable[rules.RecordingRule]:
    """Gives the rules that record both rates, and what they were without maintenance.

    Availability counts a missing `bad` series as no failures, by `or 0 * total`. The
    raw total is repeated there because the recorded one carries labels that the sum
    of `bad` lacks. Latency has no such zero: a bound that is no bucket would read as
    perfect for ever, so there a missing series stays missing and is alerted.
    """
    bad, total = _rates(objective)
    labels = series.identity(objective)
    if not has_maintenance:
        yield series.record(series.TOTAL, total, labels)
        yield series.record(series.BAD, bad, labels)
        return
    yield series.record(series.TOTAL_RAW, total, labels)
    yield series.record(series.BAD_RAW, bad, labels)
    window = f'{series.MAINTENANCE}{{service="{objective.service}"}}'
    lately = f"max_over_time({window}[{_MAINTENANCE_TAIL}])"
    for counted, raw in (
        (series.TOTAL, series.TOTAL_RAW),
        (series.BAD, series.BAD_RAW),
    ):
        measured = series.select(raw, objective.name)
        yield series.record(counted, f"{measured}\nunless on (service) ({lately} == 1)")


def render_bound(threshold_seconds: Decimal) -> str:
    """Gives the matcher of a bucket's bound, in whichever way the server spells it.

    Prometheus 3 stores `1` as `1.0`; older servers and stored series have `1`.
    https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values
    """
    number = float(threshold_seconds)
    if number.is_integer():
        return f'le=~"{int(number)}|{int(number)}[.]0"'
    return f'le="{number!r}"'


def _rates(objective: slos.Objective) -> tuple[str, str]:
    births = objective.counts_births
    sli = objective.sli
    match sli:
        case slos.AvailabilitySli():
            total = _rate(sli.total, births=births)
            return f"{_rate(sli.bad, births=births)}\nor\n0 * {total}", total
        case slos.GoodTotalSli():
            total = _rate(sli.total, births=births)
            good = f"({_rate(sli.good, births=births)} or 0 * {total})"
            return f"{total}\n- {good}", total
        case slos.LatencySli():
            matchers = [sli.matchers] if sli.matchers else []
            braces = f"{{{sli.matchers}}}" if matchers else ""
            bounded = ", ".join([*matchers, render_bound(sli.threshold_seconds)])
            total = _rate(f"{sli.histogram}_count{braces}", births=births)
            fast = _rate(f"{sli.histogram}_bucket{{{bounded}}}", births=births)
            return f"{total}\n- {fast}", total
        case _:
            assert_never(sli)


def _rate(selector: str, *, births: bool) -> str:
    """Gives the summed rate of `selector` over five minutes.

    `rate` sees increases between samples only: what a series already holds in its
    first sample (the first failure of a label set) is invisible to it. With `births`
    that first value is counted too, spread over the window, but only where the
    target was scraped all the time or its process has just begun: otherwise the
    count is old and merely seen late.
    """
    if not births:
        return f"sum(rate({selector}[{_WINDOW}]))"
    return f"""sum(
  (
    ({selector} / {_WINDOW_SECONDS})
    and on (job, instance) (
      (min_over_time(up[10m]) == 1 and up offset 10m == 1)
      or (time() - process_start_time_seconds < 600)
    )
  )
  unless {selector} offset {_WINDOW}
  or rate({selector}[{_WINDOW}])
)"""
