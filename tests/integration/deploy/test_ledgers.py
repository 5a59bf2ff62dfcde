"""The ledger on a disk: what it remembers, also of applies that were killed."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from sightline import errors
from sightline.deploy import ledgers, memories, observations, planning, resources
from support import deployments
from support.deployments import dashboard, rules

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)
ONE, TWO = deployments.state(rules(expr="a")), deployments.state(rules(expr="b"))


def open_ledger(folder: Path) -> ledgers.Ledger:
    return ledgers.Ledger(folder, "sam@laptop", lambda: NOW)


def run(
    folder: Path,
    wanted: memories.State,
    landed: Sequence[resources.Resource] = (),
    failure: str | None = None,
) -> None:
    """Writes what an apply to a surface without anything would; `None` is a kill."""
    ledger = open_ledger(folder)
    ledger.begin(planning.make_plan("production", wanted, (), memories.Memory()))
    for one in landed:
        ledger.land(one.identity, one)
    if failure is not None:
        ledger.end(failure)


def found(*among: resources.Resource) -> observations.Observation:
    return observations.Observation(
        surface=resources.Surface.PROMETHEUS, found=deployments.state(*among)
    )


def test_nothing_is_remembered_where_nothing_was_applied(tmp_path: Path) -> None:
    assert open_ledger(tmp_path).read() == memories.Memory()


def test_what_was_finished_is_ours_with_its_documents(tmp_path: Path) -> None:
    run(tmp_path, ONE, failure="")
    memory = open_ledger(tmp_path).read()
    assert memory.applied == ONE
    assert memory.finished == (ONE,)
    assert memory.interruption is None


def test_a_text_comes_back_byte_for_byte(tmp_path: Path) -> None:
    text = "groups: [] # ä\n"
    kept = resources.Resource(
        identity=rules().identity,
        phase=resources.Phase.RULES,
        form=resources.Form.RULES,
        document={"groups": []},
        text=text,
    )
    run(tmp_path, deployments.state(kept), failure="")
    (found,) = open_ledger(tmp_path).read().applied.values()
    assert (found, found.text) == (kept, text)


def test_the_way_back_is_the_state_before(tmp_path: Path) -> None:
    run(tmp_path, ONE, failure="")
    run(tmp_path, TWO, failure="")
    assert open_ledger(tmp_path).read().way_back == ONE


def test_before_the_first_apply_was_what_it_found(tmp_path: Path) -> None:
    wanted = deployments.state(rules(expr="b"), dashboard(title="new"))
    there = found(rules(expr="by hand"))
    plan = planning.make_plan("production", wanted, [there], memories.Memory())
    ledger = open_ledger(tmp_path)
    ledger.begin(plan)
    assert open_ledger(tmp_path).read().way_back == there.found
    ledger.end()
    assert open_ledger(tmp_path).read().way_back == there.found


def test_what_a_killed_apply_took_over_is_not_forgotten_by_the_next(
    tmp_path: Path,
) -> None:
    wanted = deployments.state(rules(expr="b"), dashboard(title="new"))
    there = found(rules(expr="old"), dashboard(title="old"))
    first = planning.make_plan("production", wanted, [there], memories.Memory())
    ledger = open_ledger(tmp_path)
    ledger.begin(first)
    ledger.land(rules().identity, rules(expr="b"))
    memory = open_ledger(tmp_path).read()
    now = found(rules(expr="b"), dashboard(title="old"))
    again = open_ledger(tmp_path)
    again.begin(planning.make_plan("production", wanted, [now], memory))
    again.end()
    assert open_ledger(tmp_path).read().way_back == there.found


def test_a_ledger_of_old_does_not_know_what_was_before_it(tmp_path: Path) -> None:
    run(tmp_path, ONE, failure="")
    file = tmp_path / "ledger.jsonl"
    file.write_text(file.read_text().replace(',"adopted":""', ""))
    assert open_ledger(tmp_path).read().way_back is None


def test_after_a_failure_the_way_back_is_the_last_finished_state(
    tmp_path: Path,
) -> None:
    run(tmp_path, ONE, failure="")
    run(tmp_path, TWO, failure="refused")
    memory = open_ledger(tmp_path).read()
    assert memory.way_back == ONE
    assert memory.applied == ONE
    assert memory.interruption == memories.Interruption(
        who="sam@laptop", at=NOW, landed=0, total=1, failure="refused"
    )


def test_a_kill_leaves_what_was_done_and_what_was_meant(tmp_path: Path) -> None:
    run(tmp_path, ONE, failure="")
    wanted = deployments.state(rules(expr="b"), dashboard(title="new"))
    run(tmp_path, wanted, landed=[rules(expr="b")])
    memory = open_ledger(tmp_path).read()
    assert memory.applied == TWO
    assert memory.is_known(dashboard(title="new"))
    assert not memory.is_known(dashboard(title="by hand"))
    assert memory.interruption == memories.Interruption(
        who="sam@laptop", at=NOW, landed=1, total=2
    )


def test_a_line_that_a_kill_cut_off_is_no_line(tmp_path: Path) -> None:
    run(tmp_path, ONE, failure="")
    with (tmp_path / "ledger.jsonl").open("ab") as file:
        file.write(b'{"event":"begun","id":"1')
    assert open_ledger(tmp_path).read().applied == ONE
    run(tmp_path, TWO, failure="")
    assert open_ledger(tmp_path).read().finished == (ONE, TWO)


def test_a_document_that_somebody_changed_is_not_remembered(tmp_path: Path) -> None:
    run(tmp_path, ONE, failure="")
    (file,) = (tmp_path / "objects").iterdir()
    file.write_bytes(file.read_bytes().replace(b'"a"', b'"x"'))
    assert open_ledger(tmp_path).read().applied == {}


def test_only_the_last_ten_states_are_kept(tmp_path: Path) -> None:
    for number in range(14):
        run(tmp_path, deployments.state(rules(expr=number)), failure="")
    assert len(list((tmp_path / "states").iterdir())) == 10
    assert len(list((tmp_path / "objects").iterdir())) == 10
    memory = open_ledger(tmp_path).read()
    assert memory.way_back == deployments.state(rules(expr=12))


def test_a_folder_that_cannot_be_written_stops_before_anything_is_done(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(errors.EnvironmentFailed, match="the ledger belongs there"),
        ledgers.hold_lock(tmp_path / "file" / "inside", "sam"),
    ):
        pass
    with pytest.raises(errors.EnvironmentFailed, match="cannot be written"):
        run(tmp_path / "file" / "inside", ONE)
