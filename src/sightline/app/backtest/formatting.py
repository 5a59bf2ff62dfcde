"""A backtest as text for people and as JSON for programs."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Final

from sightline.app.backtest import results, running
from sightline.model import findings, units
from sightline.review.backtest import replaying, scoring, sweeping

__all__ = ["render_json", "render_text"]

_WEEK: Final = dt.timedelta(weeks=1)
_SHOWN: Final = 5
"""Episodes of a rule that the text lists; JSON has all of them."""


def render_text(report: running.Report) -> str:
    """Gives a paragraph for each rule that fired, and a line for what is unknown."""
    replayed = [one for one in report.results if not one.not_replayed]
    lines = [
        (
            f"{len(replayed)} of {len(report.results)} alerting rules replayed, "
            f"{_time(report.period.start.timestamp())} to "
            f"{_time(report.period.end.timestamp())} (UTC)"
        )
    ]
    for result in replayed:
        lines += _paragraph(result, report.period)
    lines += [
        f"⚠ {one.alert.name}: not replayed: {one.not_replayed}"
        for one in report.results
        if one.not_replayed
    ]
    lines += [f"⚠ {one.subject}: {one.reason}" for one in report.not_checked]
    return "\n".join(lines) + "\n"


def _paragraph(result: results.Result, period: replaying.Period) -> list[str]:
    lines = [f"{result.alert.name}: {_summary(result, period)}"]
    lines += [f"  {_episode(one)}" for one in result.episodes[-_SHOWN:]]
    if (hidden := len(result.episodes) - _SHOWN) > 0:
        lines.insert(1, f"  … {hidden} earlier")
    if result.unseen:
        lines.append(f"  ⚠ no samples in this period: {', '.join(result.unseen)}")
    if result.begins is not None:
        lines.append(f"  ⚠ its history begins {_time(result.begins)}")
    return lines + _advice(result)


def _summary(result: results.Result, period: replaying.Period) -> str:
    if not result.episodes:
        return "never fired"
    weeks = (period.end - period.start) / _WEEK
    count = len(result.episodes)
    times = "once" if count == 1 else f"{count} times"
    return f"fired {times}, {count / weeks:.1f} a week"


def _episode(episode: replaying.Episode) -> str:
    labels = " ".join(f"{name}={text}" for name, text in episode.labels.items())
    if episode.end is None:
        return f"{_time(episode.start)}  still firing  {labels}"
    length = units.Duration.of_seconds(episode.end - episode.start)
    return f"{_time(episode.start)}  for {length!s:<8}  {labels}"


def _advice(result: results.Result) -> list[str]:
    if result.not_swept:
        return [f"  not swept: {result.not_swept}"]
    if result.tuned is None:
        return []
    advice = result.tuned.recommendation
    if advice is None:
        return [f"  no recommendation: {result.tuned.reason}"]
    return [
        (
            f"  recommended: {_setting(advice.proposed.setting)}"
            f" instead of {_setting(advice.present.setting)}"
        ),
        f"    now:      {_score(advice.present.score)}",
        f"    proposed: {_score(advice.proposed.score)}",
        "    (both on the last third of the period, which did not choose)",
        *_change(result),
    ]


def _change(result: results.Result) -> list[str]:
    match result.change:
        case None:
            return []
        case findings.NotChecked(reason=reason):
            return [f"  ⚠ no diff: {reason}"]
        case diff:
            return [f"    {line}" for line in diff.splitlines()]


def _setting(setting: sweeping.Setting) -> str:
    return f"{setting.limit:g} for {units.Duration.of_seconds(setting.hold)}"


def _score(score: scoring.Score) -> str:
    delay = (
        ""
        if score.delay_seconds is None
        else f", median delay {units.Duration.of_seconds(round(score.delay_seconds))}"
    )
    return (
        f"{score.pages_per_week:.1f} pages a week, {score.right} of {score.episodes} "
        f"right, {score.found} of {score.windows} incidents found{delay}"
    )


def _time(seconds: float) -> str:
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%d %H:%M:%S}"


def render_json(report: running.Report) -> str:
    """Gives the contract of the command: `{"rules": [{"alert", "episodes"}]}`."""
    described = {
        "rules": [_describe(one) for one in report.results],
        "start": report.period.start.timestamp(),
        "end": report.period.end.timestamp(),
        "not_checked": [
            {"subject": one.subject, "reason": one.reason} for one in report.not_checked
        ],
    }
    return json.dumps(described, indent=2) + "\n"


def _describe(result: results.Result) -> Mapping[str, object]:
    return {
        "alert": result.alert.name,
        "episodes": [
            {"start": one.start, "end": one.end, "labels": dict(one.labels)}
            for one in result.episodes
        ],
        "not_replayed": result.not_replayed or None,
        "unseen": list(result.unseen),
        "history_begins": result.begins,
        "sweep": _describe_sweep(result),
    }


def _describe_sweep(result: results.Result) -> Mapping[str, object] | None:
    if result.tuned is None:
        return {"not_swept": result.not_swept} if result.not_swept else None
    advice = result.tuned.recommendation
    return {
        "trials": [_describe_trial(one) for one in result.tuned.trials],
        "recommendation": None
        if advice is None
        else {
            "present": _describe_trial(advice.present),
            "proposed": _describe_trial(advice.proposed),
        },
        "reason": result.tuned.reason or None,
        "diff": result.change if isinstance(result.change, str) else None,
    }


def _describe_trial(trial: sweeping.Trial) -> Mapping[str, object]:
    score = trial.score
    return {
        "limit": trial.setting.limit,
        "for_seconds": trial.setting.hold,
        "episodes": score.episodes,
        "right": score.right,
        "incidents": score.windows,
        "found": score.found,
        "delay_seconds": score.delay_seconds,
        "pages_per_week": score.pages_per_week,
    }
