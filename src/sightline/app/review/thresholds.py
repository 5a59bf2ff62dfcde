"""The chore "alert thresholds"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sightline.app.backtest import inputs, results, running
from sightline.app.review import context
from sightline.model import findings, monitoring, units
from sightline.review import reports
from sightline.review.backtest import conditions, scoring, sweeping

__all__ = ["section"]

_STEP_SECONDS: Final = 60.0
"""A month at every few seconds is millions of evaluations; incidents last minutes."""

_BUDGET_SECONDS: Final = 40.0


async def section(given: context.Context) -> reports.Section:
    """Gives the limits and durations that history speaks against."""
    chosen = _with_levels(
        inputs.of_environment(given.declared, given.environment), given.declared
    )
    request = running.Request(
        root=given.root,
        since=units.Duration.of_seconds(given.length.total_seconds()),
        sweep=True,
        step_seconds=_STEP_SECONDS,
        budget_seconds=_BUDGET_SECONDS,
    )
    replayed = await running.replay_rules(request, chosen, given.period, given.say)
    tuned = [one for one in replayed if one.tuned is not None and not one.unseen]
    return reports.Section(
        name="thresholds",
        title="Alert thresholds",
        summary=(
            f"{len(tuned)} of {len(replayed)} rules have one limit to try others for; "
            f"{sum(_advises(one) for one in tuned)} have a better one"
        ),
        source=(
            f"a backtest of every rule, evaluated {_pace(chosen)}; incidents are where "
            "an objective burnt fast"
        ),
        found=list(_advice(tuned)),
        tables=(_table(tuned),),
        figures={"rules with a better limit": float(sum(map(_advises, tuned)))},
        unknown=list(_unknown(replayed)),
    )


def _with_levels(
    chosen: inputs.Inputs, declared: monitoring.Monitoring
) -> inputs.Inputs:
    """Gives the alerts that a level of the spec sets a limit for.

    Those of objectives follow from their targets, which the quarterly review judges;
    to replay their windows of days at every minute would take longer than all others.
    """
    levels = {
        level.alert for signal in declared.signals.values() for level in signal.levels
    }
    kept = tuple(one for one in chosen.alerts if one.name in levels)
    return replace(chosen, alerts=kept)


def _pace(chosen: inputs.Inputs) -> str:
    shortest = min((one.interval for one in chosen.alerts), default=_STEP_SECONDS)
    if shortest >= _STEP_SECONDS:
        return "as often as it is"
    step, own = map(units.Duration.of_seconds, (_STEP_SECONDS, shortest))
    return f"every {step} and not every {own} as it is"


def _advises(result: results.Result) -> bool:
    return result.tuned is not None and result.tuned.recommendation is not None


def _advice(tuned: Sequence[results.Result]) -> Iterator[reports.Finding]:
    for result in tuned:
        advice = result.tuned.recommendation if result.tuned else None
        if advice is None:
            continue
        yield reports.Finding(
            identity=f"thresholds/{result.alert.name}",
            subject=result.alert.name,
            problem=f"would do better at {_written(advice.proposed.setting)}",
            evidence=(
                f"now {_told(advice.present.score)}; then "
                f"{_told(advice.proposed.score)}, on the third that did not choose"
            ),
            owner=result.alert.labels.get("team", ""),
            next_step=_next_step(result),
            diff=result.change if isinstance(result.change, str) else "",
        )


def _next_step(result: results.Result) -> str:
    match result.change:
        case findings.NotChecked(reason=reason):
            return f"change its limit by hand: {reason}"
        case _:
            return "apply the diff, and let `prove` confirm it"


def _written(setting: sweeping.Setting) -> str:
    return f"{setting.limit:g} for {units.Duration.of_seconds(setting.hold)}"


def _told(score: scoring.Score) -> str:
    delay = "none" if score.delay_seconds is None else _written_seconds(score)
    return (
        f"{score.pages_per_week:.1f} episodes a week, precision "
        f"{_share(score.precision)} ({score.right} of {score.episodes}), recall "
        f"{_share(score.recall)} ({score.found} of {score.windows}), "
        f"median delay {delay}"
    )


def _written_seconds(score: scoring.Score) -> str:
    return str(units.Duration.of_seconds(round(score.delay_seconds or 0.0)))


def _share(ratio: float | None) -> str:
    return "unknown" if ratio is None else f"{ratio:.0%}"


def _table(tuned: Sequence[results.Result]) -> reports.Table:
    """Gives how well each rule told of incidents over the whole period."""
    rows = []
    for one in tuned:
        now = _present(one)
        if now is not None and now.episodes:
            rows.append(
                (
                    one.alert.name,
                    f"{now.pages_per_week:.1f}",
                    f"{_share(now.precision)} ({now.right} of {now.episodes})",
                    f"{_share(now.recall)} ({now.found} of {now.windows})",
                )
            )
    return reports.Table(
        title="Rules with one limit, as they are now",
        columns=("rule", "episodes a week", "precision", "recall"),
        rows=sorted(rows),
    )


def _present(result: results.Result) -> scoring.Score | None:
    """Gives the score of the present setting; `None` where none was tried."""
    if result.tuned is None:
        return None
    hold = result.alert.timing.hold
    limits = conditions.split(result.alert.expression).limit
    return next(
        (
            one.score
            for one in result.tuned.trials
            if one.setting == sweeping.Setting(limit=limits, hold=hold)
        ),
        None,
    )


def _unknown(replayed: Sequence[results.Result]) -> Iterator[findings.NotChecked]:
    """Gives each reason once, with the number of rules that it holds for."""
    reasons: dict[str, list[str]] = {}
    for one in replayed:
        if reason := _reason(one):
            reasons.setdefault(reason, []).append(one.alert.name)
    for reason, names in reasons.items():
        first, *others = sorted(set(names))
        more = f" and {len(others)} more" if others else ""
        yield findings.NotChecked(subject=first + more, reason=reason)


def _reason(result: results.Result) -> str:
    """Gives why there is nothing to say of a rule; empty when there is."""
    if result.not_replayed:
        return result.not_replayed
    if result.unseen:
        return f"history has no sample of {', '.join(result.unseen)}"
    return result.not_swept or (result.tuned.reason if result.tuned else "")
