"""What the pages ask about alerts: their state, their rules, and why they fire."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sightline import errors
from sightline.app.console import (
    alerts,
    builds,
    episodes,
    explanations,
    inbox,
    proofs,
    rules,
)
from sightline.clients import prometheus, relays
from sightline.console import answers, settings, upstream

__all__ = ["AlertApi"]

_FRESH_SECONDS: Final = 2.0
_RULES_FRESH_SECONDS: Final = 10.0
_HISTORY: Final = dt.timedelta(days=7)
_POINTS: Final = 5_000
_SHORTEST_STEP: Final = dt.timedelta(seconds=15)
_MOST_EPISODES: Final = 100


class AlertApi:
    """Questions about alerts; each answer is JSON."""

    def __init__(
        self, surroundings: settings.Settings, servers: upstream.Upstream
    ) -> None:
        self._settings = surroundings
        self._servers = servers

    async def list_alerts(self, _: Request) -> Response:
        """Answers with every alert; what one server cannot say is said as a problem."""
        return await answers.share(
            self._servers.shared, "alerts", _FRESH_SECONDS, self._find_alerts
        )

    async def _find_alerts(self) -> Mapping[str, object]:
        problems: list[str] = []
        servers = self._servers
        evaluated = await self._read(
            servers.prometheus_relay,
            "/api/v1/alerts",
            alerts.parse_prometheus,
            problems,
        )
        delivered = await self._read(
            servers.alertmanager_relay,
            "/api/v2/alerts",
            alerts.parse_alertmanager,
            problems,
        )
        if len(problems) > 1:
            raise errors.ServerUnavailable(". ".join(problems))
        combined = alerts.combine(evaluated, delivered)
        return {
            "alerts": [_render_alert(one) for one in combined],
            "problems": problems,
        }

    async def _read(
        self,
        relay: relays.Relay,
        path: str,
        parse: alerts.Parse,
        problems: list[str],
    ) -> tuple[alerts.Alert, ...]:
        try:
            answer = await relay.get(path)
            return parse(answer.content)
        except errors.ServerUnavailable as error:
            self._servers.counters.unanswered.labels(relay.name).inc()
            problems.append(str(error))
        except ValueError:
            problems.append(f"{relay.name} answered something else than alerts")
        return ()

    async def list_rules(self, _: Request) -> Response:
        """Answers with every alerting rule, its way to people and its proof."""
        return await answers.share(
            self._servers.shared, "rules", _RULES_FRESH_SECONDS, self._find_rules
        )

    async def gather_rules(self, problems: list[str]) -> tuple[rules.AlertRule, ...]:
        """Gives every alerting rule; `problems` is told what is not known of them.

        Raises:
            ServerUnavailable: Prometheus does not answer.
        """
        groups = await self._servers.prometheus.fetch_rule_groups()
        routes = None
        try:
            status = await self._servers.alertmanager.fetch_status()
            routes = rules.read_routes(status.config)
        except errors.SightlineError as error:
            problems.append(f"Where alerts go is not known: {error}")
        interval = builds.read_scrape_interval(self._settings.build)
        return rules.gather(groups, routes, interval)

    async def _find_rules(self) -> Mapping[str, object]:
        problems: list[str] = []
        gathered = await self.gather_rules(problems)
        proven = await run_in_threadpool(proofs.load, self._settings.proofs)
        return {
            "rules": [
                {**asdict(rule), "proof": asdict(proofs.find(proven, rule.name))}
                for rule in gathered
            ],
            "problems": problems,
        }

    async def show_history(self, request: Request) -> Response:
        """Answers when an alert fired in the last week, and how soon people knew."""
        name: str = request.path_params["name"]
        return await answers.share(
            self._servers.shared,
            f"history {name}",
            _RULES_FRESH_SECONDS,
            lambda: self._find_history(name),
        )

    async def _find_history(self, name: str) -> Mapping[str, object]:
        end = dt.datetime.now(dt.UTC)
        step = max(_SHORTEST_STEP, _HISTORY / _POINTS)
        quoted = answers.quote(name)
        fired = await self._servers.prometheus.query_range(
            f'ALERTS{{alertname={quoted},alertstate="firing"}}',
            end - _HISTORY,
            end,
            step,
        )
        found = episodes.find_episodes(fired, step.total_seconds(), end.timestamp())
        return {
            "days": _HISTORY.days,
            "step_seconds": step.total_seconds(),
            "episodes": [asdict(one) for one in found[:_MOST_EPISODES]],
            "episode_count": len(found),
            "measured": [
                {"channel": one.channel, "at": one.received_at, "seconds": one.seconds}
                for one in await self._measure(name, quoted)
            ],
        }

    async def _measure(self, name: str, quoted: str) -> tuple[episodes.Measured, ...]:
        told = await run_in_threadpool(inbox.load_deliveries, self._settings.inbox, ())
        if not told:
            return ()
        begun = await self._servers.prometheus.query_range(
            f"ALERTS_FOR_STATE{{alertname={quoted}}}",
            dt.datetime.fromtimestamp(told[-1].notification.received_at, dt.UTC)
            - dt.timedelta(hours=1),
            dt.datetime.now(dt.UTC),
            max(_SHORTEST_STEP, _HISTORY / _POINTS),
        )
        starts = [
            prometheus.Sample(labels=series.labels, time=time, number=number)
            for series in begun
            for time, number in series.points
        ]
        return episodes.match_notifications(name, starts, told)

    async def explain(self, request: Request) -> Response:
        """Answers with a rule's expression, taken apart, and what each part is now."""
        name: str = request.path_params["name"]
        labels = dict(request.query_params)
        key = f"explain {name} {sorted(labels.items())}"
        return await answers.share(
            self._servers.shared,
            key,
            _FRESH_SECONDS,
            lambda: self._explain(name, labels),
        )

    async def _explain(
        self, name: str, labels: Mapping[str, str]
    ) -> Mapping[str, object]:
        groups = await self._servers.prometheus.fetch_rule_groups()
        recorded = {
            rule.name: rule.query
            for group in groups
            for rule in group.rules
            if isinstance(rule, prometheus.RecordingRule)
        }
        found = [
            rule
            for group in groups
            for rule in group.rules
            if isinstance(rule, prometheus.AlertingRule) and rule.name == name
        ]
        if not found:
            raise errors.InputError(f"Prometheus has loaded no alert called {name!r}")
        chosen = _choose_rule(found, labels)
        operands = explanations.take_apart(chosen.query, recorded)
        read = await explanations.explain(self._servers.prometheus, operands, labels)
        return {"expr": chosen.query, "operand": _render_operand(read)}


