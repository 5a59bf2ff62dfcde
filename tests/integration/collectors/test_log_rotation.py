"""Every line once, whatever happens to the files: real ones, rotated for real."""

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sightline.collectors.events import following, rejections

pytestmark = pytest.mark.integration

LIMIT = 1 << 20


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "app.log"


@pytest.fixture
def follow(log: Path) -> Callable[[], following.Follower]:
    def open_follower() -> following.Follower:
        return following.Follower(str(log), rejections.Rejections(), lambda: 1e12)

    return open_follower


def read(follower: following.Follower) -> list[str]:
    return "".join(chunk.decode() for chunk in follower.chunks()).splitlines()


def append(log: Path, *lines: str) -> None:
    with log.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def restart(
    follower: following.Follower, follow: Callable[[], following.Follower]
) -> following.Follower:
    successor = follow()
    successor.load(follower.dump())
    return successor


def test_only_what_is_new_is_read(
    log: Path, follow: Callable[[], following.Follower]
) -> None:
    follower = follow()
    assert read(follower) == []
    append(log, "one", "two")
    assert read(follower) == ["one", "two"]
    assert read(follower) == []
    append(log, "three")
    assert read(restart(follower, follow)) == ["three"]


def test_half_a_line_waits_for_its_end(
    log: Path, follow: Callable[[], following.Follower]
) -> None:
    follower = follow()
    log.write_text("one\ntw")
    assert read(follower) == ["one"]
    append(log, "o")
    assert read(follower) == ["two"]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_rotation_by_renaming_loses_nothing(
    log: Path, follow: Callable[[], following.Follower], *, is_restarted: bool
) -> None:
    follower = follow()
    append(log, "one")
    assert read(follower) == ["one"]
    append(log, "two")
    log.rename(log.with_suffix(".log.1"))
    append(log, "three")
    if is_restarted:
        follower = restart(follower, follow)
    assert read(follower) == ["two", "three"]
    assert read(restart(follower, follow)) == []


@pytest.mark.parametrize("is_restarted", [False, True])
def test_rotation_by_copying_and_cutting_off_loses_nothing(
    log: Path, follow: Callable[[], following.Follower], *, is_restarted: bool
) -> None:
    follower = follow()
    append(log, "one")
    assert read(follower) == ["one"]
    append(log, "two")
    shutil.copy(log, log.with_suffix(".log.1"))
    assert read(follower) == ["two"]
    append(log.with_suffix(".log.1"), "only in the copy")
    os.truncate(log, 0)
    append(log, "three")
    if is_restarted:
        follower = restart(follower, follow)
    assert sorted(read(follower)) == ["only in the copy", "three"]
    assert follower.truncations == 1
    assert read(follower) == []


def test_copying_and_cutting_off_again_and_again_counts_every_line_once(
    tmp_path: Path,
) -> None:
    log = tmp_path / "app.log"
    follower = following.Follower(f"{log}*", rejections.Rejections(), lambda: 1e12)
    found = []
    for number in range(5):
        append(log, f"{number} read at once")
        found += read(follower)
        append(log, f"{number} only read from the copy")
        for age in (2, 1):
            older = log.with_name(f"app.log.{age}")
            if older.exists():
                older.rename(log.with_name(f"app.log.{age + 1}"))
        shutil.copy(log, log.with_name("app.log.1"))
        os.truncate(log, 0)
        found += read(follower)
    assert sorted(found) == sorted(
        f"{number} {how}"
        for number in range(5)
        for how in ("read at once", "only read from the copy")
    )


def test_renaming_again_and_again_counts_every_line_once(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    follower = following.Follower(f"{log}*", rejections.Rejections(), lambda: 1e12)
    found = []
    for _ in range(5):
        append(log, "the very same line, long enough to be taken for a known one")
        found += read(follower)
        for age in (4, 3, 2, 1):
            older = log.with_name(f"app.log.{age}")
            if older.exists():
                older.rename(log.with_name(f"app.log.{age + 1}"))
        log.rename(log.with_name("app.log.1"))
        found += read(follower)
    assert len(found) == 5


def test_a_file_that_grew_again_beyond_where_it_was_cut_off_is_seen(
    log: Path, follow: Callable[[], following.Follower]
) -> None:
    follower = follow()
    append(log, "one")
    assert read(follower) == ["one"]
    os.truncate(log, 0)
    append(log, "another", "and one more")
    assert read(follower) == ["another", "and one more"]
    assert follower.truncations == 1


def test_what_was_packed_before_it_was_read_is_read_from_the_archive(
    log: Path, follow: Callable[[], following.Follower]
) -> None:
    follower = follow()
    append(log, "one")
    assert read(follower) == ["one"]
    append(log, "two")
    packed = log.with_suffix(".log.1.gz")
    packed.write_bytes(gzip.compress(log.read_bytes()))
    log.unlink()
    append(log, "three")
    follower = restart(follower, follow)
    assert sorted(read(follower)) == ["three", "two"]
    assert read(restart(follower, follow)) == []


def test_archives_are_read_where_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "old.log.2.gz").write_bytes(gzip.compress(b"one\ntwo"))
    follower = following.Follower(
        str(tmp_path / "*.gz"), rejections.Rejections(), lambda: 0
    )
    assert read(follower) == ["one", "two"]
    assert read(follower) == []


def test_a_damaged_archive_gives_what_it_has_and_is_named(tmp_path: Path) -> None:
    archive = tmp_path / "old.gz"
    packed = gzip.compress(b"".join(f"line {n}\n".encode() for n in range(100_000)))
    archive.write_bytes(packed[: len(packed) // 2])
    follower = following.Follower(str(archive), rejections.Rejections(), lambda: 0)
    assert read(follower)[:2] == ["line 0", "line 1"]
    assert list(follower.problems) == [str(archive)]


def test_a_sibling_that_nobody_asked_for_is_left_alone(
    log: Path, follow: Callable[[], following.Follower]
) -> None:
    append(log, "one")
    append(log.with_name("app.log.old"), "of last year")
    follower = follow()
    assert read(follower) == ["one"]
    assert read(follower) == []


def test_an_unreadable_file_is_named_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.log").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.log").write_text("one\n")
    follower = following.Follower(
        str(tmp_path / "*.log"), rejections.Rejections(), lambda: 0
    )
    assert read(follower) == ["one"]
    assert follower.problems == {str(tmp_path / "a.log"): "No such file or directory"}


def test_a_line_that_is_too_long_is_rejected_and_the_next_one_read(
    log: Path,
) -> None:
    rejected = rejections.Rejections()
    follower = following.Follower(str(log), rejected, lambda: 0)
    log.write_bytes(b"one\n" + b"x" * (3 * LIMIT) + b"\ntwo\n")
    assert read(follower) == ["one", "two"]
    assert rejected.counts()[rejections.Reason.TOO_LONG] == 1


def test_a_line_of_a_megabyte_is_read(log: Path) -> None:
    follower = following.Follower(str(log), rejections.Rejections(), lambda: 0)
    log.write_bytes(b"one\n" + b"x" * 1_000_000 + b"\ntwo\n")
    assert [len(line) for line in read(follower)] == [3, 1_000_000, 3]
