import io
import lzma
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from sightline import errors
from sightline.stack.acquire import archives


def _tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _file(name: str, mode: int = 0o644) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.mode = mode
    return member


def _symlink(name: str, aim: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type = tarfile.SYMTYPE
    member.linkname = aim
    return member


def _deb(tar: bytes) -> bytes:
    packed = b"!<arch>\n"
    for name, content in (
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", b"odd"),
        ("data.tar.xz", tar),
    ):
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
        packed += header.encode() + content + b"\n" * (len(content) % 2)
    return packed


def test_package_gives_its_files_with_their_executable_bits(tmp_path: Path) -> None:
    package = tmp_path / "a.deb"
    root = tarfile.TarInfo("./")
    root.type = tarfile.DIRTYPE
    package.write_bytes(
        _deb(
            _tar(
                (root, b""),
                (_file("./usr/bin/tool", 0o755), b"run me"),
                (_file("./usr/share/doc"), b"read me"),
                (_symlink("./usr/bin/alias", "tool"), b""),
            )
        )
    )
    tree = tmp_path / "tree"
    archives.unpack_deb(package, tree)
    assert (tree / "usr/bin/alias").read_bytes() == b"run me"
    assert stat.S_IMODE((tree / "usr/bin/tool").stat().st_mode) == 0o755
    assert stat.S_IMODE((tree / "usr/share/doc").stat().st_mode) == 0o644


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out"])
def test_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    tree = tmp_path / "tree"
    with pytest.raises(errors.FetchFailed) as failure:
        archives.unpack_tar(io.BytesIO(_tar((_file(name), b"evil"))), tree)
    assert str(failure.value) == f"a path that leads out of the archive: {name!r}"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("aim", ["/etc", "../..", "../../etc"])
def test_link_that_leads_out_is_left_away(tmp_path: Path, aim: str) -> None:
    tree = tmp_path / "tree"
    packed = _tar((_symlink("link", aim), b""), (_file("link/file"), b"inside"))
    archives.unpack_tar(io.BytesIO(packed), tree)
    assert not (tree / "link").is_symlink()
    assert (tree / "link/file").read_bytes() == b"inside"


def test_file_replaces_a_link_instead_of_writing_through_it(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    packed = _tar(
        (_file("kept"), b"kept"),
        (_symlink("link", "kept"), b""),
        (_file("link"), b"new"),
    )
    archives.unpack_tar(io.BytesIO(packed), tree)
    assert (tree / "kept").read_bytes() == b"kept"
    assert (tree / "link").read_bytes() == b"new"


def test_device_is_refused(tmp_path: Path) -> None:
    device = tarfile.TarInfo("null")
    device.type = tarfile.CHRTYPE
    with pytest.raises(errors.FetchFailed) as failure:
        archives.unpack_tar(io.BytesIO(_tar((device, b""))), tmp_path)
    assert str(failure.value) == (
        "expected files, folders and symbolic links, found 'null'"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.deb: not a Debian package"),
        (b"GIF89a", "a.deb: not a Debian package"),
        (b"!<arch>\nshort", "a.deb: a damaged Debian package"),
        (b"!<arch>\n", "a.deb: expected a member data.tar.xz"),
    ],
)
def test_damaged_package_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    package = tmp_path / "a.deb"
    package.write_bytes(content)
    with pytest.raises(errors.FetchFailed) as failure:
        archives.unpack_deb(package, tmp_path / "tree")
    assert str(failure.value) == message


def test_truncated_tar_is_refused(tmp_path: Path) -> None:
    packed = lzma.compress(_tar((_file("a"), b"x" * 100_000)))
    with pytest.raises(errors.FetchFailed, match=r"^a damaged tar archive: "):
        archives.unpack_tar(io.BytesIO(packed[:-20]), tmp_path)


def test_wheel_gives_its_files_with_their_executable_bits(tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        tool = zipfile.ZipInfo("bin/tool")
        tool.external_attr = 0o100755 << 16
        archive.writestr(tool, "run me")
    archives.unpack_wheel(wheel, tmp_path / "tree")
    assert stat.S_IMODE((tmp_path / "tree/bin/tool").stat().st_mode) == 0o755


def test_wheel_with_a_hostile_path_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("../out", "evil")
    with pytest.raises(errors.FetchFailed) as failure:
        archives.unpack_wheel(wheel, tmp_path / "tree")
    assert str(failure.value) == "a path that leads out of the archive: '../out'"
