"""Every directory of `tests/cases/spec` against the whole text that it expects.

A case lays its files over the valid spec in `base`; `expected.txt` is all that
loading says about the two together, empty when there is nothing to say.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sightline import errors
from sightline.spec import loading

_CASES = Path(__file__).parents[2] / "cases" / "spec"
_BASE = _CASES / "base"
_NAMES = sorted(path.name for path in _CASES.iterdir() if path != _BASE)


def _say(root: Path) -> str:
    return "".join(f"{finding}\n" for finding in loading.load(root).findings)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(_BASE, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.mark.parametrize("name", _NAMES)
def test_case_says_exactly_what_it_expects(name: str, root: Path) -> None:
    shutil.copytree(
        _CASES / name / "monitoring", root / "monitoring", dirs_exist_ok=True
    )
    assert _say(root) == (_CASES / name / "expected.txt").read_text()


def test_base_of_the_cases_has_no_findings(root: Path) -> None:
    assert _say(root) == ""


def test_every_case_has_its_expectation() -> None:
    assert [
        name for name in _NAMES if not (_CASES / name / "expected.txt").exists()
    ] == []


def _make_large(path: Path) -> None:
    path.write_bytes(b"# " + b"x" * 10_000_000)


def _make_directory(path: Path) -> None:
    path.mkdir()
    path.with_suffix(".yml").symlink_to(path)


def _make_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere.yaml")


def _make_pipe(path: Path) -> None:
    os.mkfifo(path)


def _make_long_chain(path: Path) -> None:
    links = (
        f"  s{n}: {{title: S, team: platform, expected_replicas: 1,"
        f" depends_on: [s{n + 1}]}}\n"
        for n in range(3_000)
    )
    last = "  s3000: {title: S, team: platform, expected_replicas: 1}\n"
    path.write_text("services:\n" + "".join(links) + last)


_TOO_LARGE = """\
monitoring/extra.yaml:1:1: error: expected at most 1,000,000 bytes, \
found a larger file [spec/size]
    split it; every YAML file under monitoring/ is read
"""
_NOT_REGULAR = """\
monitoring/extra.{}:1:1: error: expected a regular file, found another kind [spec/file]
    remove it, or replace it by a file
"""
_DANGLING = """\
monitoring/extra.yaml:1:1: error: expected a file that can be read, \
found: No such file or directory [spec/file]
    check the file's permissions, or remove it
"""


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (_make_large, _TOO_LARGE),
        (_make_directory, ""),
        (_make_dangling_link, _DANGLING),
        (_make_pipe, _NOT_REGULAR.format("yaml")),
        (_make_long_chain, ""),
    ],
    ids=["10-megabytes", "directory", "dangling-link", "pipe", "long-chain"],
)
def test_odd_file_says_exactly_what_it_expects(
    make: Callable[[Path], None], expected: str, root: Path
) -> None:
    make(root / "monitoring" / "extra.yaml")
    assert _say(root) == expected


def test_unreadable_file_is_a_finding(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    (root / "monitoring" / "extra.yaml").write_text("probes: {}\n")
    # The tests may run as root, whom no permission keeps out.
    monkeypatch.setattr(Path, "open", refuse)
    assert (
        "monitoring/extra.yaml:1:1: error: expected a file that can be read, "
        "found: Permission denied [spec/file]\n"
        "    check the file's permissions, or remove it\n"
    ) in _say(root)


def test_missing_directory_says_where_to_stand(tmp_path: Path) -> None:
    assert _say(tmp_path) == (
        "monitoring:1:1: error: expected a directory monitoring/ that holds the spec, "
        "found none [spec/file]\n"
        "    run the command in the directory that contains it\n"
    )


def test_require_raises_with_every_finding(tmp_path: Path) -> None:
    with pytest.raises(errors.SpecInvalid) as caught:
        loading.require(tmp_path)
    assert caught.value.findings == loading.load(tmp_path).findings
