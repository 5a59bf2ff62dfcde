from pathlib import Path

import pytest

from sightline.demo import degradations

SLOW = degradations.Kind.SLOW


def write(folder: Path, name: str, service: str, until: float | None) -> None:
    found = degradations.Degradation(
        service=service,
        kind=SLOW,
        parameters={"seconds": 2.0},
        started=0.0,
        until=until,
    )
    (folder / f"{name}.json").write_text(degradations.encode(found))


def test_a_program_obeys_what_is_addressed_to_it(tmp_path: Path) -> None:
    write(tmp_path, "one", "market-svc", None)
    own = degradations.Watch(tmp_path, "market-svc")
    other = degradations.Watch(tmp_path, "auth-svc")

    own.look()
    other.look()

    assert own.find(SLOW) == {"seconds": 2.0}
    assert own.find(degradations.Kind.ERRORS) is None
    assert other.find(SLOW) is None


def test_a_fault_ends_by_itself_when_its_time_is_over(tmp_path: Path) -> None:
    now = 99.0
    write(tmp_path, "one", "market-svc", until=100.0)
    watch = degradations.Watch(tmp_path, "market-svc", clock=lambda: now)
    watch.look()

    assert watch.find(SLOW) == {"seconds": 2.0}
    now = 100.0
    assert watch.find(SLOW) is None


def test_a_fault_that_is_removed_is_over_at_the_next_look(tmp_path: Path) -> None:
    write(tmp_path, "one", "market-svc", None)
    watch = degradations.Watch(tmp_path, "market-svc")
    watch.look()
    (tmp_path / "one.json").unlink()
    watch.look()

    assert watch.find(SLOW) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"kind": "unheard-of"}'])
def test_a_damaged_record_is_no_fault(tmp_path: Path, text: str) -> None:
    (tmp_path / "one.json").write_text(text)
    watch = degradations.Watch(tmp_path, "market-svc")

    watch.look()

    assert watch.find(SLOW) is None


def test_without_a_folder_nothing_is_in_force(tmp_path: Path) -> None:
    watch = degradations.Watch(tmp_path / "absent", "market-svc")

    watch.look()

    assert watch.find(SLOW) is None
