"""Prometheus' and Alertmanager's own tools accept what is built."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from sightline.model import monitoring, routing, signals

pytestmark = pytest.mark.integration

GUIDE_ALERTS = {
    "ServiceDown",
    "DatabaseUnavailable",
    "HighErrorRate",
    "PaymentProcessingDown",
    "HighLatency",
    "DatabaseConnectionsHigh",
    "HighMemoryUsage",
    "QueueBacklog",
    "CacheHitRatioLow",
}


def run(*command: str | Path) -> str:
    finished = subprocess.run(  # noqa: S603 - the official tools, with our arguments
        command, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_row_01_rule_files_have_groups_and_hold_the_nine_alerts_of_the_guide(
    binaries: Mapping[str, Path], built: Path
) -> None:
    files = sorted((built / "prometheus/rules").glob("*.yml"))
    run(binaries["promtool"], "check", "rules", "--lint=all", "--lint-fatal", *files)
    alerts = {
        rule["alert"]
        for path in files
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
    assert GUIDE_ALERTS - alerts == set()


def test_prometheus_accepts_its_configuration(
    binaries: Mapping[str, Path], built: Path
) -> None:
    config = built / "prometheus/prometheus.yml"
    assert "SUCCESS" in run(binaries["promtool"], "check", "config", config)


def test_the_blackbox_exporter_accepts_its_modules(
    binaries: Mapping[str, Path], built: Path
) -> None:
    modules = built / "prometheus/blackbox.yml"
    run(binaries["blackbox-exporter"], "--config.check", f"--config.file={modules}")


def test_row_04_alertmanager_accepts_its_configuration(
    binaries: Mapping[str, Path], built: Path
) -> None:
    config = built / "alertmanager/alertmanager.yml"
    assert "SUCCESS" in run(binaries["amtool"], "check-config", config)


def test_row_04_05_no_configuration_waits_for_a_shell_to_fill_in_a_secret(
    built: Path,
) -> None:
    config = (built / "alertmanager/alertmanager.yml").read_text()
    assert "$" not in config
    assert "service_key" not in config


def test_row_06_pagerduty_gets_events_v2_with_the_alerts_severity(built: Path) -> None:
    config = yaml.safe_load((built / "alertmanager/alertmanager.yml").read_text())
    (pagerduty,) = config["receivers"][0]["pagerduty_configs"]
    assert pagerduty["routing_key_file"] == (
        "/etc/alertmanager/secrets/pagerduty-routing-key"
    )
    assert pagerduty["severity"] == '{{ template "sightline.severity" . }}'


def test_row_07_no_deprecated_matcher_is_used(built: Path) -> None:
    config = (built / "alertmanager/alertmanager.yml").read_text()
    for deprecated in ("match:", "match_re:", "source_match:", "target_match:"):
        assert f" {deprecated}" not in config


def promised_receiver(level: signals.Level, route: routing.PriorityRoute) -> str:
    if level.heartbeat:
        return "heartbeat"
    return level.priority.value.lower() if route.channels else "dashboard-only"


def test_row_08_10_11_every_alert_reaches_exactly_the_promised_receiver(
    binaries: Mapping[str, Path], built: Path, skillancer: monitoring.Monitoring
) -> None:
    config = built / "alertmanager/alertmanager.yml"
    levels = [one for signal in skillancer.signals.values() for one in signal.levels]
    assert levels
    for level in levels:
        route = skillancer.routing.routes[level.priority]
        receiver = run(
            binaries["amtool"],
            "config",
            "routes",
            "test",
            f"--config.file={config}",
            f"--verify.receivers={promised_receiver(level, route)}",
            f"alertname={level.alert}",
            f"priority={level.priority.value}",
            f"severity={level.severity.value}",
        )
        assert receiver.strip() == promised_receiver(level, route)


@pytest.mark.parametrize(
    ("priority", "receiver"),
    [("P0", "p0"), ("P1", "p1"), ("P2", "p2"), ("P3", "dashboard-only"), ("", "p2")],
)
def test_row_12_each_priority_and_none_has_its_receiver(
    binaries: Mapping[str, Path], built: Path, priority: str, receiver: str
) -> None:
    config = built / "alertmanager/alertmanager.yml"
    labels = [f"priority={priority}"] if priority else []
    command: list[str | Path] = [binaries["amtool"], "config", "routes", "test"]
    walked = run(*command, f"--config.file={config}", "alertname=Any", *labels)
    assert walked.strip() == receiver


def test_building_does_not_depend_on_the_order_of_sets(
    tmp_path: Path, built: Path
) -> None:
    root = Path(__file__).parents[3]
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "sightline", "build", "--env=production"]
        finished = subprocess.run(  # noqa: S603 - our own command
            [*command, "-o", tmp_path / seed],
            env=os.environ | {"PYTHONHASHSEED": seed, "SIGHTLINE_ROOT": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
    folders = [tmp_path / "1", tmp_path / "2", built]
    first, second, third = (
        {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for folder in folders
    )
    assert first == second
    # What is built here is the core: the command also writes what clusters need.
    assert third.items() <= first.items()
