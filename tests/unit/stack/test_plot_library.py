import io
import tarfile
from pathlib import Path

import pytest

from sightline import errors
from sightline.stack import plot_library


def _archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as package:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 4
            package.addfile(member, io.BytesIO(b"text"))
    return buffer.getvalue()


COMPLETE = _archive(
    "package/dist/uPlot.esm.js",
    "package/dist/uPlot.min.css",
    "package/LICENSE",
    "../outside",
)


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the made-up archive pass for what was pinned."""
    monkeypatch.setattr(plot_library, "_verify", lambda _: None)


@pytest.mark.usefixtures("trusted")
def test_three_files_are_unpacked_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "vendor/uplot"
    assert plot_library.ensure(folder, lambda *_: COMPLETE) is True
    assert sorted(path.name for path in folder.iterdir()) == [
        "LICENSE",
        "integrity.txt",
        "uPlot.esm.js",
        "uPlot.min.css",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["vendor"]
    assert [path.name for path in folder.parent.iterdir()] == ["uplot"]


@pytest.mark.usefixtures("trusted")
def test_it_is_fetched_once(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    def fetch(name: str, version: str) -> bytes:
        asked.append((name, version))
        return COMPLETE

    assert plot_library.ensure(tmp_path / "uplot", fetch) is True
    assert plot_library.ensure(tmp_path / "uplot", fetch) is False
    assert asked == [("uplot", "1.6.32")]


@pytest.mark.usefixtures("trusted")
def test_a_damaged_copy_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "uplot"
    plot_library.ensure(folder, lambda *_: COMPLETE)
    (folder / "LICENSE").unlink()
    assert plot_library.is_present(folder) is False
    assert plot_library.ensure(folder, lambda *_: COMPLETE) is True
    assert plot_library.is_present(folder) is True


def test_what_was_not_published_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.FetchFailed) as caught:
        plot_library.ensure(tmp_path / "uplot", lambda *_: b"something else")
    assert str(caught.value).startswith(
        "uplot 1.6.32 is not what was published: expected sha512-KIMVnG68"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("archive", [b"no archive", _archive("package/LICENSE")])
def test_an_incomplete_archive_leaves_nothing(tmp_path: Path, archive: bytes) -> None:
    with pytest.raises(errors.FetchFailed):
        plot_library.ensure(tmp_path / "uplot", lambda *_: archive)
    assert list(tmp_path.iterdir()) == []
