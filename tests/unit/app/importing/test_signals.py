"""Rules of any origin as signals with levels; what is lost is said."""

from sightline.app.importing import materials, signals
from sightline.model import units

OWNERS = signals.Owners(
    services=frozenset({"shop", "prometheus"}),
    teams=frozenset({"checkout"}),
    by_job={"shop-api": "shop"},
    otherwise="prometheus",
)


def rule(
    name: str, expr: str, *, record: bool = False, **labels: str
) -> materials.Rule:
    return materials.Rule(
        name=name,
        is_alert=not record,
        expr=expr,
        labels=labels,
        for_=units.Duration.parse("5m"),
        group="Shop rules",
        place=f"{name}.yml:1:1",
    )


def convert(*rules: materials.Rule) -> signals.Signals:
    material = materials.Material(
        rules=rules, boards=(), server=None, grafana_url=None, left=()
    )
    return signals.convert(material, OWNERS)


def said(found: signals.Signals) -> list[str]:
    return [f"{one.subject}: {one.reason}" for one in found.left]


def test_alerts_about_one_query_are_levels_of_one_signal() -> None:
    found = convert(
        rule("QueueLong", 'queue{job="shop-api"} > 100', severity="warning"),
        rule("QueueVeryLong", 'queue{job="shop-api"} > 1000', severity="critical"),
    )
    (signal,) = found.signals
    assert (signal.name, signal.group) == ("queue_long", "shop-rules")
    assert signal.document() == {
        "title": "Queue long",
        "description": "Imported from the alert QueueLong of the group Shop rules.",
        "unit": "count",
        "source": "queue",
        "query": 'queue{job="shop-api"}',
        "by": ["job"],
        "service": "shop",
        "levels": [
            {"alert": "QueueLong", "above": 100, "for": "5m", "priority": "P2"},
            {"alert": "QueueVeryLong", "above": 1000, "for": "5m", "priority": "P0"},
        ],
    }
    assert said(found) == []


def test_an_alert_about_a_recorded_series_is_a_level_of_what_records_it() -> None:
    found = convert(
        rule("TooManyErrors", "job:errors:ratio > 0.05", severity="page"),
        rule("job:errors:ratio", "sum by (job) (errors)", record=True),
    )
    (signal,) = found.signals
    assert (signal.record, signal.by) == ("job:errors:ratio", ("job",))
    assert signal.levels == [
        {"alert": "TooManyErrors", "above": 0.05, "for": "5m", "priority": "P0"}
    ]


def test_thresholds_of_times_and_sizes_have_their_units() -> None:
    found = convert(
        rule("Slow", "job_seconds > 0.25", severity="info"),
        rule("Large", "heap_bytes > 2147483648", severity="info"),
    )
    assert [one.levels[0]["above"] for one in found.signals] == ["250ms", "2GiB"]


def test_whatever_a_level_has_no_place_for_is_said() -> None:
    found = convert(
        rule("Down", 'up{job="shop-api"} == 0', severity="critical", tier="1"),
        rule("Down", "absent(up)", severity="loud", team="{{ $labels.team }}"),
    )
    whole = (
        "its expression is measured whole, as 1 where it holds: it compares with no"
        " number, or in another way than above or below"
    )
    template = "its team is worked out by a template: '{{ $labels.team }}'"
    quiet = "it has severity 'loud', so its priority is P3: nobody is told"
    assert [one.reason for one in found.left] == [
        whole,
        "levels have no place for its label tier",
        whole,
        template,
        "it is called Down2: each alert has one name",
        quiet,
    ]
    assert {one.subject for one in found.left} == {"alert Down (Down.yml:1:1)"}


def test_rules_that_no_signal_can_be_stay_rules() -> None:
    rules = (
        rule("job:x:sum", "sum by (job) (x)", record=True, team="a"),
        rule("job_y", "sum by (job) (y)", record=True),
        rule("job:z:sum", "sum by (job) (z1)", record=True),
        rule("job:z:sum", "sum by (job) (z2)", record=True),
        rule("Broken", "sum by (", severity="info"),
    )
    found = convert(*rules)
    assert found.signals == ()
    assert [one.reason.rpartition("; ")[2] for one in found.left] == [
        "it stays a rule"
    ] * 5
    material = materials.Material(
        rules=rules, boards=(), server=None, grafana_url=None, left=()
    )
    native = material.rule_file(found.native)
    assert native is not None
    assert native.splitlines()[:6] == [
        "groups:",
        "  - name: Shop rules",
        "    rules:",
        "      - record: job:x:sum",
        "        expr: sum by (job) (x)",
        "        labels:",
    ]


def test_a_dead_mans_switch_stays_one() -> None:
    found = convert(rule("Watchdog", "vector(1)", severity="none"))
    assert [one.levels for one in found.signals] == [
        [
            {
                "alert": "Watchdog",
                "above": 0,
                "for": "5m",
                "priority": "P3",
                "heartbeat": True,
            }
        ]
    ]
