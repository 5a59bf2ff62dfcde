"""Injects a fault, times its detection and its page, clears it, and waits for the end.

Times are those of the systems themselves: an alert fires at the evaluation that says
so, and a page arrives when the far side has it in full.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.app import demo, live
from sightline.app.drill import records
from sightline.clients import prometheus, servers
from sightline.demo import faults
from sightline.model import monitoring, notifications, routing, signals
from sightline.spec import loading
from sightline.stack import layout
from sightline.stack.receivers import inbox

__all__ = ["run"]

_POLL_SECONDS: Final = 0.5
_MARGIN_SECONDS: Final = 60.0
"""Beyond `for` and the promised time to page; after that nothing arrives any more."""

_RECOVERY_SECONDS: Final = 900.0
"""Error ratios look back five minutes, and alerts outlive their condition."""

_HEARTBEAT: Final = "Watchdog"
_MANY: Final = 10_000


def run(
    root: Path, names: Sequence[str], say: Callable[[str], None]
) -> tuple[records.Drill, ...]:
    """Gives what each fault's drill showed, one after another, and keeps it.

    Args:
        root: of the project, whose local stack runs with the reference platform.
        names: of faults; none means all of them.
        say: told of the progress.

    Raises:
        InputError: there is no such fault, or the stack runs without its subject.
        ServerUnavailable: no stack runs.
        SpecInvalid: the spec has findings.
    """
    chosen = [demo.find_fault(name) for name in names or faults.FAULTS]
    declared = loading.require(root)
    found = []
    for fault in chosen:
        drill = asyncio.run(_Drill(root, declared, fault, say).run())
        records.keep(layout.Layout.of_project(root).home, drill)
        found.append(drill)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Rule:
    """The alerting rule that a fault must raise."""

    hold_seconds: float
    route: routing.PriorityRoute


class _Drill:
    """One fault from its begin to its last resolve."""

    def __init__(
        self,
        root: Path,
        declared: monitoring.Monitoring,
        fault: faults.Fault,
        say: Callable[[str], None],
    ) -> None:
        self._root = root
        self._declared = declared
        self._fault = fault
        self._say = say
        environment = live.choose(declared, live.LOCAL)
        self._url = live.at_ports(environment, live.running_ports(root)).prometheus_url

    async def run(self) -> records.Drill:
        async with servers.open_client() as client:
            server = prometheus.Prometheus(client, self._url)
            rule = await self._find_rule(server)
            await self._await_silence(server)
            before = await _firing(server)
            self._say(f"{self._fault.name}: {self._fault.description}")
            began = demo.begin(self._root, self._fault, None).started
            try:
                paged = await self._watch(began, rule)
                fired_at = await self._fired_at(server, began)
            finally:
                demo.clear(self._root, self._fault)
            self._say(f"{self._fault.name}: cleared; waiting for the resolve")
            resolved_at = await self._await_resolve(began, rule)
            new = await _firing_since(server, began) - before
        return records.Drill(
            scenario=self._fault.name,
            alert=self._fault.alert,
            fault_at=began,
            fired_at=fired_at,
            delivered=paged,
            expected=tuple(channel.value for channel in rule.route.channels),
            hold_seconds=rule.hold_seconds,
            resolved_at=resolved_at,
            unexpected=self._unexpected(new),
        )

    async def _find_rule(self, server: prometheus.Prometheus) -> _Rule:
        for group in await server.fetch_rule_groups():
            for rule in group.rules:
                if (
                    isinstance(rule, prometheus.AlertingRule)
                    and rule.name == self._fault.alert
                ):
                    priority = signals.Priority[rule.labels.get("priority", "P0")]
                    route = self._declared.routing.routes[priority]
                    return _Rule(rule.duration, route)
        raise errors.InputError(
            f"expected the alert {self._fault.alert} among the loaded rules, found "
            "none; the stack runs with another spec"
        )

    async def _await_silence(self, server: prometheus.Prometheus) -> None:
        """Waits until the alert does not fire from something that was before."""
        fault = self._fault
        selector = f'ALERTS{{alertname="{fault.alert}",service="{fault.service}"}}'
        end = time.monotonic() + _RECOVERY_SECONDS
        while await server.query(selector):
            if time.monotonic() > end:
                raise errors.InputError(
                    f"{fault.alert} of {fault.service} fires already and does not "
                    "end; to end every fault: sightline demo clear"
                )
            await asyncio.sleep(_POLL_SECONDS)

    async def _watch(
        self, began: float, rule: _Rule
    ) -> Mapping[routing.Channel, float]:
        promised = rule.route.time_to_page or rule.route.group_interval
        patience = rule.hold_seconds + promised.seconds + _MARGIN_SECONDS
        return await self._await_told(
            began, notifications.NotificationState.FIRING, rule, patience
        )

    async def _await_resolve(self, began: float, rule: _Rule) -> float | None:
        told = await self._await_told(
            began, notifications.NotificationState.RESOLVED, rule, _RECOVERY_SECONDS
        )
        is_whole = told.keys() == set(rule.route.channels)
        return max(told.values(), default=None) if is_whole else None

    async def _await_told(
        self,
        began: float,
        state: notifications.NotificationState,
        rule: _Rule,
        patience: float,
    ) -> Mapping[routing.Channel, float]:
        """Gives when each channel was told first, once all are or time is up."""
        end = time.time() + patience
        while True:
            told = self._told(began, state, rule.route.channels)
            if told.keys() == set(rule.route.channels) or time.time() > end:
                return told
            await asyncio.sleep(_POLL_SECONDS)

    def _told(
        self,
        began: float,
        state: notifications.NotificationState,
        channels: Collection[routing.Channel],
    ) -> dict[routing.Channel, float]:
        folder = layout.Layout.of_project(self._root).inbox
        told: dict[routing.Channel, float] = {}
        for channel in channels:
            for one in inbox.read(folder, channel, limit=_MANY):
                if one.received_at >= began and self._is_meant(one, state):
                    told.setdefault(channel, one.received_at)
        return told

    def _is_meant(
        self,
        one: notifications.Notification,
        state: notifications.NotificationState,
    ) -> bool:
        return (
            one.state is state
            and one.labels.get("alertname") == self._fault.alert
            and one.labels.get("service") == self._fault.service
        )

    async def _fired_at(
        self, server: prometheus.Prometheus, began: float
    ) -> float | None:
        samples = await _fetch_firing(server, began)
        times = [
            series.points[0][0]
            for series in samples
            if series.labels.get("alertname") == self._fault.alert
            and series.labels.get("service") == self._fault.service
        ]
        return min(times, default=None)

    def _unexpected(self, fired: set[str]) -> tuple[str, ...]:
        foreseen = {self._fault.alert, *self._fault.consequences, _HEARTBEAT}
        return tuple(sorted(fired - foreseen))


async def _firing(server: prometheus.Prometheus) -> set[str]:
    samples = await server.query('ALERTS{alertstate="firing"}')
    return {sample.labels["alertname"] for sample in samples}


async def _firing_since(server: prometheus.Prometheus, began: float) -> set[str]:
    """Gives the alerts that fired at any time since `began`."""
    samples = await _fetch_firing(server, began)
    return {series.labels["alertname"] for series in samples}


async def _fetch_firing(
    server: prometheus.Prometheus, began: float
) -> tuple[prometheus.Series, ...]:
    now = dt.datetime.now(dt.UTC)
    length = dt.timedelta(seconds=now.timestamp() - began)
    return await server.fetch_samples('ALERTS{alertstate="firing"}', now, length)
