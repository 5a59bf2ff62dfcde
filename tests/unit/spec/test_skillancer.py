"""The guide's figures, read back from Skillancer's spec."""

import pytest

from sightline.model import monitoring, routing, services, signals, sources, units

P0, P1, P2, P3 = signals.Priority


def _levels(skillancer: monitoring.Monitoring) -> dict[str, signals.Level]:
    return {
        level.alert: level
        for signal in skillancer.signals.values()
        for level in signal.levels
    }


def test_six_services_have_the_guides_replica_counts(
    skillancer: monitoring.Monitoring,
) -> None:
    counts = {
        service.name: service.expected_replicas
        for service in skillancer.services.values()
    }
    assert counts == {
        "api-gateway": 3,
        "auth-svc": 3,
        "market-svc": 3,
        "skillpod-svc": 2,
        "billing-svc": 2,
        "notification-svc": 2,
    }


def test_every_service_is_asked_for_its_health(
    skillancer: monitoring.Monitoring,
) -> None:
    endpoints = {one.health_endpoint for one in skillancer.services.values()}
    assert endpoints == {"/health"}


def test_every_class_of_operation_is_in_use(skillancer: monitoring.Monitoring) -> None:
    used = {
        operation.operation
        for service in skillancer.services.values()
        for operation in service.operations
    }
    assert used == set(services.OperationClass) - {services.OperationClass.OTHER}


@pytest.mark.parametrize(
    ("alert", "above", "below", "for_", "priority"),
    [
        ("ServiceDown", None, 1.0, "1m", P0),
        ("DatabaseUnavailable", None, 1.0, "30s", P0),
        ("HighErrorRate", 0.05, None, "2m", P0),
        ("PaymentProcessingDown", 0.05, None, "2m", P0),
        ("HighLatency", 1.0, None, "5m", P1),
        ("TailLatencyHigh", 1.0, None, "5m", P1),
        ("DatabaseConnectionsHigh", 0.8, None, "5m", P1),
        ("HighMemoryUsage", 0.85, None, "5m", P1),
        ("QueueBacklog", 1000.0, None, "15m", P2),
        ("CacheHitRatioLow", None, 0.7, "30m", P2),
        ("ErrorRateElevated", 0.01, None, "5m", P2),
        ("LatencyElevated", 0.5, None, "5m", P2),
        ("HighCpuUsage", 0.7, None, "15m", P2),
        ("MemoryUsageElevated", 0.8, None, "5m", P2),
        ("DatabaseLatencyHigh", 0.1, None, "5m", P2),
        ("RedisMemoryHigh", 0.8, None, "5m", P2),
        ("FailedLoginsHigh", 50.0, None, "5m", P2),
        ("BruteForceAttack", 10.0, None, "1m", P1),
        ("WafBlocksHigh", 100.0, None, "5m", P2),
        ("ApiAbuse", 50.0, None, "5m", P2),
        ("SuspiciousIpSeen", 0.0, None, "0s", P1),
        ("SecurityViolation", 0.0, None, "0s", P1),
        ("CertificateExpiresWithinMonth", None, 2_592_000.0, "5m", P3),
        (
            "ServiceReplicasLow",
            0.0,
            signals.ReplicaCount.EXPECTED,
            "5m",
            P2,
        ),
    ],
)
def test_alert_has_the_guides_threshold(
    skillancer: monitoring.Monitoring,
    alert: str,
    above: signals.Threshold | None,
    below: signals.Threshold | None,
    for_: str,
    priority: signals.Priority,
) -> None:
    level = _levels(skillancer)[alert]
    assert (level.above, level.below, str(level.for_), level.priority) == (
        above,
        below,
        for_,
        priority,
    )


def test_priority_table_is_the_guides(skillancer: monitoring.Monitoring) -> None:
    pagerduty, webhook, email = routing.Channel
    table = {
        route.priority: (route.channels, route.response)
        for route in skillancer.routing.routes.values()
    }
    assert table == {
        P0: ((pagerduty, webhook, email), "Immediate"),
        P1: ((webhook, email), "30 minutes"),
        P2: ((webhook,), "2 hours"),
        P3: ((), "Next business day"),
    }


def test_engineering_dashboard_has_the_guides_panels(
    skillancer: monitoring.Monitoring,
) -> None:
    dashboard = next(
        one for one in skillancer.dashboards.values() if one.uid == "engineering"
    )
    titles = {panel.title for row in dashboard.rows for panel in row.panels}
    assert titles >= {
        "Request Rate",
        "Error Rate",
        "Response Time (p50)",
        "Response Time (p95)",
        "Response Time (p99)",
        "CPU Usage",
        "Memory Usage",
        "Database Connections",
        "Database Latency",
        "Redis Memory",
        "Queue Depth",
        "Service Health Grid",
    }


def test_one_heartbeat_always_fires(skillancer: monitoring.Monitoring) -> None:
    heartbeats = [one for one in _levels(skillancer).values() if one.heartbeat]
    assert [one.alert for one in heartbeats] == ["Watchdog"]
    assert heartbeats[0].for_ == units.Duration(0)


def test_samples_are_kept_longer_than_an_objectives_period(
    skillancer: monitoring.Monitoring,
) -> None:
    kept = {
        environment.name: str(environment.retention)
        for environment in skillancer.environments.values()
    }
    assert kept == {"production": "40d", "staging": "40d", "local": "40d"}


def test_database_and_cache_are_probed_by_tcp(
    skillancer: monitoring.Monitoring,
) -> None:
    probes = {probe.name: probe.kind for probe in skillancer.probes}
    tcp = sources.ProbeKind.TCP
    assert {name: probes[name] for name in ("postgres", "redis")} == {
        "postgres": tcp,
        "redis": tcp,
    }
