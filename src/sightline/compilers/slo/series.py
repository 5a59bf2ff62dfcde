"""The series that objectives are recorded as: every emitted name, in one place.

They carry the labels `slo` and `service` and no other. Whatever may change while the
objective stays the same (team, title, target) is on `INFO`, so that a change does not
begin a new series and thereby a new, empty period. For the same reason `BAD` and
`TOTAL` are what counts, with planned maintenance taken out where there is some: its
first declaration adds the raw pair beside them and leaves their history alone.
"""

from typing import Final

from sightline.model import names, rules, slos, units

__all__ = [
    "BAD",
    "BAD_RAW",
    "BUDGET",
    "BUDGET_LEFT",
    "BUDGET_LEFT_RAW",
    "INFO",
    "MAINTENANCE",
    "MONTH_BAD",
    "MONTH_COVERAGE",
    "MONTH_RATIO",
    "MONTH_START",
    "MONTH_TOTAL",
    "OBJECTIVE",
    "RULE_INTERVAL",
    "TOTAL",
    "TOTAL_RAW",
    "coverage",
    "error_ratio",
    "error_ratio_raw",
    "excluded",
    "identity",
    "record",
    "select",
]

RULE_INTERVAL: Final = units.Duration.parse("1m")
"""How often rates are recorded: a window's events are its summed rates times this."""

BAD: Final = "slo:sli_bad:rate5m"
TOTAL: Final = "slo:sli_total:rate5m"
BAD_RAW: Final = "slo:sli_bad_raw:rate5m"
TOTAL_RAW: Final = "slo:sli_total_raw:rate5m"
OBJECTIVE: Final = "slo:objective:ratio"
BUDGET: Final = "slo:error_budget:ratio"
BUDGET_LEFT: Final = "slo:error_budget_remaining:ratio"
BUDGET_LEFT_RAW: Final = "slo:error_budget_remaining_raw:ratio"
INFO: Final = "sightline_slo_info"
MAINTENANCE: Final = "slo:maintenance:active"
MONTH_START: Final = "slo:calendar_month_start:timestamp_seconds"
MONTH_BAD: Final = "slo:events_bad:month"
MONTH_TOTAL: Final = "slo:events_total:month"
MONTH_RATIO: Final = "slo:sli_error:ratio_month"
MONTH_COVERAGE: Final = "slo:coverage:ratio_month"


def error_ratio(window: units.Duration) -> str:
    """Gives the name of the error ratio over `window`."""
    return f"slo:sli_error:ratio{window}"


def error_ratio_raw(period: units.Duration) -> str:
    """Gives the name of the error ratio that no maintenance was taken out of."""
    return f"slo:sli_error_raw:ratio{period}"


def coverage(period: units.Duration) -> str:
    """Gives the name of the measured share of `period`."""
    return f"slo:coverage:ratio{period}"


def excluded(period: units.Duration) -> str:
    """Gives the name of the share of `period` that maintenance took out."""
    return f"slo:maintenance_excluded:ratio{period}"


def select(name: str, slo: names.SloName) -> str:
    """Gives the selector of one objective's series."""
    return f'{name}{{slo="{slo}"}}'


def identity(objective: slos.Objective) -> dict[str, str]:
    """Gives the labels by which an objective's series stay the same for ever."""
    return {"slo": objective.name, "service": objective.service}


def record(
    name: str, expr: str, labels: dict[str, str] | None = None
) -> rules.RecordingRule:
    """Gives a recording rule; without `labels` it keeps those of what it reads."""
    return rules.RecordingRule(
        record=names.MetricName(name), expr=expr, labels=labels or {}
    )
