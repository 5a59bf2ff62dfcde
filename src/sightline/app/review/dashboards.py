"""The chore "dashboard accuracy"."""

from typing import Final

from sightline.app import build
from sightline.app.review import context
from sightline.formats import dashboards, estates
from sightline.model import findings
from sightline.review import accuracy, reports

__all__ = ["built_dashboards", "section"]

_NEXT_STEPS: Final = {
    accuracy.State.EMPTY: "look for a label that was renamed, or say why it is empty",
    accuracy.State.UNKNOWN_METRIC: "add its source, or take the panel away",
    accuracy.State.STALE: "find where the metric went: renamed, or no longer scraped",
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
    return reports.Section(
        name="accuracy",
        title="Dashboard accuracy",
        summary=f"{fine} of {len(states)} queries of panels have data, soon enough",
        source="every query of every panel, asked of Prometheus",
        found=[
            reports.Finding(
                identity=f"accuracy/{one.dashboard}/{one.panel}/{one.state.name}",
                subject=f"{one.dashboard}: {one.panel}",
                problem=one.state.value,
                evidence=one.evidence,
                owner="",
                next_step=_NEXT_STEPS[one.state],
            )
            for one in states
            if one.state in _NEXT_STEPS
        ],
        unknown=[
            findings.NotChecked(
                subject=f"{one.dashboard}: {one.panel}",
                reason=f"{one.state.value}: {one.evidence}",
            )
            for one in states
            if one.state in {accuracy.State.NOT_ASKED, accuracy.State.YOUNG}
        ],
    )
