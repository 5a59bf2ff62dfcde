import json
from collections.abc import Mapping

from sightline.clients import fakes, prometheus
from sightline.verify import checks, dashboard_probe, formatting, verifying
from support import live_systems

PASSED = checks.Check(
    subject=checks.Subject.PROMETHEUS,
    evidence=(checks.passed("version 3", is_figure=True), checks.passed("7 rules")),
)
FAILED = checks.Check(
    subject=checks.Subject.ALERTS,
    evidence=(
        checks.passed("2 rules", is_figure=True),
        checks.not_checked("no tool"),
        checks.failed("A is gone"),
        checks.failed("B is gone"),
    ),
)
NOT_CHECKED = checks.Check(
    subject=checks.Subject.DASHBOARDS, evidence=(checks.not_checked("no server"),)
)


def test_text_has_the_lines_first_and_the_evidence_after_an_empty_line() -> None:
    report = checks.Report(checks=(PASSED, NOT_CHECKED, FAILED))
    assert formatting.render_text(report) == (
        "✅ Prometheus: healthy (version 3)\n"
        "⚠ All dashboards: not checked: no server\n"
        "❌ All alerts: not configured: A is gone; B is gone\n"
        "\n"
        "Prometheus\n"
        "  ✓ version 3\n"
        "  ✓ 7 rules\n"
        "\n"
        "All dashboards\n"
        "  ? no server\n"
        "\n"
        "All alerts\n"
        "  ✓ 2 rules\n"
        "  ? no tool\n"
        "  ✗ A is gone\n"
        "  ✗ B is gone\n"
    )


def test_json_begins_with_what_the_contract_names() -> None:
    document = json.loads(formatting.render_json(checks.Report(checks=(FAILED,))))
    assert document == {
        "ok": False,
        "checks": [
            {
                "name": "All alerts",
                "state": "failed",
                "figure": "2 rules",
                "reason": "A is gone; B is gone",
                "evidence": [
                    {"state": "passed", "text": "2 rules"},
                    {"state": "not_checked", "text": "no tool"},
                    {"state": "failed", "text": "A is gone"},
                    {"state": "failed", "text": "B is gone"},
                ],
            }
        ],
    }


def test_check_without_evidence_is_not_checked() -> None:
    check = checks.Check(subject=checks.Subject.ALERTS, evidence=())
    assert check.state is checks.State.NOT_CHECKED
    assert check.reason == "nothing was looked at"


async def test_waiting_ends_with_the_first_report_that_passes() -> None:
    good = checks.Report(checks=(PASSED,))
    bad = checks.Report(checks=(FAILED,))
    reports, pauses, told = [bad, bad, good, bad], list[float](), list[checks.Report]()

    async def look() -> checks.Report:
        return reports.pop(0)

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    report = await verifying.await_ok(look, 10.0, told.append, pause)
    assert report is good
    assert told == [bad, bad]
    assert pauses == [0.2, 0.2]


async def test_waiting_ends_with_the_patience() -> None:
    bad = checks.Report(checks=(NOT_CHECKED,))
    pauses = list[float]()

    async def look() -> checks.Report:
        return bad

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    report = await verifying.await_ok(look, 1.0, lambda _: None, pause)
    assert report is bad
    assert pauses == [0.2] * 5


def test_every_form_of_a_variable_is_replaced_and_no_other_dollar() -> None:
    expr = 'a{s=~"$service",t=~"${team:regex}",u=~"[[user]]",v=~"x$"}[$__rate_interval]'
    variables = {"service": ".*", "team": ".+", "user": "u", "__rate_interval": "1m"}
    assert dashboard_probe.substitute(expr, variables) == (
        'a{s=~".*",t=~".+",u=~"u",v=~"x$"}[1m]'
    )
    assert dashboard_probe.substitute("$other", variables) == "$other"


async def test_a_stack_is_looked_at_once_every_target_was_scraped() -> None:
    server = fakes.FakePrometheus()
    new = live_systems.target("unknown", job="services")
    seen = live_systems.target("down", "refused", job="services")
    coming: list[list[Mapping[str, object]]] = [[new], [new, seen], [seen, seen]]
    pauses = list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        server.targets = coming.pop(0)

    async with fakes.open_client(server) as client:
        metrics = prometheus.Prometheus(client, server.url)
        await verifying.await_scrapes(metrics, 10.0, pause)
    assert pauses == [0.1, 0.1, 0.1]


async def test_nobody_waits_for_scrapes_beyond_the_patience() -> None:
    pauses = list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with fakes.open_client() as client:
        metrics = prometheus.Prometheus(client, "http://nobody")
        await verifying.await_scrapes(metrics, 0.3, pause)
    assert len(pauses) == 3
