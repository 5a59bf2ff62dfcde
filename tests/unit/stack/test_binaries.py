from pathlib import Path

import httpx
import pytest

from sightline import errors
from sightline.stack.acquire import binaries


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no network", request=request)


OFFLINE = httpx.MockTransport(_refuse)


def _program(path: Path, prints: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(0o755)
    return path


def _settings(tmp_path: Path, **environ: str) -> binaries.Settings:
    cache = {"SIGHTLINE_CACHE": str(tmp_path / "cache"), "PATH": str(tmp_path / "bin")}
    return binaries.settings_from_environ(cache | environ, {})


async def test_given_program_goes_before_all_others(tmp_path: Path) -> None:
    given = _program(tmp_path / "mine", "promtool, version 9.9.9")
    _program(tmp_path / "bin/promtool", "promtool, version 3.6.0")
    settings = _settings(tmp_path, SIGHTLINE_BIN_PROMTOOL=str(given))
    found = await binaries.acquire(["promtool"], settings, transport=OFFLINE)
    assert found["promtool"] == binaries.Binary(
        name="promtool", path=given, version="9.9.9", source=f"given: {given}"
    )


async def test_given_folder_goes_before_path(tmp_path: Path) -> None:
    path = _program(tmp_path / "folder/promtool", "promtool, version 3.7.0")
    _program(tmp_path / "bin/promtool", "promtool, version 3.6.0")
    settings = _settings(tmp_path, SIGHTLINE_BIN_DIR=str(tmp_path / "folder"))
    found = await binaries.acquire(["promtool"], settings, transport=OFFLINE)
    assert found["promtool"].path == path


async def test_given_program_that_is_too_old_is_refused(tmp_path: Path) -> None:
    given = _program(tmp_path / "old", "promtool, version 2.42.0")
    settings = _settings(tmp_path, SIGHTLINE_BIN_PROMTOOL=str(given))
    with pytest.raises(errors.ComponentMissing) as refusal:
        await binaries.acquire(["promtool"], settings, transport=OFFLINE)
    assert str(refusal.value) == (
        f"promtool: expected 3.5 or newer, found 2.42.0 at {given}"
    )


async def test_old_program_on_path_is_passed_over_and_all_failures_are_said(
    tmp_path: Path,
) -> None:
    _program(tmp_path / "bin/promtool", "promtool, version 2.42.0")
    with pytest.raises(errors.ComponentMissing) as refusal:
        await binaries.acquire(
            ["promtool", "amtool"], _settings(tmp_path), transport=OFFLINE
        )
    lines = str(refusal.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "promtool 3.5 or newer is not installed and cannot be fetched",
        "amtool 0.33 or newer is not installed and cannot be fetched",
    ]
    assert lines[0].endswith("install it, or give it with --bin promtool=PATH")


async def test_build_that_prints_no_version_is_used_where_that_is_known(
    tmp_path: Path,
) -> None:
    _program(tmp_path / "bin/vmalert-tool", "")
    found = await binaries.acquire(
        ["vmalert-tool"], _settings(tmp_path), transport=OFFLINE
    )
    assert found["vmalert-tool"].version == ""


async def test_a_folder_that_cannot_be_looked_into_is_passed_over(
    tmp_path: Path,
) -> None:
    # Names that are too long are refused to everybody, root included.
    hidden = tmp_path / ("x" * 300)
    path = _program(tmp_path / "bin/promtool", "promtool, version 3.6.0")
    settings = _settings(tmp_path, PATH=f"{hidden}:{tmp_path / 'bin'}")
    found = await binaries.acquire(["promtool"], settings, transport=OFFLINE)
    assert found["promtool"].path == path


async def test_a_given_program_that_cannot_be_seen_is_refused(tmp_path: Path) -> None:
    given = tmp_path / ("x" * 300) / "promtool"
    settings = _settings(tmp_path, SIGHTLINE_BIN_PROMTOOL=str(given))
    with pytest.raises(errors.ComponentMissing) as refusal:
        await binaries.acquire(["promtool"], settings, transport=OFFLINE)
    assert str(refusal.value) == (
        f"promtool: {given} is not a file that this user can see"
    )


async def test_unknown_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.InputError, match=r"^unknown program 'grafonnet'; "):
        await binaries.acquire(["grafonnet"], _settings(tmp_path))


@pytest.mark.parametrize(
    ("environ", "cache"),
    [
        ({"SIGHTLINE_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/c"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/sightline"),
        ({"HOME": "/h"}, "/h/.cache/sightline"),
    ],
)
def test_cache_is_where_the_environment_says(
    environ: dict[str, str], cache: str
) -> None:
    assert binaries.settings_from_environ(environ, {}).cache == Path(cache)
