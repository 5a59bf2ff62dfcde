"""The chore "dashboard accuracy"."""

from collections.abc import Sequence
from typing import Final

from sightline.app import build
from sightline.app.review import context, panel_limits
from sightline.clients import prometheus
from sightline.formats import dashboards, estates
from sightline.model import findings
from sightline.review import accuracy, reports, second_sources

__all__ = ["built_dashboards", "section"]

_NEXT_STEPS: Final = {
    accuracy.State.EMPTY: "look for a label that was renamed, or say why it is empty",
    accuracy.State.UNKNOWN_METRIC: "add its source, or take the panel away",
    accuracy.State.GONE: "find where the metric went: renamed, or no longer scraped",
    accuracy.State.FROZEN: "see whether its source still counts, or tells the past",
    accuracy.State.WRONG_UNIT: "give the panel the unit of its numbers",
    accuracy.State.REFUSED: "mend the query",
    accuracy.State.SLOW: "feed the panel from a recorded series",
}


def built_dashboards(given: context.Context) -> tuple[dashboards.Dashboard, ...]:
    """Gives the dashboards as they are built for the environment."""
    built = build.build(given.declared, given.environment)
    files = (
        (one.path.as_posix(), one.text)
        for one in built
        if one.path.parts[:2] == ("grafana", "dashboards")
        and one.path.suffix == ".json"
    )
    return estates.read_texts(files).dashboards


async def section(given: context.Context) -> reports.Section:
    """Gives the panels that no longer show what they promise."""
    boards = built_dashboards(given)
    given.say(f"asking the panels of {len(boards)} dashboards")
    states = await accuracy.examine(given.prometheus, boards, given.period)
    fine = sum(one.state is accuracy.State.FINE for one in states)
    compared = await _compare(given, boards)
    wrong = [one for one in compared if one.is_wrong]
    contradictions = panel_limits.contradictions(given)
    return reports.Section(
        name="accuracy",
        title="Dashboard accuracy",
        summary=(
            f"{fine} of {len(states)} queries of panels have data that can be true, "
            f"soon enough; {len(compared) - len(wrong)} of {len(compared)} recorded "
            "series have the numbers of their source"
        ),
        source="every query of every panel, asked of Prometheus",
        found=[
            *(_panel(one) for one in states if one.state in _NEXT_STEPS),
            *(_recorded(one) for one in wrong),
            *contradictions,
        ],
        unknown=[
            findings.NotChecked(
                subject=f"{one.dashboard}: {one.panel}",
                reason=f"{one.state.value}: {one.evidence}",
            )
            for one in states
            if one.state in {accuracy.State.NOT_ASKED, accuracy.State.YOUNG}
        ],
        figures={
            "queries of panels that are not fine": float(len(states) - fine),
        },
    )


async def _compare(
    given: context.Context, boards: Sequence[dashboards.Dashboard]
) -> tuple[second_sources.Comparison, ...]:
    """Gives the recorded series that panels show, beside their sources."""
    text = "\n".join(
        query.expr.text
        for board in boards
        for panel in board.panels
        for query in panel.queries
    )
    groups = await given.prometheus.fetch_rule_groups()
    shown = {
        rule.name: rule
        for group in groups
        for rule in group.rules
        if isinstance(rule, prometheus.RecordingRule) and rule.name in text
    }
    given.say(f"comparing {len(shown)} recorded series with their sources")
    return await second_sources.compare(
        given.prometheus, tuple(shown.values()), given.period.end
    )


def _panel(one: accuracy.PanelState) -> reports.Finding:
    return reports.Finding(
        identity=f"accuracy/{one.dashboard}/{one.panel}/{one.state.name}",
        subject=f"{one.dashboard}: {one.panel}",
        problem=one.state.value,
        evidence=one.evidence,
        owner="",
        next_step=_NEXT_STEPS[one.state],
    )


def _recorded(one: second_sources.Comparison) -> reports.Finding:
    evidence = (
        "nothing was recorded in the last five minutes, though the source has numbers"
        if one.is_old
        else f"{one.differing} of {one.compared} series: {one.example}"
    )
    return reports.Finding(
        identity=f"accuracy/recorded/{one.name}",
        subject=one.name,
        problem="is not what its source gives",
        evidence=evidence,
        owner="",
        next_step="see whether its group is evaluated, and in which order",
        source="the recorded series, and its expression at the time of evaluation",
    )
