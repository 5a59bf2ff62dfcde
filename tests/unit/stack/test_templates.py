from pathlib import Path

import pytest

from sightline import errors
from sightline.stack.acquire import templates

INSTALLED = b"/usr/share/prometheus/alertmanager"


def _relocate(program: Path, installed: str = "nowhere") -> Path:
    folder = program.parent
    return templates.relocate_templates(program, folder / "cache", folder / installed)


def test_debian_build_is_copied_with_a_path_of_the_same_length(tmp_path: Path) -> None:
    program = tmp_path / "alertmanager"
    content = b"\x7fELF" + b"/x/".join([INSTALLED] * 3) + b"end"
    program.write_bytes(content)
    copy = _relocate(program)
    assert copy.read_bytes() == content.replace(
        INSTALLED, b"/proc/self/cwd/////////////amshare"
    )
    assert copy.stat().st_mode & 0o777 == 0o755
    assert program.read_bytes() == content


def test_copy_is_made_once(tmp_path: Path) -> None:
    program = tmp_path / "alertmanager"
    program.write_bytes(INSTALLED * 3)
    first = _relocate(program)
    made = first.stat().st_ino
    second = _relocate(program)
    assert (second, second.stat().st_ino) == (first, made)


def test_upstream_build_is_used_as_it_is(tmp_path: Path) -> None:
    program = tmp_path / "alertmanager"
    program.write_bytes(b"templates inside")
    assert _relocate(program) == program


def test_unknown_build_of_debian_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "alertmanager"
    program.write_bytes(INSTALLED * 4)
    with pytest.raises(errors.ComponentMissing) as refusal:
        _relocate(program)
    assert str(refusal.value) == (
        f"{program}: expected the templates' path at 3 places, found 4;"
        " give an upstream build with --bin alertmanager=PATH"
    )


def test_host_with_the_templates_needs_no_copy(tmp_path: Path) -> None:
    program = tmp_path / "alertmanager"
    program.write_bytes(INSTALLED * 3)
    (tmp_path / "default.tmpl").touch()
    assert _relocate(program, installed=".") == program
