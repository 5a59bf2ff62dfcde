"""The chore "alert thresholds"."""

from collections.abc import Iterator, Sequence

from sightline.app.backtest import inputs, running
from sightline.app.review import context
from sightline.model import findings, units
from sightline.review import reports
from sightline.review.backtest import scoring, sweeping

__all__ = ["section"]


async def section(given: context.Context) -> reports.Section:
    """Gives the limits and durations that history speaks against."""
    chosen = inputs.of_environment(given.declared, given.environment)
    request = running.Request(
        root=given.root,
        since=units.Duration.of_seconds(given.length.total_seconds()),
        sweep=True,
    )
    results = await running.replay_rules(request, chosen, given.period, given.say)
    tuned = [one for one in results if one.tuned is not None]
    return reports.Section(
        name="thresholds",
        title="Alert thresholds",
        summary=(
            f"{len(tuned)} of {len(results)} rules have one limit to try others for; "
            f"{sum(_advises(one) for one in tuned)} have a better one"
        ),
        source="a backtest of every rule; incidents are where an objective burnt fast",
        found=list(_advice(tuned)),
        unknown=list(_unknown(results)),
    )


def _advises(result: running.Result) -> bool:
    return result.tuned is not None and result.tuned.recommendation is not None


def _advice(tuned: Sequence[running.Result]) -> Iterator[reports.Finding]:
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
                f"{_told(advice.proposed.score)}, on history that did not choose"
            ),
            owner=result.alert.labels.get("team", ""),
            next_step="change its level in the spec, and let `prove` confirm it",
        )


def _written(setting: sweeping.Setting) -> str:
    return f"{setting.limit:g} for {units.Duration.of_seconds(setting.hold)}"


def _told(score: scoring.Score) -> str:
    return (
        f"{score.pages_per_week:.1f} episodes a week, {score.found} of "
        f"{score.windows} incidents found"
    )


def _unknown(results: Sequence[running.Result]) -> Iterator[findings.NotChecked]:
    """Gives each reason once, with the number of rules that it holds for."""
    reasons: dict[str, list[str]] = {}
    for one in results:
        reason = (
            one.not_replayed or one.not_swept or (one.tuned.reason if one.tuned else "")
        )
        if reason:
            reasons.setdefault(reason, []).append(one.alert.name)
    for reason, names in reasons.items():
        first, *others = sorted(set(names))
        more = f" and {len(others)} more" if others else ""
        yield findings.NotChecked(subject=first + more, reason=reason)
