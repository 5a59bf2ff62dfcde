"""What cannot work about objectives, seen before anything runs.

Each lint is a pure function of the model, and of what is known of the live series
where it needs that. `find_all` gives what the model alone can tell.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from sightline.model import environments, findings, monitoring, slos, spans, units

__all__ = [
    "find_all",
    "find_impossible_dependencies",
    "find_missing_bucket",
    "find_short_retention",
    "find_unreachable_tiers",
    "find_unserved",
]

_CALENDAR_MARGIN: Final = units.Duration.parse("35d")
"""A month of 31 days, and time to read it after its end."""

_NEAREST: Final = 2


def find_all(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[findings.Finding, ...]:
    """Gives the findings of every lint that needs nothing but the model."""
    levels = declared.service_levels
    return (
        *find_unreachable_tiers(levels.objectives.values()),
        *find_impossible_dependencies(levels),
        *find_unserved(declared),
        *find_short_retention(levels.objectives.values(), environment),
    )


def find_unreachable_tiers(
    objectives: Iterable[slos.Objective],
) -> Iterable[findings.Finding]:
    """Gives the burn tiers that even a total outage cannot reach.

    They are left out of the rules: an alert that cannot fire is a promise to nobody.
    """
    for objective in objectives:
        dropped = [
            tier
            for tier in slos.BURN_TIERS
            if not objective.reported_only and not tier.is_reachable(objective.target)
        ]
        if dropped:
            highest = float(1 / objective.target.budget)
            tiers = ", ".join(f"{tier.factor} over {tier.long}" for tier in dropped)
            yield _finding(
                "unreachable-tier",
                findings.FindingSeverity.INFO,
                objective.span,
                f"{objective.name}: a budget of {objective.target.budget:%} burns at "
                f"most {highest:.3g} times too fast; these tiers are left out: {tiers}",
                "set `reported_only: true` where no alert is wanted at all",
            )


def find_missing_bucket(
    objective: slos.Objective, bounds_seconds: Sequence[float]
) -> findings.Finding | None:
    """Gives the finding on a latency bound that is no bucket of its histogram.

    Args:
        objective: one of any kind; only latency has a bound.
        bounds_seconds: the histogram's finite upper bounds, as numbers: `1` and
            `1.0` are the same bound however a server spells it.
    """
    if not isinstance(objective.sli, slos.LatencySli):
        return None
    threshold = float(objective.sli.threshold_seconds)
    finite = [bound for bound in bounds_seconds if math.isfinite(bound)]
    if threshold in finite:
        return None
    nearest = sorted(finite, key=lambda bound: abs(bound - threshold))[:_NEAREST]
    known = " and ".join(f"{bound:g}s" for bound in sorted(nearest)) or "none"
    return _finding(
        "missing-bucket",
        findings.FindingSeverity.ERROR,
        objective.span,
        f"{objective.name}: expected a bucket of {objective.sli.histogram} with the "
        f"bound {threshold:g}s, found none; the nearest are {known}",
        "add the bound to the service's histogram, or promise one that it has",
    )


def find_impossible_dependencies(
    levels: slos.ServiceLevels,
) -> Iterable[findings.Finding]:
    """Gives the objectives that promise more than what stands before them.

    A user who must pass a gateway of 99.95 % never sees 99.99 % behind it. It fails
    nothing, because every objective writes down where it is measured and thereby
    for whom it holds: it is to be known, not to be mended.
    """
    for objective in levels.objectives.values():
        for name in objective.depends_on:
            before = levels.objectives.get(name)
            if before is not None and before.target < objective.target:
                yield _finding(
                    "impossible-dependency",
                    findings.FindingSeverity.INFO,
                    objective.span,
                    f"{objective.name} promises {objective.target} and depends on "
                    f"{name}, which promises {before.target}: a user sees at most "
                    f"{_in_series(objective, levels)}",
                    f"it holds at {objective.measured_at} only; raise the target of "
                    f"{name}, or promise users the lower figure",
                )


def find_unserved(declared: monitoring.Monitoring) -> Iterable[findings.Finding]:
    """Gives the services with neither an objective nor a written exemption."""
    levels = declared.service_levels
    if not levels.objectives:
        return
    served = {objective.service for objective in levels.objectives.values()}
    exempt = {exemption.service for exemption in levels.exemptions}
    for service in declared.services.values():
        if service.name not in served | exempt:
            yield _finding(
                "unserved-service",
                findings.FindingSeverity.WARNING,
                service.span,
                f"{service.name} has no objective and no exemption",
                "declare one under `slos:`, or say under `slo_exemptions:` why not",
            )


def find_short_retention(
    objectives: Iterable[slos.Objective], environment: environments.Environment
) -> Iterable[findings.Finding]:
    """Gives the objectives whose period, or calendar month, outlives their samples.

    Prometheus sums what is there and says nothing of what is not.
    """
    for objective in objectives:
        needed = max(objective.period, _CALENDAR_MARGIN)
        if environment.retention < needed:
            yield _finding(
                "short-retention",
                findings.FindingSeverity.ERROR,
                objective.span,
                f"{objective.name}: expected a retention of at least {needed} in the "
                f"environment {environment.name}, found {environment.retention}",
                "raise `retention:` in monitoring/environments.yaml",
            )


def _in_series(objective: slos.Objective, levels: slos.ServiceLevels) -> str:
    product = objective.target.ratio
    for name in objective.depends_on:
        if name in levels.objectives:
            product *= levels.objectives[name].target.ratio
    return str(slos.Target(round(product, 6)))


def _finding(
    check: str,
    severity: findings.FindingSeverity,
    span: spans.Span,
    message: str,
    hint: str,
) -> findings.Finding:
    return findings.Finding(
        check=f"slo/{check}", severity=severity, span=span, message=message, hint=hint
    )
