"""What the alerts on an objective carry: labels, words, and where to look."""

from dataclasses import dataclass
from typing import Final

from sightline.compilers import links, quantities
from sightline.compilers.slo import series
from sightline.model import (
    budgets,
    environments,
    monitoring,
    names,
    signals,
    slos,
    units,
)

__all__ = ["Writer"]

_TIMES: Final = "{{ $value | humanize }}"
_SHARE: Final = "{{ $value | humanizePercentage }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The labels and annotations of one objective's alerts."""

    objective: slos.Objective
    monitoring: monitoring.Monitoring
    environment: environments.Environment

    def labels(self, priority: signals.Priority) -> dict[str, str]:
        """Gives the labels that route an alert and say whose it is."""
        return {
            "priority": priority.value,
            "severity": signals.AlertSeverity.of_priority(priority).value,
            "service": self.objective.service,
            "team": self.objective.team,
            "slo": self.objective.name,
        }

    def burn_annotations(
        self, alert: names.AlertName, tier: slos.BurnTier
    ) -> dict[str, str]:
        """Gives the words of one burn tier; the alert's value is the burn rate."""
        objective = self.objective
        period = objective.period
        lasting = units.Duration.of_seconds(
            round(period.seconds / float(tier.factor) / 60) * 60
        )
        left = series.select(series.BUDGET_LEFT, objective.name).replace('"', '\\"')
        return self._annotations(
            alert,
            summary=(
                f"{objective.service}: {objective.title}: the error budget burns "
                f"{_TIMES} times too fast (above {tier.factor} over {tier.long} "
                f"and {tier.short})"
            ),
            description=(
                f"{objective.title} allows {_percent(objective)} of the events to be "
                f"bad. Over the last {tier.long} they were, {_TIMES} times as often. A "
                f"burn of {tier.factor} spends the whole budget of {period} in "
                f'{lasting}. {{{{ with query "{left}" }}}}'
                "{{ . | first | value | humanizePercentage }} of the budget is left. "
                f"{{{{ end }}}}Measured at: {objective.measured_at}."
            ),
        )

    def stalled_annotations(self, alert: names.AlertName) -> dict[str, str]:
        """Gives the words of an objective that is no longer measured."""
        objective = self.objective
        return self._annotations(
            alert,
            summary=f"{objective.service}: {objective.title} is no longer measured",
            description=(
                "Its events are missing, or half of them: the series of all valid "
                "events are gone, those of the bad ones are gone, or there is no "
                "event although there were some at this hour last week. No burn "
                f"alert of {objective.name} can fire until they are back. "
                f"Measured at: {objective.measured_at}."
            ),
        )

    def unmeasured_annotations(self, alert: names.AlertName) -> dict[str, str]:
        """Gives the words of an objective whose period has too many gaps."""
        objective = self.objective
        needed = quantities.write_quantity(budgets.COVERAGE_NEEDED, units.Unit.RATIO)
        return self._annotations(
            alert,
            summary=(
                f"{objective.service}: {objective.title}: only {_SHARE} of "
                f"{objective.period} was measured"
            ),
            description=(
                f"Time that was not measured is not good time. Below {needed} the "
                "budget says nothing, and the gate for releases does not pass. Look "
                "for gaps in the scrapes and for rules that failed."
            ),
        )

    def _annotations(
        self, alert: names.AlertName, *, summary: str, description: str
    ) -> dict[str, str]:
        return {
            "summary": summary,
            "description": description,
            "runbook_url": links.runbook_page_url(
                self.monitoring, names.kebab_case(alert)
            ),
            "dashboard_url": links.slo_dashboard_url(
                self.monitoring, self.environment, self.objective.name
            ),
        }


def _percent(objective: slos.Objective) -> str:
    return f"{(objective.target.budget * 100).normalize():f}%"
