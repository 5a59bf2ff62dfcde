"""What people read: annotations with real labels, notifications, runbook links."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sightline.model import monitoring, routing
from support import amtool, estate, promtool

pytestmark = pytest.mark.integration

REQUIRED = ("summary", "description", "runbook_url", "dashboard_url")
ALL_TEMPLATES = (
    "sightline.title",
    "sightline.severity",
    "sightline.alert",
    "sightline.service",
    "sightline.priority",
    "sightline.runbook",
    "sightline.dashboard",
    "sightline.firing",
    "sightline.resolved",
    "sightline.email.text",
)


def alerting_rules(built: Path) -> list[dict[str, Any]]:
    return [
        rule
        for path in sorted((built / "prometheus/rules").glob("*.yml"))
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]


def alert(service: str, status: str = "firing", **changes: str) -> amtool.Alert:
    return amtool.Alert(
        labels={
            "alertname": "HighErrorRate",
            "service": service,
            "priority": "P0",
            "severity": "critical",
        },
        annotations={
            "summary": f"{service}: HTTP 5xx ratio 12%",
            "description": f"{service} fails.",
            "runbook_url": "https://docs.example.com/runbooks/high-error-rate",
            "dashboard_url": f"https://grafana.example.com/d/x?var-service={service}",
        }
        | changes,
        status=status,
    )


def test_row_15_every_alert_has_every_text(built: Path) -> None:
    rules = alerting_rules(built)
    assert rules
    assert [
        (rule["alert"], name)
        for rule in rules
        for name in REQUIRED
        if not rule["annotations"].get(name, "").strip()
    ] == []


def test_row_63_every_alert_has_the_labels_that_route_and_own_it(
    built: Path, skillancer: monitoring.Monitoring
) -> None:
    by_series: dict[str, set[str]] = {
        str(level.alert): {"service"}
        for signal in skillancer.signals.values()
        for level in signal.levels
        if "service" in signal.result_labels
    }
    # An escalation keeps both of the alert that it speaks of.
    by_series[routing.ESCALATION_ALERT] = {"service", "team"}
    assert [
        (rule["alert"], name)
        for rule in alerting_rules(built)
        for name in ("priority", "severity", "service", "team")
        if name not in rule["labels"]
        and name not in by_series.get(str(rule["alert"]), ())
    ] == []


def test_row_16_every_link_leads_to_a_built_page_that_names_the_alert(
    built: Path, skillancer: monitoring.Monitoring
) -> None:
    base = skillancer.organisation.runbook_base_url
    for rule in alerting_rules(built):
        address = rule["annotations"]["runbook_url"]
        slug = address.removeprefix(f"{base}/")
        page = (built / "runbooks" / f"{slug}.md").read_text()
        assert str(rule["alert"]) in page


def test_row_18_no_text_reads_a_label_that_the_expression_drops(
    built: Path, skillancer: monitoring.Monitoring
) -> None:
    carried = {
        str(level.alert): set(signal.result_labels)
        for signal in skillancer.signals.values()
        for level in signal.levels
    }
    for rule in alerting_rules(built):
        name = str(rule["alert"])
        texts = [*rule["annotations"].values(), *rule["labels"].values()]
        read = set(re.findall(r"\$labels\.(\w+)", " ".join(texts)))
        assert read <= carried.get(name, read), name


def test_row_17_the_text_states_service_value_threshold_and_duration(
    judge: promtool.Judge,
) -> None:
    judge.check(
        estate.traffic("billing-svc", 88) | estate.errors("billing-svc", 12),
        promtool.Notice(
            alert="HighErrorRate",
            at="10m",
            labels={
                "service": "billing-svc",
                "team": "payments",
                "priority": "P0",
                "severity": "critical",
            },
            annotations={
                "summary": "billing-svc: HTTP 5xx ratio 12% (above 5% for 2m)",
                "description": "HTTP 5xx ratio of billing-svc: 12%. "
                "P0 is raised above 5% for 2m. "
                "Share of requests that the service itself failed (status 5xx), by "
                "service. Zero when nothing failed, absent when there was no traffic. "
                "Compare with the last deployment, then follow the slowest or failing "
                "dependency. Source: http_requests_total of the services.",
                "runbook_url": "https://docs.skillancer.com/runbooks/high-error-rate",
                "dashboard_url": "https://grafana.skillancer.com/d/engineering"
                "?var-service=billing-svc",
            },
        ),
    )


def test_row_14_no_text_is_empty_when_the_alerts_of_a_group_differ(
    renderer: amtool.Renderer,
) -> None:
    group = [alert("billing-svc"), alert("auth-svc"), alert("web", "resolved")]
    rendered = {
        name: renderer.render(f'{{{{ template "{name}" . }}}}', group).strip()
        for name in ALL_TEMPLATES
    }
    assert [name for name, text in rendered.items() if not text] == []
    assert rendered["sightline.title"] == (
        "[P0] billing-svc: HTTP 5xx ratio 12% (and 1 more)"
    )
    assert "auth-svc: HTTP 5xx ratio 12%" in rendered["sightline.firing"]
    assert "web: HTTP 5xx ratio 12%" in rendered["sightline.resolved"]


def test_row_14_an_alert_from_elsewhere_without_any_text_has_a_title(
    renderer: amtool.Renderer,
) -> None:
    bare = amtool.Alert(labels={"alertname": "Other", "service": "web"}, annotations={})
    title = renderer.render('{{ template "sightline.title" . }}', [bare])
    assert title.strip() == "[P2] Other on web"


def test_a_resolved_notification_says_so(renderer: amtool.Renderer) -> None:
    title = '{{ template "sightline.title" . }}'
    rendered = renderer.render(title, [alert("billing-svc", "resolved")])
    assert rendered.strip() == "[P0 resolved] billing-svc: HTTP 5xx ratio 12%"


def test_the_mail_shows_text_as_text_and_links_both_pages(
    renderer: amtool.Renderer,
) -> None:
    page = renderer.render(
        '{{ template "sightline.email.html" . }}',
        [alert("billing-svc", description="<script>alert(1)</script>")],
        is_html=True,
    )
    assert "<script>" not in page
    assert 'href="https://docs.example.com/runbooks/high-error-rate"' in page
    assert 'href="https://grafana.example.com/d/x?var-service=billing-svc"' in page
