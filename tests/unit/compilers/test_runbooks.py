from dataclasses import replace

from sightline.compilers import runbooks
from sightline.model import names, signals
from sightline.model import runbooks as model
from support import builders


def test_a_page_has_the_facts_of_its_alert_and_the_authored_text() -> None:
    level = builders.level(
        "HighErrorRate",
        above=0.05,
        priority=signals.Priority.P0,
        for_=builders.duration("2m"),
        guard="sum(n) > 20",
    )
    signal = builders.signal(by=(names.LabelName("service"),), levels=(level,))
    authored = model.Runbook(
        slug="high-error-rate",
        title="High error rate",
        text="## First checks\n\nLook at the logs.\n",
        span=builders.SPAN,
    )
    declared = builders.declaration(signal, runbooks={authored.slug: authored})
    (page,) = runbooks.compile_runbooks(declared, builders.environment())
    assert str(page.path) == "runbooks/high-error-rate.md"
    assert page.text == (
        "# High error rate\n\n"
        "## HighErrorRate\n\n"
        "| | |\n|---|---|\n"
        "| Priority | P0 (critical) |\n"
        "| Told | PagerDuty + webhook + e-mail; response: 2 hours |\n"
        "| Measures | HTTP 5xx ratio: Share of requests that failed. |\n"
        "| Source | requests_total of the services |\n"
        "| Fires | above 5% for 2m |\n"
        "| Ends | as soon as the condition no longer holds |\n"
        "| Dashboard | https://grafana.example.com |\n\n"
        "What is measured:\n\n"
        "```promql\n"
        "sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))\n"
        "```\n\n"
        "Only while this holds too:\n\n"
        "```promql\nsum(n) > 20\n```\n\n"
        "To silence it while you work on it:\n\n"
        "```sh\n"
        "amtool silence add \\\n"
        "  --alertmanager.url=https://alertmanager.example.com \\\n"
        '  --duration=1h --author="$USER" --comment="REASON" \\\n'
        "  alertname=HighErrorRate service=SERVICE\n"
        "```\n\n"
        "## First checks\n\nLook at the logs.\n"
    )


def test_alerts_that_share_a_page_stand_on_it_together() -> None:
    levels = (
        builders.level("Elevated", above=0.01, runbook="errors"),
        builders.level("High", above=0.05, runbook="errors"),
    )
    (page,) = runbooks.compile_runbooks(
        builders.declaration(builders.signal(levels=levels)), builders.environment()
    )
    assert page.text.index("## Elevated") < page.text.index("## High")


def test_row_22_an_alert_that_escalates_is_silenced_under_both_its_names() -> None:
    level = builders.level("Slow", above=0.05, priority=signals.Priority.P1)
    declared = builders.declaration(builders.signal(levels=(level,)))
    p1 = declared.routing.routes[signals.Priority.P1]
    escalating = replace(p1, escalate_after=builders.duration("30m"))
    routes = {**declared.routing.routes, signals.Priority.P1: escalating}
    table = replace(declared.routing, routes=routes)
    slow, escalated = runbooks.compile_runbooks(
        replace(declared, routing=table), builders.environment()
    )
    assert "| Told | webhook + e-mail; response: 2 hours; PagerDuty after 30m |" in (
        slow.text
    )
    assert "\n  alertname=Slow\n" in slow.text
    assert "\n  escalated_alert=Slow\n" in slow.text
    assert str(escalated.path) == "runbooks/escalated-alert.md"
    assert "Alert: `EscalatedAlert`" in escalated.text
