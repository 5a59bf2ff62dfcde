"""Plan, apply and go back, on a real Prometheus and a real Alertmanager."""

import json
import os
import pty
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from sightline.deploy import ledgers
from sightline.stack.acquire import binaries as acquiring
from support import plain_machines

pytestmark = pytest.mark.integration

RULES = "prometheus/rules/http.yml"
CONFIG = "alertmanager/alertmanager.yml"


@pytest.fixture(scope="module")
def shared(
    acquired: Mapping[str, acquiring.Binary], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[plain_machines.Machine]:
    with plain_machines.running(tmp_path_factory.mktemp("plain"), acquired) as found:
        code, out, _ = found.run("plan", "--exit-code")
        # Nothing of it is ours yet, and nothing was written to see that.
        assert code == 1
        assert "alertmanager.yml  (was there before the first apply)" in out
        assert not (found.root / ".sightline/deploy").exists()
        yield found


@pytest.fixture
def machine(
    shared: plain_machines.Machine, tmp_path: Path
) -> Iterator[plain_machines.Machine]:
    """The machine, with everything applied; the spec is put back after a test."""
    code, out, err = shared.run("apply", "--yes", "--overwrite-drift")
    assert code == 0, out + err
    spec, kept = shared.root / "monitoring", tmp_path / "kept"
    shutil.copytree(spec, kept)
    yield shared
    shutil.rmtree(spec)
    shutil.copytree(kept, spec)


def pending(machine: plain_machines.Machine) -> dict[str, object]:
    """What a plan says, as JSON."""
    code, out, err = machine.run("plan", "--format=json")
    assert code == 0, err
    found: dict[str, object] = json.loads(out)
    return found


def loaded_for(machine: plain_machines.Machine, alert: str) -> float:
    """The `for` of an alert as Prometheus runs it, in seconds."""
    answer = httpx.get(f"{machine.prometheus_url}/api/v1/rules", trust_env=False)
    return next(
        float(rule["duration"])
        for group in answer.json()["data"]["groups"]
        for rule in group["rules"]
        if rule["name"] == alert
    )


def test_an_apply_loads_what_the_spec_builds_and_a_second_changes_nothing(
    machine: plain_machines.Machine,
) -> None:
    assert loaded_for(machine, "HighErrorRate") == 120
    status = httpx.get(f"{machine.alertmanager_url}/api/v2/status", trust_env=False)
    assert 'priority="P0"' in status.json()["config"]["original"]
    code, out, err = machine.run("apply", "--yes")
    assert (code, err) == (0, "")
    assert out == "production: nothing to do, 11 resources are as wanted\n"
    plan = pending(machine)
    assert (plan["pending"], plan["drifted"], plan["not_checked"]) == (0, 0, [])
    assert plan["others"] == ["grafana dashboard dashboards/theirs.json"]


def test_a_changed_number_is_a_readable_plan_and_the_very_plan_is_applied(
    machine: plain_machines.Machine,
) -> None:
    machine.edit_spec("above: 5%, for: 2m", "above: 3%, for: 5m")
    code, out, _ = machine.run("plan")
    assert code == 0
    assert "    alert HighErrorRate.for: 2m → 5m\n" in out
    assert "ratio_rate5m > 0.05" in out
    assert machine.read_live(RULES).count("0.03") == 0
    _, markdown, _ = machine.run("plan", "--format=github")
    exact = markdown.rpartition("--plan ")[2].strip("`\n")
    code, _, err = machine.run("apply", "--yes", "--plan=0123456789ab")
    assert code == 3
    assert "expected the plan 0123456789ab, found" in err
    code, _, err = machine.run("apply", "--yes", f"--plan={exact}")
    assert code == 0, err
    assert loaded_for(machine, "HighErrorRate") == 300
    code, _, err = machine.run("apply", "--yes", "--rollback")
    assert code == 0, err
    assert loaded_for(machine, "HighErrorRate") == 120


def test_a_hand_edit_is_drift_and_is_not_overwritten_in_silence(
    machine: plain_machines.Machine,
) -> None:
    machine.edit_live(RULES, "for: 2m", "for: 9m")
    code, out, _ = machine.run("plan")
    assert "! changed by hand since the last apply, and would be undone:" in out
    assert "! alert HighErrorRate.for: 2m → 9m" in out
    code, _, err = machine.run("apply", "--yes")
    assert code == 3
    assert "changed by hand since the last apply, and nothing was applied" in err
    assert "for: 9m" in machine.read_live(RULES)
    code, _, _ = machine.run("apply", "--yes", "--overwrite-drift")
    assert code == 0
    assert "for: 9m" not in machine.read_live(RULES)


def test_a_file_that_was_written_and_not_loaded_is_loaded(
    machine: plain_machines.Machine,
) -> None:
    """As after a kill between the writing and the reload."""
    built = machine.read_live(RULES)
    machine.edit_live(RULES, "for: 2m", "for: 8m")
    httpx.post(f"{machine.prometheus_url}/-/reload", timeout=60, trust_env=False)
    (machine.folder / RULES).write_text(built)
    code, out, _ = machine.run("plan")
    assert "~ prometheus rules rules/http.yml  (written, and not in effect" in out
    code, _, _ = machine.run("apply", "--yes")
    assert code == 0
    assert loaded_for(machine, "HighErrorRate") == 120


def test_a_removed_rule_file_is_forgotten_by_the_server(
    machine: plain_machines.Machine,
) -> None:
    machine.edit("monitoring/slos/availability.yaml", "cart-avail", "basket-avail")
    code, out, err = machine.run("apply", "--yes")
    assert code == 0, err
    assert "- prometheus rules rules/slo-cart-availability.yml" in out
    answer = httpx.get(f"{machine.prometheus_url}/api/v1/rules", trust_env=False)
    names = {group["name"] for group in answer.json()["data"]["groups"]}
    assert "slo-basket-availability" in names
    assert "slo-cart-availability" not in names


def test_what_the_official_tool_refuses_is_never_written(
    machine: plain_machines.Machine,
) -> None:
    before = machine.read_live(RULES)
    theirs = machine.folder / "prometheus/rules/theirs.yml"
    theirs.write_text("groups: [{name: a, rules: [{alert: A, expr: 'sum('}]}]\n")
    machine.edit_spec("above: 5%, for: 2m", "above: 4%, for: 2m")
    code, _, err = machine.run("apply", "--yes")
    assert code == 3
    assert "refused by the official tool, and not written" in err
    assert machine.read_live(RULES) == before
    # Everything is judged before anything is written, so that nothing was begun.
    assert pending(machine)["interrupted"] is None
    theirs.unlink()


def test_a_template_that_does_not_parse_keeps_the_configuration_away(
    machine: plain_machines.Machine,
) -> None:
    config = machine.read_live(CONFIG)
    template = machine.folder / "alertmanager/templates/sightline.tmpl"
    kept = template.read_text()
    template.chmod(0o600)
    (machine.folder / "alertmanager/templates/broken.tmpl").write_text('{{ define "a')
    machine.edit(
        "monitoring/routing.yaml", "repeat_interval: 1h", "repeat_interval: 2h"
    )
    code, _, err = machine.run("apply", "--yes")
    assert code == 3, err
    assert machine.read_live(CONFIG) == config
    assert template.read_text() == kept
    (machine.folder / "alertmanager/templates/broken.tmpl").unlink()
    code, _, err = machine.run("apply", "--yes")
    assert code == 0, err


def test_an_apply_that_is_killed_at_any_moment_is_finished_by_the_next(
    machine: plain_machines.Machine,
) -> None:
    landed = set()
    for attempt in range(4):
        before, after = ("2m", "6m") if attempt % 2 == 0 else ("6m", "2m")
        machine.edit_spec(f"above: 5%, for: {before}", f"above: 5%, for: {after}")
        process = machine.start("apply", "--yes")
        _kill_after(process, line=attempt)
        plan = pending(machine)
        landed.add(plan["pending"])
        assert plan["drifted"] == 0  # what a killed apply wrote is no hand's work
        code, out, err = machine.run("apply", "--yes")
        assert code == 0, out + err
        assert loaded_for(machine, "HighErrorRate") == (360 if after == "6m" else 120)
        assert pending(machine)["pending"] == 0
        assert pending(machine)["interrupted"] is None
    assert len(landed) > 1  # they were killed at moments that differ


def _kill_after(process: "subprocess.Popen[str]", line: int) -> None:
    assert process.stderr is not None
    for _ in range(line):
        process.stderr.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_two_applies_at_once_do_not_meet(machine: plain_machines.Machine) -> None:
    folder = machine.root / ".sightline/deploy/production"
    with ledgers.hold_lock(folder, "kim@laptop"):
        code, _, err = machine.run("apply", "--yes")
    assert code == 3
    assert "another apply is running (kim@laptop, process " in err
    assert machine.run("apply", "--yes")[0] == 0


def test_a_server_that_is_away_is_not_checked_and_nothing_is_applied(
    machine: plain_machines.Machine,
) -> None:
    environments = machine.root / "monitoring/environments.yaml"
    text = environments.read_text()
    environments.write_text(text.replace(machine.prometheus_url, "http://127.0.0.1:1"))
    code, out, _ = machine.run("plan")
    assert code == 1
    assert "⚠ not checked: prometheus (8 resources): asked Prometheus at" in out
    code, _, err = machine.run("apply", "--yes")
    assert code == 3
    assert "nothing is applied while this cannot be seen" in err
    code, out, _ = machine.run("apply", "--yes", "--surface=alertmanager")
    assert code == 0, out


def _lines(folder: Path) -> list[str]:
    return (folder / "ledger.jsonl").read_text().splitlines()


def test_every_line_of_the_ledger_says_who_and_when_and_no_file_is_for_others(
    machine: plain_machines.Machine,
) -> None:
    folder = machine.root / ".sightline/deploy/production"
    lines = [json.loads(one) for one in _lines(folder)]
    begun = [one for one in lines if one["event"] == "begun"]
    assert {one["who"].partition("@")[0] for one in begun} == {"sam"}
    assert begun[0]["at"].startswith(time.strftime("%Y-", time.gmtime()))
    modes = {path.stat().st_mode & 0o077 for path in folder.rglob("*")}
    assert modes == {0}
    states = list((folder / "states").glob("*"))
    assert 1 < len(states) <= 10


def test_without_a_ledger_there_is_no_way_back(
    machine: plain_machines.Machine, tmp_path: Path
) -> None:
    code, _, err = machine.run("apply", "--yes", "--rollback", f"--ledger={tmp_path}")
    assert code == 2
    assert "the ledger of production holds no state to go back to" in err


def test_the_first_apply_can_be_undone(
    machine: plain_machines.Machine, tmp_path: Path
) -> None:
    machine.edit_live(RULES, "for: 2m", "for: 9m")
    code, _, err = machine.run("apply", "--yes", f"--ledger={tmp_path}")
    assert code == 0, err
    assert "for: 9m" not in machine.read_live(RULES)
    code, _, err = machine.run("apply", "--yes", "--rollback", f"--ledger={tmp_path}")
    assert code == 0, err
    assert "for: 9m" in machine.read_live(RULES)
    code, _, err = machine.run("apply", "--yes", "--overwrite-drift")
    assert code == 0, err


def test_without_leave_nothing_is_applied(machine: plain_machines.Machine) -> None:
    machine.edit_spec("above: 5%, for: 2m", "above: 3%, for: 2m")
    before = machine.read_live(RULES)
    code, out, err = machine.run("apply")
    assert code == 2
    assert "stages:" in out
    assert "there is nobody to ask; look at `plan`, and run `apply --yes`" in err
    assert _answer(machine, "no") == (1, "nothing was applied")
    assert machine.read_live(RULES) == before
    assert _answer(machine, "y") == (0, "applied: production: 2 to update, 9 unchanged")
    assert machine.read_live(RULES) != before


def _answer(machine: plain_machines.Machine, word: str) -> tuple[int, str]:
    """Applies as a person at a terminal does; gives exit code and last line."""
    person, terminal = pty.openpty()
    with machine.start("apply", stdin=terminal) as process:
        os.close(terminal)
        os.write(person, f"{word}\n".encode())
        out, err = process.communicate(timeout=120)
        os.close(person)
    assert "Apply 2 changes to production? [y/N] " in err
    return process.returncode, out.splitlines()[-1]


CANARY = "canary-0123456789abcdef"


def test_a_secret_that_a_hand_wrote_is_shown_nowhere_and_kept_nowhere(
    machine: plain_machines.Machine,
) -> None:
    machine.edit_live(
        CONFIG,
        "receivers:\n",
        "receivers:\n"
        f"  - {{name: theirs, pagerduty_configs: [{{service_key: {CANARY}}}],"
        f" webhook_configs: [{{url: 'https://hook.example.com/{CANARY}'}}]}}\n",
    )
    machine.edit_live(RULES, "for: 2m", "for: 9m # " + CANARY)
    httpx.post(f"{machine.alertmanager_url}/-/reload", timeout=60, trust_env=False)
    said: list[str] = []
    for words in (
        ("plan",),
        ("plan", "--format=json"),
        ("plan", "--format=github"),
        ("apply", "--yes"),
        ("apply", "--yes", "--overwrite-drift"),
    ):
        _, out, err = machine.run(*words)
        said += [out, err]
    assert "theirs" in said[0]  # it was seen
    assert CANARY not in "".join(said)
    kept = [path for path in (machine.root / ".sightline").rglob("*") if path.is_file()]
    assert len(kept) > 5
    assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []
