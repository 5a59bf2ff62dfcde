"""The chore "data retention"."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from sightline.app.review import context, dashboards, times
from sightline.clients import prometheus
from sightline.model import findings, units
from sightline.review import reports, retention

__all__ = ["section"]

_GIBIBYTE: Final = 1 << 30
_GAPS: Final = "the times of the samples of `up`; less than five minutes are not seen"


async def section(given: context.Context) -> reports.Section:
    """Gives whether history reaches as far back as anything looks."""
    kept = await retention.measure(given.prometheus, given.period)
    groups = await given.prometheus.fetch_rule_groups()
    needs = retention.longest_needs([*_rules(groups), *_panels(given)])
    gaps = await retention.find_gaps(given.prometheus, given.period)
    return reports.Section(
        name="retention",
        title="Data retention",
        summary=_summary(kept, needs, given.period.end),
        source="prometheus_tsdb_lowest_timestamp_seconds, the server's flags, and the "
        "longest range of every rule and panel",
        found=[*_short(kept, needs, given.period.end), *_holes(gaps or (), given)],
        tables=(
            _table(kept, needs, given.period.end),
            _disk(kept),
            _gap_table(gaps or (), given.declared.organisation.time_zone),
        ),
        unknown=list(_unknown(kept, gaps)),
        figures={"hours without samples": round(_hours(gaps or ()), 2)},
    )


def _hours(gaps: Sequence[retention.Gap]) -> float:
    return sum(one.seconds for one in gaps) / 3_600


def _rules(
    groups: tuple[prometheus.RuleGroup, ...],
) -> Iterator[tuple[str, str]]:
    for group in groups:
        for rule in group.rules:
            yield f"rule {rule.name}", rule.query


def _panels(given: context.Context) -> Iterator[tuple[str, str]]:
    for board in dashboards.built_dashboards(given):
        for panel in board.panels:
            for query in panel.queries:
                yield f"panel {board.uid}: {panel.title}", query.expr.text


def _age(kept: retention.Retention, now: dt.datetime) -> str:
    if kept.oldest is None:
        return "unknown"
    return str(units.Duration.of_seconds(round((now - kept.oldest).total_seconds())))


def _written(need: retention.Need) -> str:
    return str(units.Duration.of_seconds(need.seconds))


def _summary(
    kept: retention.Retention, needs: tuple[retention.Need, ...], now: dt.datetime
) -> str:
    longest = _written(needs[0]) if needs else "nothing"
    return (
        f"the oldest sample is {_age(kept, now)} old, the longest look back is "
        f"{longest}, {kept.configured or 'no retention'} is configured"
    )


def _short(
    kept: retention.Retention, needs: tuple[retention.Need, ...], now: dt.datetime
) -> Iterator[reports.Finding]:
    for need in needs:
        if kept.covers(need, now) is False:
            yield reports.Finding(
                identity=f"retention/{need.what}",
                subject=need.what,
                problem="looks further back than history reaches",
                evidence=f"{_written(need)} of at most {_age(kept, now)}",
                owner="",
                next_step="keep more history, or wait until there is as much",
            )


def _holes(
    gaps: Sequence[retention.Gap], given: context.Context
) -> Iterator[reports.Finding]:
    zone = given.declared.organisation.time_zone
    for gap in gaps:
        yield reports.Finding(
            identity=f"retention/gap/{gap.start:.0f}",
            subject=f"history since {times.write(gap.start, zone)}",
            problem="has a gap",
            evidence=f"no target was scraped for {_length(gap.seconds)}",
            owner="",
            next_step=(
                "find out what stopped Prometheus; figures of that time are missing"
            ),
            source=_GAPS,
        )


def _length(seconds: float) -> str:
    return str(units.Duration.of_seconds(round(seconds / 60) * 60))


def _gap_table(gaps: Sequence[retention.Gap], zone: str) -> reports.Table:
    return reports.Table(
        title="Gaps in the period",
        columns=("from", "to", "length"),
        rows=[
            (
                times.write(one.start, zone),
                times.write(one.end, zone),
                _length(one.seconds),
            )
            for one in gaps
        ],
        source=_GAPS,
    )


def _unknown(
    kept: retention.Retention, gaps: Sequence[retention.Gap] | None
) -> Iterator[findings.NotChecked]:
    if gaps is None:
        yield findings.NotChecked(
            subject="gaps", reason="there is no sample of `up` in the period"
        )
    if kept.oldest is None:
        yield findings.NotChecked(
            subject="the age of the oldest sample",
            reason="prometheus_tsdb_lowest_timestamp_seconds is not scraped",
        )
    if kept.bytes_per_day is None:
        yield findings.NotChecked(
            subject="growth of the history on disk",
            reason="prometheus_tsdb_storage_blocks_bytes does not cover the period",
        )


def _table(
    kept: retention.Retention, needs: tuple[retention.Need, ...], now: dt.datetime
) -> reports.Table:
    verdicts = {True: "yes", False: "no", None: "unknown"}
    return reports.Table(
        title="The longest looks back",
        columns=("what", "reaches back", "covered"),
        rows=[
            (need.what, _written(need), verdicts[kept.covers(need, now)])
            for need in needs
        ],
    )


def _disk(kept: retention.Retention) -> reports.Table:
    def size(count: float | None) -> str:
        return "unknown" if count is None else f"{count / _GIBIBYTE:.2f} GiB"

    return reports.Table(
        title="History on disk",
        columns=("configured", "blocks", "growth a day"),
        rows=[(kept.configured, size(kept.bytes_now), size(kept.bytes_per_day))],
    )
