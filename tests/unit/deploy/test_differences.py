"""How differences read, and what is never shown in them."""

from typing import cast

import pytest

from sightline.deploy import differences, resources
from sightline.deploy.differences import contrasts, trees
from support import deployments

RULES, ALERTMANAGER = resources.Form.RULES, resources.Form.ALERTMANAGER
EXPR = (
    "service:http_request_errors:ratio_rate5m > {} and on (service)"
    " (sum by (service) (increase(http_requests_total[5m])) >= 20) and on () vector(1)"
)


def compare(
    before: object, after: object, form: resources.Form = resources.Form.TREE
) -> tuple[str, ...]:
    one, other = (
        resources.Resource(
            identity=deployments.rules().identity,
            phase=resources.Phase.RULES,
            form=form,
            document=cast("resources.Document", document),
        )
        for document in (before, after)
    )
    return differences.describe(one, other)


def alert(name: str = "HighErrorRate", **fields: object) -> dict[str, object]:
    return {"alert": name, "expr": EXPR.format("0.05"), "for": "2m"} | fields


def groups(*rules: object, **settings: object) -> dict[str, list[object]]:
    return {"groups": [{"name": "http", "rules": list(rules)} | settings]}


def test_a_moved_threshold_is_one_line_that_shows_no_more_than_what_moved() -> None:
    before, after = groups(alert()), groups(alert(expr=EXPR.format("0.03")))
    (line,) = compare(before, after, RULES)
    assert line == (
        "alert HighErrorRate.expr:"
        " service:http_request_errors:ratio_rate5m > 0.05 and on ( …"
        " → service:http_request_errors:ratio_rate5m > 0.03 and on ( …"
    )


def test_fields_of_an_alert_are_named_with_both_contents() -> None:
    before = groups(alert(labels={"priority": "P1"}))
    labels = {"priority": "P0", "team": "a"}
    after = groups(alert() | {"for": "5m", "labels": labels})
    assert compare(before, after, RULES) == (
        "alert HighErrorRate.for: 2m → 5m",
        "alert HighErrorRate.labels.priority: P1 → P0",
        "alert HighErrorRate.labels.team: added a",
    )


def test_rules_and_groups_come_go_and_move() -> None:
    record = {"record": "a:b:c", "expr": "vector(1)"}
    before = {"groups": [*groups(alert("A"), alert("B"))["groups"], {"name": "old"}]}
    after = {
        "groups": [
            *groups(alert("B"), alert("A"), record, interval="1m")["groups"],
            {"name": "new", "rules": [record]},
        ]
    }
    assert compare(before, after, RULES) == (
        "group http: interval: added 1m",
        "record a:b:c: added, vector(1)",
        "group http: rules in another order",
        "group old: removed, with 0 rules",
        "group new: added, with 1 rule",
    )


def test_alerts_of_one_name_are_told_apart_by_their_service() -> None:
    def both(second: str) -> object:
        return groups(
            alert(labels={"service": "a"}),
            alert(labels={"service": "b"}) | {"for": second},
        )

    assert compare(both("2m"), both("3m"), RULES) == (
        "alert HighErrorRate[b].for: 2m → 3m",
    )


def test_what_is_no_rule_file_is_compared_as_it_is() -> None:
    assert compare({"unreadable": "abc"}, groups(), RULES) == (
        "unreadable: removed (was abc)",
        'groups: added [{"name": "http", "rules": []}]',
    )


def config(**changed: object) -> object:
    base: dict[str, object] = {
        "route": {
            "receiver": "default",
            "routes": [
                {"matchers": ['priority="P0"'], "receiver": "p0"},
                {"matchers": ['priority="P1"'], "receiver": "p1"},
            ],
        },
        "receivers": [{"name": "default"}, {"name": "p0"}, {"name": "p1"}],
        "inhibit_rules": [{"name": "one", "equal": ["service"]}],
    }
    return base | changed


def test_a_route_is_known_by_its_matchers() -> None:
    after = config(
        route={
            "receiver": "default",
            "group_wait": "10s",
            "routes": [
                {"matchers": ['priority="P1"'], "receiver": "p0"},
                {"matchers": ['priority="P0"'], "receiver": "p0"},
                {"matchers": ['team="a"'], "receiver": "p1"},
            ],
        }
    )
    assert compare(config(), after, ALERTMANAGER) == (
        "route (root).group_wait: added 10s",
        'route priority="P1".receiver: p1 → p0',
        'route team="a": added, to p1',
        "routes: in another order",
    )


def test_receivers_and_inhibit_rules_are_known_by_their_names() -> None:
    after = config(
        receivers=[
            {"name": "default"},
            {"name": "p0", "webhook_configs": [{"url_file": "a"}]},
            {"name": "new", "email_configs": [{"to": "a@b.c"}]},
        ],
        inhibit_rules=[{"name": "one", "equal": ["team"]}],
    )
    assert compare(config(), after, ALERTMANAGER) == (
        'receiver p0.webhook_configs: added [{"url_file": "a"}]',
        "receiver p1: removed",
        "receiver new: added, by email",
        "inhibit rule one.equal[service]: removed (was service)",
        "inhibit rule one.equal[team]: added team",
    )


def test_items_of_lists_are_known_by_name_and_others_by_position() -> None:
    before = {"panels": [{"title": "A", "w": 1}, {"title": "B"}], "grid": [{"x": 1}]}
    after = {"panels": [{"title": "B"}, {"title": "A", "w": 2}], "grid": [{"x": 2}]}
    assert compare(before, after) == (
        "panels[A].w: 1 → 2",
        "panels: in another order",
        "grid[0].x: 1 → 2",
    )


def test_texts_show_the_lines_that_differ() -> None:
    assert compare("a\nb\nc\n", "a\nx\nc\n", resources.Form.TEXT) == ("- b", "+ x")


CANARY = "canary-1234567890"


@pytest.mark.parametrize(
    "document",
    [
        {"service_key": CANARY},
        {"receivers": [{"name": "a", "pagerduty_configs": [{"routing_key": CANARY}]}]},
        {
            "receivers": [
                {"name": "a", "webhook_configs": [{"url": f"http://{CANARY}"}]}
            ]
        },
        {"global": {"smtp_auth_password": CANARY}},
        {"http_config": {"authorization": {"type": "Bearer", "credentials": CANARY}}},
        {"url": f"https://user:{CANARY}@example.com/"},
        {"url": f"https://example.com/?access_token={CANARY}&a=b"},
        {"secureJsonData": {"basicAuthPassword": CANARY}},
    ],
)
@pytest.mark.parametrize("form", list(resources.Form))
def test_a_secret_that_a_hand_wrote_is_never_shown(
    document: object, form: resources.Form
) -> None:
    shown = [
        *compare(document, {}, form),
        *compare({}, document, form),
        *compare(document, {"global": {"a": 1}, "receivers": [{"name": "a"}]}, form),
    ]
    assert shown
    assert CANARY not in "\n".join(shown)


def test_a_file_with_a_secret_is_no_secret() -> None:
    assert compare({"routing_key_file": "a"}, {"routing_key_file": "b"}) == (
        "routing_key_file: a → b",
    )


def test_a_short_text_is_shown_whole() -> None:
    assert contrasts.contrast("a b", "a c", 10) == "a b → a c"


def test_a_long_document_is_cut() -> None:
    assert trees.show({"a": "x" * 200}).endswith("xxx…")
    assert len(trees.show({"a": "x" * 200})) == 120
