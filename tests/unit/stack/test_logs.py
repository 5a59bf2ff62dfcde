import os
from pathlib import Path

from sightline.stack import logs


def test_long_log_is_cut_and_its_content_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    descriptor = logs.open_log(path)
    os.write(descriptor, b"before\n")
    assert logs.bound_log(path, limit_bytes=6)
    os.write(descriptor, b"after\n")
    os.close(descriptor)
    assert path.read_text() == "after\n"
    assert (tmp_path / "a.log.1").read_text() == "before\n"


def test_short_or_missing_log_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    assert not logs.bound_log(path)
    path.write_text("short\n")
    assert not logs.bound_log(path)


def test_tail_gives_the_last_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("1\n2\n3\n")
    assert logs.read_tail(path, 2) == ["2", "3"]
    assert logs.read_tail(tmp_path / "none.log", 2) == []
