"""A plan as people, programs and pull requests read it."""

import dataclasses
import datetime as dt
import json

from sightline.deploy import memories, observations, planning, plans, resources
from sightline.deploy.forms import github, json_report, text
from support import deployments
from support.deployments import dashboard, routes, rules

GRAFANA = resources.Surface.GRAFANA
APPLIED = deployments.state(routes(a=1), rules(expr="a"), dashboard("old"))
LIVE = deployments.state(routes(a=1), rules(expr="mine"), dashboard("old"))
WANTED = deployments.state(routes(a=1), rules(expr="b"), rules("new.yml"))


def plan() -> plans.Plan:
    theirs = dashboard("theirs").identity
    look = observations.Observation(surface=GRAFANA, found=LIVE, others=(theirs,))
    memory = memories.Memory(
        applied=APPLIED,
        interruption=memories.Interruption(
            who="kim@laptop",
            at=dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC),
            landed=2,
            total=5,
        ),
    )
    made = planning.make_plan("production", WANTED, [look], memory)
    unseen = {
        dashboard("x").identity: "no answer",
        dashboard("y").identity: "no answer",
    }
    return dataclasses.replace(made, unseen=unseen)


def test_people_read_changes_drift_stages_and_what_was_not_seen() -> None:
    made = plan()
    assert text.render(made) == (
        "⚠ the apply of kim@laptop at 2026-11-30 23:30:00 UTC was interrupted after 2"
        " of 5 changes; another apply goes on from there\n"
        "- grafana dashboard old\n"
        "~ prometheus rules http.yml\n"
        "    expr: mine → b\n"
        "    ! changed by hand since the last apply, and would be undone:\n"
        "      ! expr: a → mine\n"
        "+ prometheus rules new.yml\n"
        "⚠ not checked: grafana (2 resources): no answer\n"
        "left alone, for it is not ours: grafana dashboard theirs\n"
        "\n"
        "stages:\n"
        "  1. write to prometheus (rules): 2 of rules\n"
        "  2. remove from grafana (dashboards): dashboard\n"
        "  3. mark the deployment on the dashboards, where there is a Grafana\n"
        "  4. close the apply in the ledger\n"
        "\n"
        "production: 1 to create, 1 to update, 1 to delete, 1 unchanged,"
        " 2 not checked"
        f" (plan {made.fingerprint[:12]})\n"
    )


def test_programs_read_the_same() -> None:
    found = json.loads(json_report.render(plan()))
    assert (found["pending"], found["drifted"], found["unchanged"]) == (3, 1, 1)
    assert [(one["action"], one["name"]) for one in found["changes"]] == [
        ("delete", "old"),
        ("update", "http.yml"),
        ("create", "new.yml"),
    ]
    assert found["changes"][1]["drift"] == ["expr: a → mine"]
    assert found["not_checked"] == [
        {"resource": "grafana dashboard x", "reason": "no answer"},
        {"resource": "grafana dashboard y", "reason": "no answer"},
    ]


def test_a_pull_request_shows_a_table_and_the_very_plan_to_apply() -> None:
    made = plan()
    shown = github.render(made)
    assert shown.startswith(
        "### Monitoring plan: production: 1 to create, 1 to update, 1 to delete,"
        " 1 unchanged, 2 not checked\n"
    )
    assert "| update | `prometheus rules http.yml` | **drift** |\n" in shown
    assert "```diff\nexpr: mine → b\n! by hand: expr: a → mine\n```\n" in shown
    assert shown.endswith(
        "Apply exactly this plan:"
        f" `sightline apply --yes --plan {made.fingerprint[:12]}`\n"
    )


def test_a_pull_request_is_never_longer_than_a_comment_may_be() -> None:
    many = deployments.state(
        *(rules(f"{number}.yml", expr="x" * 90) for number in range(900))
    )
    live = deployments.state(
        *(rules(f"{number}.yml", expr="y" * 90) for number in range(900))
    )
    look = observations.Observation(surface=GRAFANA, found=live)
    made = planning.make_plan("production", many, [look], memories.Memory())
    shown = github.render(made)
    assert len(shown) < 65_536
    assert shown.endswith("\n… too long to be shown whole: run `plan`.\n")


def test_a_difference_cannot_end_the_block_that_it_is_shown_in() -> None:
    look = observations.Observation(
        surface=GRAFANA, found=deployments.state(rules(expr="a"))
    )
    wanted = deployments.state(rules(expr="```\n</details>"))
    made = planning.make_plan("production", wanted, [look], memories.Memory())
    assert github.render(made).count("```") == 2


def test_nothing_to_do_is_one_line() -> None:
    look = observations.Observation(surface=GRAFANA, found=WANTED)
    memory = memories.Memory(applied=WANTED)
    made = planning.make_plan("production", WANTED, [look], memory)
    assert text.render(made) == "production: 3 unchanged\n"


def test_where_nothing_was_seen_nothing_is_called_unchanged() -> None:
    look = observations.blind(GRAFANA, [dashboard("a")], "no answer")
    wanted = deployments.state(dashboard("a"))
    made = planning.make_plan("production", wanted, [look], memories.Memory())
    assert text.render(made) == (
        "⚠ not checked: grafana (1 resource): no answer\nproduction: 1 not checked\n"
    )
