"""What is promised of alerts: by a spec's routing table, or by nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline.model import monitoring, routing

__all__ = ["NOTHING", "NoPromises", "SpecPromises"]

_PRIORITY: Final = "priority"


@dataclass(frozen=True, slots=True)
class NoPromises:
    """Files without a spec: an alert must reach somebody, and that is all."""

    def channels(self, labels: Mapping[str, str]) -> frozenset[str] | None:
        """Gives no promise."""
        del labels
        return None

    def may_hide(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Leaves it to those who wrote the inhibition."""
        del source, target
        return True


NOTHING: Final = NoPromises()


@dataclass(frozen=True, slots=True)
class SpecPromises:
    """The promises of a routing table, by priority."""

    declared: monitoring.Monitoring

    def channels(self, labels: Mapping[str, str]) -> frozenset[str] | None:
        """Gives the channels of the alert's priority, or of the two special alerts."""
        if labels.get("alertname") in self._heartbeats():
            return frozenset({routing.Channel.WEBHOOK.value})
        if labels.get("alertname") == routing.ESCALATION_ALERT:
            return frozenset({routing.Channel.PAGERDUTY.value})
        by_priority = {
            priority.value: frozenset(channel.value for channel in route.channels)
            for priority, route in self.declared.routing.routes.items()
        }
        return by_priority.get(labels.get(_PRIORITY, ""), frozenset())

    def may_hide(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Says no where something urgent would be hidden by something less urgent."""
        return target.get(_PRIORITY, "") >= source.get(_PRIORITY, "")

    def _heartbeats(self) -> frozenset[str]:
        return frozenset(
            level.alert
            for signal in self.declared.signals.values()
            for level in signal.levels
            if level.heartbeat
        )