def _choose_rule(
    found: list[prometheus.AlertingRule], labels: Mapping[str, str]
) -> prometheus.AlertingRule:
    """Gives the rule whose own labels an instance has; several rules share a name."""
    fixed = [
        (rule, {k: text for k, text in rule.labels.items() if "{{" not in text})
        for rule in found
    ]
    for rule, own in fixed:
        if labels and own.items() <= labels.items():
            return rule
    return found[0]


def _render_operand(operand: explanations.Operand) -> Mapping[str, object]:
    return {
        "kind": operand.kind.value,
        "text": operand.text,
        "sign": operand.sign,
        "holds": operand.holds,
        "count": operand.count,
        "problem": operand.problem,
        "readings": [asdict(one) for one in operand.readings],
        "parts": [_render_operand(part) for part in operand.parts],
    }


def _render_alert(alert: alerts.Alert) -> Mapping[str, object]:
    labels, annotations = alert.labels, alert.annotations
    return {
        "name": labels.get("alertname", ""),
        "state": alert.state,
        "since": alert.since,
        "priority": labels.get("priority", ""),
        "severity": labels.get("severity", ""),
        "service": labels.get("service", ""),
        "summary": annotations.get("summary", ""),
        "description": annotations.get("description", ""),
        "runbook_url": annotations.get("runbook_url", ""),
        "dashboard_url": annotations.get("dashboard_url", ""),
        "labels": dict(labels),
        "silenced_by": list(alert.suppression.silenced_by),
        "inhibited_by": list(alert.suppression.inhibited_by),
    }
